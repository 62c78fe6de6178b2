"""Licence, tags, and the rest of the front matter."""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.review.diff.change import Argument, Change
from cardgen.review.diff.facts.metadata import metadata_of
from cardgen.review.diff.facts.picture import Picture
from cardgen.review.diff.rules import change


def changes(old: Picture, new: Picture) -> Iterator[Change]:
    """What the Hub reads, and read."""
    both = old.state.manifest is not None and new.state.manifest is not None
    was, now = (metadata_of(each.state, trust_manifest=both) for each in (old, new))
    if was is None or now is None:
        return
    for key in [*was, *(key for key in now if key not in was)]:
        before, after = was.get(key), now.get(key)
        if key == "tags":
            yield from _tags(_listed(before), _listed(after))
        elif _meant(before) != _meant(after):
            yield from _key(key, before, after)


def _tags(before: tuple[Argument, ...], after: tuple[Argument, ...]) -> Iterator[Change]:
    """Their order means nothing."""
    for these, those, rule in ((before, after, "tags-gone"), (after, before, "tags-new")):
        known = set(those)
        if found := tuple(tag for tag in these if tag not in known):
            yield change(rule, "metadata.tags", tags=found)


def _key(key: str, before: Argument, after: Argument) -> Iterator[Change]:
    place = f"metadata.{key}"
    rule, told = ("license", {}) if key == "license" else ("metadata", {"key": key})
    if before is None:
        yield change(f"{rule}-new", place, told, value=after)
    elif after is None:
        yield change(f"{rule}-gone", place, told, value=before)
    else:
        yield change(f"{rule}-changed", place, told, old=before, new=after)


def _listed(value: Argument) -> tuple[Argument, ...]:
    return () if value is None else value if isinstance(value, tuple) else (value,)


def _meant(value: Argument) -> Argument:
    """A list of one is what it holds, and an order of languages or datasets says nothing."""
    return tuple(sorted(map(repr, _listed(value))))
