"""Which Python an environment is made with."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cardgen.catalog.environments import EnvironmentInfo
from cardgen.errors import EnvironmentMissingError

Version = tuple[int, int]

_PROBE = "import sys, ensurepip, venv; print(sys.version_info[0], sys.version_info[1])"


@dataclass(frozen=True)
class BasePython:
    """A Python that can make virtual environments."""

    path: Path
    version: Version
    """Major and minor."""


def find_python(info: EnvironmentInfo) -> BasePython:
    """The Python to make an environment with: the running one if the lock serves it, else one found on the PATH.

    Raises:
        EnvironmentMissingError: where there is none.
    """
    running = (sys.version_info[0], sys.version_info[1])
    if running in info.pythons and importlib.util.find_spec("ensurepip"):
        return BasePython(Path(sys.executable), running)
    for version in info.pythons:
        for path in _on_path(f"python{version[0]}.{version[1]}"):
            # Asked, not trusted: a version manager puts commands on the PATH that only say what is not installed,
            # and some distributions ship a Python without what makes virtual environments.
            if _answer(path) == version:
                return BasePython(path, version)
    wanted = " or ".join(map(version_text, info.pythons))
    raise EnvironmentMissingError(
        f"the {info.name} environment needs Python {wanted} with its venv module, and none was found "
        f"(this is Python {version_text(running)})",
        remedy=f"Install Python {version_text(info.pythons[0])} so that "
        f"python{version_text(info.pythons[0])} is on the PATH.",
    )


def version_text(version: Sequence[int]) -> str:
    """``3.11``."""
    return ".".join(map(str, version))


def _on_path(command: str) -> Iterator[Path]:
    """Every executable of that name on the PATH, in order: the first may not work where the second does."""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        candidate = Path(folder or ".") / command
        if candidate.is_file() and os.access(candidate, os.X_OK):
            yield candidate.absolute()


def _answer(path: Path) -> Version | None:
    try:
        # -I: what the user's PYTHONPATH or home folder holds has no say.
        asked = subprocess.run([path, "-I", "-c", _PROBE], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    parts = asked.stdout.split()
    return (int(parts[0]), int(parts[1])) if asked.returncode == 0 and len(parts) == 2 else None
