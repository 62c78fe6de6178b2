"""What several readers make of one card is made once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

C = TypeVar("C")
P = ParamSpec("P")
T = TypeVar("T")


def for_one_card(make: Callable[Concatenate[C, P], T]) -> Callable[Concatenate[C, P], T]:
    """``make``, which keeps its results for the card, or the facts of one, that it was last asked about."""
    last: list[tuple[C, object, T]] = []

    def made(card: C, /, *args: P.args, **options: P.kwargs) -> T:
        asked = (args, options)
        for known, known_asked, result in last:
            if known is card and known_asked == asked:
                return result
        fresh = make(card, *args, **options)
        last[:] = [*(entry for entry in last if entry[0] is card), (card, asked, fresh)]
        return fresh

    return made
