"""Libraries by version, and the machines."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from packaging.version import InvalidVersion, Version

from cardgen.records.evidence import Evidence
from cardgen.review.diff.change import Change
from cardgen.review.diff.facts.picture import Picture
from cardgen.review.diff.rules import change


def changes(old: Picture, new: Picture) -> Iterator[Change]:
    """What ran the steps, and ran them before."""
    if old.evidence is None or new.evidence is None:
        return
    backends = old.evidence.environments.keys() & new.evidence.environments.keys()
    was, now = _packages(old.evidence, backends), _packages(new.evidence, backends)
    for package in sorted({*was, *now}):
        before, after = was.get(package, frozenset()), now.get(package, frozenset())
        yield from _package(package, sorted(before - after), sorted(after - before))
    machines = [_machines(each.evidence) for each in (old, new) if each.evidence]
    if machines[0] != machines[1] and all(machines):
        yield change("hardware-changed", "hardware", old=machines[0], new=machines[1])


def _packages(evidence: Evidence, backends: Collection[str]) -> dict[str, frozenset[str]]:
    """Package to its versions, of which several environments may have several.

    Of backends that ran in both states: what comes and goes with a backend says no more than its variants do.
    """
    found: dict[str, set[str]] = {}
    for backend in backends:
        for package, version in evidence.environments[backend].packages.items():
            found.setdefault(package, set()).add(version)
    return {package: frozenset(versions) for package, versions in found.items()}


def _package(package: str, before: list[str], after: list[str]) -> Iterator[Change]:
    place = f"environments.{package}"
    was, now = ", ".join(before), ", ".join(after)
    if before and after:
        rule = "version-raised" if _newest(before) < _newest(after) else "version-lowered"
        yield change(rule, place, package=package, old=was, new=now)
    elif before:
        yield change("package-gone", place, package=package, version=was)
    elif after:
        yield change("package-new", place, package=package, version=now)


def _newest(versions: list[str]) -> tuple[Version, str]:
    return max(_order(version) for version in versions)


def _order(version: str) -> tuple[Version, str]:
    """Any order will do for what is no version, if only it is one."""
    try:
        return Version(version), version
    except InvalidVersion:
        return Version("0"), version


def _machines(evidence: Evidence) -> tuple[str, ...]:
    """What the results of INT8 depend on: on some processors that lack VNNI, sums exceed 16 bits."""
    found = {record.hardware for record in evidence.records if record.hardware is not None}
    told = {f"{each.cpu} ({', '.join([f'{each.cores} cores', *each.instruction_sets])})" for each in found}
    return tuple(sorted(told))
