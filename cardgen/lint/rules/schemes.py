"""Does a card call its model by one scheme?"""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.inherit.facts.schemes import one_scheme
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.own_schemes import Named, own_schemes

_PLACES = {"title": "the title", "tags": "a tag", "list": "a list", "text": "the text"}


def _contradictions(subject: Subject) -> Iterator[Found]:
    """Names that do not fit the first place that names one scheme alone; none where a place names several."""
    by_place: dict[str, list[Named]] = {}
    for named in own_schemes(subject.document):
        by_place.setdefault(named.where, []).append(named)
    told = {where: scheme for where, every in by_place.items() if (scheme := one_scheme(one.scheme for one in every))}
    if len(told) < 2 or len(told) < len(by_place):  # a place that names several is of a model of several
        return
    first = next(iter(told))
    for where, scheme in told.items():
        if scheme.fits(told[first]):
            continue
        for one in by_place[where]:
            if not one.scheme.fits(told[first]):
                yield Found(
                    one.span,
                    f"{_PLACES[where]} calls the model {one.scheme.name}, and {_PLACES[first]} {told[first].name}",
                    "look up in its files which it is, and say that everywhere",
                    fault=one.scheme.name,
                )


RULES: tuple[Rule, ...] = (
    Rule(
        "scheme-contradiction",
        "error",
        "Two places that call the model by schemes it cannot both have.",
        _contradictions,
    ),
)
