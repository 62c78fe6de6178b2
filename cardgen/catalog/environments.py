"""The managed environments that exist, described without importing what they hold.

Each is two files in ``locks/``: ``NAME.in.txt``, the direct requirements as people keep them, and ``NAME.lock.txt``,
exact versions of everything that installing them brings. ``python -m tests.relock`` makes the second from the first.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cardgen.patterns import regex

_LOCKS = Path(__file__).parent / "locks"
_PIN = regex(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[^\s;+]+)$")


@dataclass(frozen=True)
class EnvironmentInfo:
    """What cardgen needs to know of an environment to make it, and to say what a step would run on."""

    name: str
    pythons: tuple[tuple[int, int], ...]
    """Versions of Python (major, minor) that the lock serves, the preferred one first."""
    requirements: tuple[str, ...]
    """Direct requirements, as pip reads them."""
    lock: str
    """Text of the lock: one ``name==version`` a line, without local versions or hashes."""

    @cached_property
    def lock_sha256(self) -> str:
        """Hash of the lock's entries, comments apart, as 64 hex digits."""
        return hashlib.sha256("\n".join(_entries(self.lock)).encode()).hexdigest()

    @cached_property
    def packages(self) -> Mapping[str, str]:
        """Every locked distribution, by normalised name (PEP 503), with its version.

        Raises:
            ValueError: for a line that is not an exact version.
        """
        packages = {}
        for line in _entries(self.lock):
            match = _PIN.match(line)
            if match is None:
                raise ValueError(f"the lock of {self.name} has a line that is not name==version: {line}")
            packages[normalised(match["name"])] = match["version"]
        return packages


def normalised(distribution: str) -> str:
    """A distribution's name in its one normal form (PEP 503): ``scikit_learn`` and ``Scikit.Learn`` are equal."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def locked_packages(environment: str, distributions: Iterable[str]) -> dict[str, str]:
    """The locked versions of some distributions, under the names they were asked by.

    Raises:
        KeyError: for an environment that does not exist or a distribution that its lock does not hold.
    """
    packages = ENVIRONMENTS[environment].packages
    return {name: packages[normalised(name)] for name in distributions}


def _entries(text: str) -> tuple[str, ...]:
    lines = (line.strip() for line in text.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def _described(name: str, pythons: tuple[tuple[int, int], ...]) -> EnvironmentInfo:
    requirements = _entries((_LOCKS / f"{name}.in.txt").read_text(encoding="utf-8"))
    lock = (_LOCKS / f"{name}.lock.txt").read_text(encoding="utf-8")
    return EnvironmentInfo(name, pythons, requirements, lock)


ENVIRONMENTS: Mapping[str, EnvironmentInfo] = {
    info.name: info
    for info in (
        _described("neural-compressor", pythons=((3, 11), (3, 12))),
        _described("onnxruntime", pythons=((3, 11), (3, 12))),
    )
}
