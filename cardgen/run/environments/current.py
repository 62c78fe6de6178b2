"""``--env current``: the interpreter that runs cardgen also runs the backends."""

from __future__ import annotations

from collections.abc import Callable
from importlib import metadata
from typing import TYPE_CHECKING

from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.environments import ENVIRONMENTS, EnvironmentInfo
from cardgen.errors import EnvironmentMissingError
from cardgen.records.environment import Environment

if TYPE_CHECKING:
    from packaging.requirements import Requirement


def current_environment(backend: str) -> Environment:
    """What ``backend`` would run on in the running interpreter.

    Raises:
        EnvironmentMissingError: where the interpreter satisfies the direct requirements of none of the backend's
            environments; names each that is not met, of the environment that is nearest.
    """
    unmet = [unmet_requirements(ENVIRONMENTS[name]) for name in BACKENDS[backend].environments]
    nearest = min(unmet, key=len)
    if nearest:
        lines = "".join(f"\n  {line}" for line in nearest)
        raise EnvironmentMissingError(
            f"the current environment cannot run {backend}; it lacks:{lines}",
            remedy="Install these, or leave out --env current: cardgen then makes an environment of its own.",
        )
    packages = {name: _public(metadata.version(name)) for name in BACKENDS[backend].decisive_packages}
    return Environment(name="current", packages=packages)


def unmet_requirements(info: EnvironmentInfo, installed: Callable[[str], str] = metadata.version) -> tuple[str, ...]:
    """The direct requirements of an environment that the running interpreter does not satisfy, each with what it has.

    Args:
        info: the environment.
        installed: gives a distribution's version, or raises ``PackageNotFoundError``.
    """
    from packaging.requirements import Requirement

    unmet = []
    for requirement in map(Requirement, info.requirements):
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        if (reason := _reason(requirement, installed)) is not None:
            unmet.append(f"{requirement} ({reason})")
    return tuple(unmet)


def _reason(requirement: Requirement, installed: Callable[[str], str]) -> str | None:
    try:
        version = installed(requirement.name)
    except metadata.PackageNotFoundError:
        return "not installed"
    return None if requirement.specifier.contains(version, prereleases=True) else f"{version} is installed"


def _public(version: str) -> str:
    """Without the local part: the lock, too, says 2.13.0 for PyTorch 2.13.0+cpu."""
    return version.partition("+")[0]
