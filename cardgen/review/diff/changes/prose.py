"""Words of people, by section. How they are wrapped says nothing."""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.review.diff.change import Change
from cardgen.review.diff.changes.moved import replaced
from cardgen.review.diff.facts.picture import Picture
from cardgen.review.diff.facts.words import sections_of, words_of
from cardgen.review.diff.rules import change


def changes(old: Picture, new: Picture) -> Iterator[Change]:
    """What people say, and said."""
    one, other = old.state, new.state
    if one.manifest is not None and other.manifest is not None:
        yield from replaced("title-changed", "title", one.manifest.title, other.manifest.title)
        templates = [each.template for each in (one, other)]
        if templates[0] is not None and templates[1] is not None and templates[0].split() != templates[1].split():
            yield change("prose-changed", "template", section="the template", old=templates[0], new=templates[1])
        was, now = words_of(one), words_of(other)
        if one.prose is None or other.prose is None:
            was, now = (
                {place: text for place, text in each.items() if not place.startswith("prose.")} for each in (was, now)
            )
    elif one.card is not None and other.card is not None and old.is_foreign and new.is_foreign:
        was, now = sections_of(one.card), sections_of(other.card)
    else:
        return
    for place in [*was, *(place for place in now if place not in was)]:
        section, before, after = place.partition(".")[2] or place, was.get(place), now.get(place)
        if before is None:
            yield change("prose-new", place, section=section, text=after)
        elif after is None:
            yield change("prose-gone", place, section=section, text=before)
        elif before.split() != after.split():
            yield change("prose-changed", place, section=section, old=before, new=after)
