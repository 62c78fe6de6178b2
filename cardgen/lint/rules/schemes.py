"""Does a card call its model by one scheme?"""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.inherit.facts.schemes import one_scheme
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.own_schemes import Named, own_activations, own_schemes

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


def _activations(subject: Subject) -> Iterator[Found]:
    """Bits of activations other than those that the name of the scheme tells: INT8 of W4A16."""
    named = [one for one in own_schemes(subject.document) if one.scheme.activations is not None]
    bits = {one.scheme.activations for one in named}
    for told in own_activations(subject.document) if len(bits) == 1 else ():
        if told.bits not in bits:
            name = named[0].scheme.name
            message = f"the card says {told.said} of the activations, and {_PLACES[named[0].where]} {name}"
            remedy = "look up in its files which it is, and say that everywhere"
            yield Found(told.span, message, remedy, fault=("activations", told.bits))


def _check(subject: Subject) -> Iterator[Found]:
    """Bits of activations only where the names of schemes agree: INT8 beside W4A16 is one fault."""
    yield from list(_contradictions(subject)) or _activations(subject)


RULES: tuple[Rule, ...] = (
    Rule(
        "scheme-contradiction",
        "error",
        "Two places that call the model by schemes it cannot both have.",
        _check,
    ),
)
