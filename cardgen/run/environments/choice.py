"""Which environment runs which backend, and what is in it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.environments import ENVIRONMENTS, EnvironmentInfo, locked_packages
from cardgen.catalog.suggest import remedy_for
from cardgen.errors import UsageError
from cardgen.records.environment import Environment


def choose_environments(backends: Sequence[str]) -> dict[str, str]:
    """The fewest managed environments that run all of ``backends``.

    Returns:
        Backend to environment. Among choices of equal size the one with the backends' first-listed environments wins.
    """
    listed = {backend: BACKENDS[backend].environments for backend in backends}
    candidates = list(dict.fromkeys(name for names in listed.values() for name in names))

    def distance(chosen: tuple[str, ...]) -> int:
        return sum(min(names.index(name) for name in chosen if name in names) for names in listed.values())

    for size in range(len(candidates) + 1):
        covers = [
            chosen
            for chosen in combinations(candidates, size)
            if all(not set(names).isdisjoint(chosen) for names in listed.values())
        ]
        if covers:
            best = min(covers, key=distance)
            return {backend: next(name for name in names if name in best) for backend, names in listed.items()}
    raise AssertionError("every backend lists an environment")  # pragma: no cover


def managed_environment(backend: str, name: str) -> Environment:
    """What ``backend`` runs on in the managed environment ``name``, read from the lock: nothing need be installed."""
    return Environment(name=name, packages=locked_packages(name, BACKENDS[backend].decisive_packages))


def find_environment(name: str) -> EnvironmentInfo:
    """The managed environment called ``name``.

    Raises:
        UsageError: if there is none.
    """
    if name not in ENVIRONMENTS:
        raise UsageError(f"there is no environment called {name!r}", remedy=remedy_for(name, ENVIRONMENTS))
    return ENVIRONMENTS[name]
