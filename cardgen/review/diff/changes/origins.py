"""Where figures come from: records that are lost, and figures that others report."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from cardgen.manifest.reported import Reported
from cardgen.records.canonical import fingerprint
from cardgen.review.diff.change import Argument, Change
from cardgen.review.diff.changes.moved import digits, in_both, replaced
from cardgen.review.diff.facts.picture import Picture, Subject
from cardgen.review.diff.facts.scores import scores_of
from cardgen.review.diff.rules import change


class Claim(NamedTuple):
    """A figure that others report."""

    figure: str
    """What it is: a metric's type, or another key of an entry."""
    value: Decimal
    entry: Reported


def changes(old: Picture, new: Picture) -> Iterator[Change]:
    """What stands behind the figures, and what stood."""
    for one, other in in_both(old, new):
        yield from _records(one, other, old, new)
        was, now = measured_of(one), measured_of(other)
        yield from _claims(one.place, one.name, _of(one.reported), _of(other.reported), was - now, now - was)
    yield from _claims("base_model", "the base model", _of(_of_base(old)), _of(_of_base(new)))


def _records(one: Subject, other: Subject, old: Picture, new: Picture) -> Iterator[Change]:
    if one.fits is not None and other.fits is not None and one.fits != other.fits:
        asked = _asked(old if other.fits else new, one.name)
        yield change("record-found" if other.fits else "record-lost", one.place, variant=one.name, asked=asked)


def _asked(picture: Picture, variant: str) -> str | None:
    """A hash of all that decides what is run for a variant: whoever accepts one that is not built accepts no other."""
    manifest = picture.state.manifest
    if manifest is None:
        return None
    asked = manifest.model_dump(mode="json", include={*_DECISIVE, "variants"}, exclude_defaults=True)
    return fingerprint({**asked, "variants": asked["variants"].get(variant)})


_DECISIVE: Final = ("task", "base_model", "evaluation", "generation")
"""Keys of a manifest, beside those of a variant, that decide what is run for it."""


def _claims(
    place: str,
    name: str,
    before: Mapping[str, Claim],
    after: Mapping[str, Claim],
    lost: Collection[str] = (),
    found: Collection[str] = (),
) -> Iterator[Change]:
    """What others report.

    Args:
        place: of the variant.
        name: its name.
        before: the claims of old.
        after: those of new.
        lost: what is no longer measured.
        found: what is measured now.
    """
    told: set[tuple[int, int]] = set()
    for key in {**before, **after}:
        was, now = before.get(key), after.get(key)
        at = f"{place}.reported.{key}"
        if was is not None and now is not None:
            yield from _both(at, name, was, now)
            entries = id(was.entry), id(now.entry)
            if entries not in told:  # that both figures of an entry are of it
                told.add(entries)
                yield from _besides(at, was.entry, now.entry, of_variant=place != "base_model")
        if now is not None and now.figure in lost:
            yield _single("measured-to-reported", at, name, now)
        elif was is not None and was.figure in found:
            yield _single("reported-to-measured", at, name, was)
        elif was is None and now is not None:
            yield _single("reported-new", at, name, now)
        elif now is None and was is not None:
            yield _single("reported-gone", at, name, was)


def _both(place: str, name: str, was: Claim, now: Claim) -> Iterator[Change]:
    told = {"variant": name, "figure": now.figure}
    sources = [claim.entry.source.name for claim in (was, now)]
    yield from replaced("source-changed", place, *sources, **told)
    if _fraction(was) != _fraction(now):
        yield change(
            "reported-changed",
            place,
            **told,
            old=digits(was.value),
            new=digits(now.value),
            old_source=sources[0],
            new_source=sources[1],
        )


def _besides(place: str, was: Reported, now: Reported, *, of_variant: bool) -> Iterator[Change]:
    """What else is said of figures, and what another family cannot compare, as one side does not say it."""
    told = _TOLD | {"fallback_modules"} if of_variant else _TOLD
    said = [dict(_flat("", entry.model_dump(mode="json", exclude=set(told)))) for entry in (was, now)]
    for key in sorted({*said[0], *said[1]} - {"source.name"}):
        old, new = (each.get(key) for each in said)
        compared = of_variant and key.startswith("calibration.") and old is not None and new is not None
        if old != new and not compared:
            at = f"{place}.{key}"
            yield change("manifest-changed", at, key=at, old=old, new=new)


def _flat(key: str, value: Any) -> Iterator[tuple[str, Argument]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _flat(f"{key}.{name}".removeprefix("."), each)
    elif value is not None:
        yield key, tuple(value) if isinstance(value, list) else value


def _single(rule: str, place: str, name: str, claim: Claim) -> Change:
    told = {"variant": name, "figure": claim.figure}
    return change(rule, place, told, value=digits(claim.value), source=claim.entry.source.name)


def _of_base(picture: Picture) -> Iterator[Reported]:
    return (entry for entry in picture.reports if entry.variant is None and entry.parameters is None)


def measured_of(subject: Subject) -> set[str]:
    """What is measured of a variant, by what a report calls it."""
    if subject.chain is None:
        return set()
    return {"size_mb", *(figure.metric for figure in scores_of(subject).values())}


_FIGURES: Final = ("size_mb", "baseline_size_mb", "latency_ms", "samples_per_s")
_TOLD: Final = {
    "variant",
    "parameters",
    "metric",
    "value",
    "baseline",
    "scale",
    *_FIGURES,
}
"""Keys of an entry that the figures themselves tell, or another family."""


def _of(entries: Iterable[Reported]) -> dict[str, Claim]:
    """The figures of some entries by where they stand: of two that are of the same, the first."""
    found: dict[str, Claim] = {}
    for entry in entries:
        for key, claim in _claimed(entry):
            found.setdefault(key, claim)
    return found


def _claimed(entry: Reported) -> Iterator[tuple[str, Claim]]:
    on = "" if entry.dataset is None else f"@{entry.dataset.id or entry.dataset.name}"
    shape = "" if entry.input_length is None else f".{entry.batch_size or 1}x{entry.input_length}"
    if entry.metric is not None:
        if entry.value is not None:
            yield f"{entry.metric}{on}", Claim(entry.metric, entry.value, entry)
        if entry.baseline is not None:
            yield f"baseline.{entry.metric}{on}", Claim(f"baseline {entry.metric}", entry.baseline, entry)
    for name in _FIGURES:
        value = getattr(entry, name)
        if value is not None:
            yield f"{name}{shape}", Claim(name, value, entry)


def _fraction(claim: Claim) -> Decimal:
    """The value on one scale: a figure that is only written otherwise is the same."""
    percent = claim.entry.metric is not None and claim.figure not in _FIGURES and claim.entry.scale == "percent"
    return claim.value.scaleb(-2) if percent else claim.value
