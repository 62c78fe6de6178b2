"""How far answers are FP32's: agreement with flips, and divergence."""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.records.results.fidelity import Divergence, Fidelity, Share
from cardgen.review.diff.change import Argument, Change
from cardgen.review.diff.changes.moved import in_both
from cardgen.review.diff.facts.picture import Picture, Subject
from cardgen.review.diff.noise import Estimate, difference, is_noise
from cardgen.review.diff.rules import change


def changes(old: Picture, new: Picture) -> Iterator[Change]:
    """What moved beyond noise, and within; where both states are of the same data."""
    if old.evaluated is not None and new.evaluated is not None and not old.evaluated.is_part_of(new.evaluated):
        return
    for one, other in in_both(old, new):
        was, now = _fidelity(one), _fidelity(other)
        if was is None or now is None or was.unit != now.unit:
            continue
        if (was.units, was.same, was.lost, was.gained) != (now.units, now.same, now.lost, now.gained):
            before, after = (_agreement(each) for each in (was, now))
            told: dict[str, Argument] = {"unit": f"{now.unit}s", "old_lost": _lost(was), "new_lost": _lost(now)}
            yield _moved("agreement", "agreement-higher", "agreement-lower", one, before, after, told)
        if was.divergence is not None and now.divergence is not None and was.divergence.mean != now.divergence.mean:
            before, after = (_mean(each) for each in (was.divergence, now.divergence))
            yield _moved("divergence", "divergence-rose", "divergence-fell", one, before, after, {})


def _fidelity(subject: Subject) -> Fidelity | None:
    return subject.chain.score.result.fidelity if subject.chain and subject.chain.score else None


def _agreement(found: Fidelity) -> Estimate:
    return Estimate(_share(found.same, found), found.same.low, found.same.high)


def _mean(found: Divergence) -> Estimate:
    return Estimate(found.mean, found.low, found.high)


def _lost(found: Fidelity) -> float | None:
    return None if found.lost is None else _share(found.lost, found)


def _share(share: Share, of: Fidelity) -> float:
    return share.count / of.units


def _moved(
    figure: str, rose: str, fell: str, subject: Subject, was: Estimate, now: Estimate, told: dict[str, Argument]
) -> Change:
    apart = difference(now, was)
    rule = f"{figure}-within-noise" if is_noise(apart) else rose if apart.value > 0 else fell
    ends: dict[str, Argument] = {"old": was.value, "new": now.value, "low": apart.low, "high": apart.high}
    return change(rule, f"{subject.place}.{figure}", {**told, **ends}, variant=subject.name)
