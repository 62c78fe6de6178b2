"""Disclosures and findings of lint that are new or gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cardgen.card.render import render_card
from cardgen.patterns import regex
from cardgen.review.diff.change import Change
from cardgen.review.diff.facts.findings import Remark, of_built, of_text, rendered
from cardgen.review.diff.facts.picture import Picture
from cardgen.review.diff.rules import change

_NUMBER = regex(r"\d[\d.,]*")


def changes(old: Picture, new: Picture) -> Iterator[Change]:
    """What is wrong with the cards: both made anew, or both as they lie there."""
    was, now = _remarks(old, new)
    before, after = _apart(was, now), _apart(now, was)
    for remarks, how in ((before, "gone"), (after, "new")):
        for remark in remarks:
            told = {"finding": remark.finding, "message": remark.message}
            yield change(f"{remark.kind}-{how}", f"findings.{remark.finding.replace(', ', '+')}", told)


def _remarks(old: Picture, new: Picture) -> tuple[list[Remark], list[Remark]]:
    one, other = old.state, new.state
    cards = rendered(one), rendered(other)
    if cards[0] and cards[1] and one.manifest and other.manifest:
        texts = [render_card(cards[0], one.manifest.card), render_card(cards[1], other.manifest.card)]
        if texts[0] == texts[1]:
            return [], []
        return of_built(cards[0], texts[0]), of_built(cards[1], texts[1])
    if one.card is not None and other.card is not None:
        return of_text(one.card), of_text(other.card)
    return [], []


def _apart(these: list[Remark], those: list[Remark]) -> list[Remark]:
    """Those that the others lack; what differs in numbers alone, which may be figures or lines, is the same."""
    left = Counter(map(_shape, those))
    found = []
    for remark in these:
        shape = _shape(remark)
        if left[shape]:
            left[shape] -= 1
        else:
            found.append(remark)
    return found


def _shape(remark: Remark) -> tuple[str, str, str]:
    return remark.kind, remark.finding, _NUMBER.sub("#", remark.message)
