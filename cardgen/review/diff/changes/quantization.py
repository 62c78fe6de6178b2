"""How variants are asked to be made, and on what they are calibrated."""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.review.diff.change import Argument, Change
from cardgen.review.diff.changes.moved import in_both, one_way, replaced
from cardgen.review.diff.facts.asked import Asked, Calibrated, Data, by_report
from cardgen.review.diff.facts.picture import Picture, Subject
from cardgen.review.diff.rules import change


def changes(old: Picture, new: Picture) -> Iterator[Change]:
    """What is asked for, and was."""
    for one, other in in_both(old, new):
        if one.asked is not None and other.asked is not None:
            yield from _asked(one.place, one.name, one.asked, other.asked)
            if one.asked.calibrated is not None and other.asked.calibrated is not None:
                yield from _calibration(one.place, one.name, one.asked.calibrated, other.asked.calibrated)
        told = by_report(one.reported), by_report(other.reported)
        if told[0] is not None and told[1] is not None:
            yield from _calibration(f"{one.place}.reported", one.name, told[0], told[1])
        flattered = [_flatters(each, picture.evaluated) for each, picture in ((one, old), (other, new))]
        if flattered[0] != flattered[1]:
            rule = "calibrated-on-evaluation" if flattered[1] else "calibrated-apart"
            scored_on = new.evaluated if flattered[1] else old.evaluated
            dataset = scored_on.name if scored_on else None
            yield change(rule, f"{one.place}.calibration", variant=one.name, dataset=dataset)


def _asked(place: str, name: str, was: Asked, now: Asked) -> Iterator[Change]:
    yield from replaced("backend-changed", f"{place}.backend", was.backend, now.backend, variant=name)
    yield from replaced("approach-changed", f"{place}.approach", was.approach, now.approach, variant=name)
    for option in sorted({*was.options, *now.options}):
        one, other = was.options.get(option), now.options.get(option)
        if one != other:
            told = {"variant": name, "option": option, "old": one, "new": other}
            yield change("option-changed", f"{place}.options.{option}", told)
    at = f"{place}.fallback"
    if was.tolerance is not None and now.tolerance is not None and was.absolute == now.absolute:
        if was.tolerance != now.tolerance:
            rule = "tolerance-wider" if now.tolerance > was.tolerance else "tolerance-narrower"
            told = {"variant": name, "old": was.tolerance, "new": now.tolerance, "absolute": now.absolute}
            yield change(rule, f"{at}.tolerance", told)
    else:
        yield from replaced("fallback-changed", at, _fallback(was), _fallback(now), variant=name)


def _fallback(asked: Asked) -> Argument:
    if asked.tolerance is not None:
        return f"tolerance {asked.tolerance!r}{', absolute' if asked.absolute else ''}"
    return asked.modules or ("none",)


def _calibration(place: str, name: str, was: Calibrated, now: Calibrated) -> Iterator[Change]:
    at = f"{place}.calibration"
    if was.data is not None and now.data is not None:
        if not was.data.is_that_of(now.data):
            told = {"variant": name, "old": was.data.name, "new": now.data.name}
            yield change("calibration-data-changed", f"{at}.dataset", told)
        else:
            for part in ("config", "split"):
                values = [getattr(each.data, part) for each in (was, now)]
                if values[0] != values[1]:
                    told = {"variant": name, "old": values[0], "new": values[1]}
                    yield change("calibration-split-changed", f"{at}.{part}", told, part=part)
    for counted in ("asked", "seen"):
        before, after = (getattr(each, counted) for each in (was, now))
        place = f"{at}.{counted}"
        yield from one_way("calibration-fewer", "calibration-more", place, before, after, variant=name, counted=counted)
    yield from replaced("calibration-seed-changed", f"{at}.seed", was.seed, now.seed, variant=name)
    # Of other data, or fewer, it says nothing that samples are others.
    if (was.asked, was.seen, was.seed) == (now.asked, now.seen, now.seed) and _alike(was.data, now.data):
        told = {"variant": name}
        yield from replaced("calibration-samples-changed", f"{at}.content", was.content, now.content, **told)
    yield from replaced("calibration-batch-changed", f"{at}.batch_size", was.batch_size, now.batch_size, variant=name)


def _alike(was: Data | None, now: Data | None) -> bool:
    """Whether both are of one dataset and part, in whatever state."""
    return was is not None and now is not None and was.is_part_of(now)


def _flatters(subject: Subject, evaluated: Data | None) -> bool:
    """Whether a variant saw what it is scored on while it was calibrated."""
    data = subject.calibrated.data if subject.calibrated else None
    if data is None or evaluated is None or not (data.is_that_of(evaluated) or not data.name):
        return False
    if data.source is not None and data.source.origin == "local":
        return True  # whatever its split is called
    same_part = data.config is None or evaluated.config is None or data.config == evaluated.config
    return same_part and data.split == evaluated.split
