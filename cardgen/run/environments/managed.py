"""The environments that cardgen makes for itself, in the user's cache folder.

Each is a folder ``NAME-LOCKHASH-pyXYZ``, so a new lock or another Python means another folder. A marker is written
into it last: a folder without a whole marker was not finished, is never used, and is made anew.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from cardgen import __version__
from cardgen.catalog.environments import ENVIRONMENTS, EnvironmentInfo
from cardgen.errors import EnvironmentMissingError
from cardgen.records.frozen import Frozen
from cardgen.run.environments.choice import find_environment
from cardgen.run.environments.install import install_environment
from cardgen.run.environments.interpreters import find_python, version_text
from cardgen.run.progress import Reporter, Silent

State = Literal["ready", "absent", "broken", "outdated"]
"""``broken``: begun and not finished, or its Python is gone. ``outdated``: made from a lock that is no longer used."""

_MARKER = "cardgen-environment.json"
_HASH_DIGITS = 12
_FOLDER = re.compile(rf"(?P<name>.+)-(?P<hash>[0-9a-f]{{{_HASH_DIGITS}}})-py(?P<major>\d)(?P<minor>\d+)")


class _Marker(Frozen):
    """What is known of a finished environment."""

    format: Literal[1] = 1
    name: str
    lock_sha256: str
    python: str
    """Major and minor version."""
    cardgen: str
    """Version that made it."""


@dataclass(frozen=True)
class Interpreter:
    """The Python of an environment that is ready."""

    path: Path
    packages: Mapping[str, str]
    """Every distribution of the lock, by normalised name, with its version."""


@dataclass(frozen=True)
class ManagedEnvironment:
    """One environment's place and state."""

    name: str
    path: Path
    """Its folder; where it would be made, if it is absent."""
    python: Path | None
    """Its interpreter, if it is ready."""
    python_version: str | None
    """Major and minor; ``None`` if it is absent and no Python was found to make it with."""
    state: State
    lock_sha256: str
    """Hash of the lock; of an outdated one only the first digits are known."""


def cache_folder() -> Path:
    """Where environments are kept: ``environments`` under ``$CARDGEN_CACHE``, by default the user's cache folder."""
    from platformdirs import user_cache_path

    chosen = os.environ.get("CARDGEN_CACHE")
    return (Path(chosen).absolute() if chosen else user_cache_path("cardgen", appauthor=False)) / "environments"


def list_environments(infos: Sequence[EnvironmentInfo] = tuple(ENVIRONMENTS.values())) -> list[ManagedEnvironment]:
    """Every environment that exists or could, by name; one that was made for several Pythons comes several times."""
    listed = []
    for info in infos:
        found = [_described(info, folder) for folder in _folders(info)]
        if all(environment.state == "outdated" for environment in found):
            found.insert(0, _absent(info))
        listed += found
    return listed


def ensure_environment(name: str, reporter: Reporter | None = None, pip_args: Sequence[str] = ()) -> Path:
    """The interpreter of the managed environment called ``name``, which is made if it is not ready.

    Raises:
        UsageError: if no environment is called so.
        EnvironmentMissingError: where it cannot be made.
    """
    return obtain_environment(find_environment(name), reporter, pip_args).path


def obtain_environment(
    info: EnvironmentInfo, reporter: Reporter | None = None, pip_args: Sequence[str] = ()
) -> Interpreter:
    """Find an environment ready, or make it.

    Args:
        info: the environment.
        reporter: told how the making goes on.
        pip_args: further arguments of ``pip install``.

    Raises:
        EnvironmentMissingError: where it cannot be made; what was begun is removed.
    """
    if (ready := _ready(info)) is not None:
        return ready
    reporter = reporter or Silent()
    base = find_python(info)
    folder = _place(info, base.version)
    with _guarded(folder, reporter):
        if (ready := _ready(info)) is not None:
            return ready  # another process made it meanwhile
        shutil.rmtree(folder, ignore_errors=True)
        try:
            with reporter.step(f"environment {info.name}") as report:
                log = folder.parent / "logs" / f"{folder.name}.log"
                install_environment(info, base, folder, log, report, pip_args)
                _mark(folder, info, version_text(base.version))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return Interpreter(_python(folder), info.packages)


def remove_environment(info: EnvironmentInfo) -> tuple[Path, ...]:
    """Remove every folder of an environment, outdated and half-made ones too.

    Returns:
        The folders that were there.

    Raises:
        EnvironmentMissingError: where another process is making one, or it cannot be removed.
    """
    removed = []
    for folder in _folders(info):
        with _guarded(folder, None):
            try:
                # Without its marker it is no longer used, even if the rest is not removed to the end.
                (folder / _MARKER).unlink(missing_ok=True)
                shutil.rmtree(folder)
            except OSError as error:
                raise EnvironmentMissingError(
                    f"{folder} could not be removed: {error.strerror or error}", remedy="Remove it by hand."
                ) from error
        removed.append(folder)
    return tuple(removed)


def _place(info: EnvironmentInfo, version: tuple[int, int]) -> Path:
    return cache_folder() / f"{info.name}-{info.lock_sha256[:_HASH_DIGITS]}-py{version[0]}{version[1]}"


def _folders(info: EnvironmentInfo) -> list[Path]:
    """The folders of an environment: of its present lock first, by the Pythons in their order, then others."""
    root = cache_folder()
    present = [_place(info, version) for version in info.pythons]
    others = sorted(root.iterdir()) if root.is_dir() else []
    named = [folder for folder in others if (match := _FOLDER.fullmatch(folder.name)) and match["name"] == info.name]
    return [folder for folder in present if folder.is_dir()] + [folder for folder in named if folder not in present]


def _python(folder: Path) -> Path:
    return folder / "bin" / "python"


def _ready(info: EnvironmentInfo) -> Interpreter | None:
    for version in info.pythons:
        folder = _place(info, version)
        if _is_whole(info, folder):
            return Interpreter(_python(folder), info.packages)
    return None


def _is_whole(info: EnvironmentInfo, folder: Path) -> bool:
    try:
        marker = _Marker.model_validate_json((folder / _MARKER).read_bytes())
    except (OSError, ValidationError):
        return False
    # The interpreter is a link to the Python that made it, which may be gone.
    return marker.lock_sha256 == info.lock_sha256 and _python(folder).exists()


def _described(info: EnvironmentInfo, folder: Path) -> ManagedEnvironment:
    match = _FOLDER.fullmatch(folder.name)
    assert match is not None
    version = (int(match["major"]), int(match["minor"]))
    if folder != _place(info, version) or version not in info.pythons:
        return ManagedEnvironment(info.name, folder, None, version_text(version), "outdated", match["hash"])
    ready = _is_whole(info, folder)
    return ManagedEnvironment(
        name=info.name,
        path=folder,
        python=_python(folder) if ready else None,
        python_version=version_text(version),
        state="ready" if ready else "broken",
        lock_sha256=info.lock_sha256,
    )


def _absent(info: EnvironmentInfo) -> ManagedEnvironment:
    try:
        version = find_python(info).version
    except EnvironmentMissingError:
        place = _place(info, info.pythons[0])
        return ManagedEnvironment(info.name, place, None, None, "absent", info.lock_sha256)
    place = _place(info, version)
    return ManagedEnvironment(info.name, place, None, version_text(version), "absent", info.lock_sha256)


def _mark(folder: Path, info: EnvironmentInfo, python: str) -> None:
    marker = _Marker(name=info.name, lock_sha256=info.lock_sha256, python=python, cardgen=__version__)
    unfinished = folder / f"{_MARKER}.new"
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(marker.model_dump_json(indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder / _MARKER)


@contextmanager
def _guarded(folder: Path, reporter: Reporter | None) -> Iterator[None]:
    """Hold the environment's lock; wait for it and say so, or refuse where there is no one to tell."""
    from filelock import FileLock, Timeout

    path = folder.parent / "locks" / f"{folder.name}.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if reporter is None:
                raise EnvironmentMissingError(
                    f"another cardgen is making {folder}", remedy="Wait for it to end, then try again."
                ) from None
            reporter.log(f"another cardgen is making {folder}; waiting for it")
            lock.acquire()
    except OSError as error:
        raise EnvironmentMissingError(
            f"{path} cannot be locked: {error.strerror or error}",
            remedy="See that you may write there, or set CARDGEN_CACHE to a folder where you may.",
        ) from error
    try:
        yield
    finally:
        lock.release()
