"""What several rules make of one card is made once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from cardgen.inherit.document import Document

P = ParamSpec("P")
T = TypeVar("T")


def for_one_card(make: Callable[Concatenate[Document, P], T]) -> Callable[Concatenate[Document, P], T]:
    """``make``, which keeps its results for the card that it was last asked about."""
    last: list[tuple[Document, object, T]] = []

    def made(document: Document, /, *args: P.args, **options: P.kwargs) -> T:
        asked = (args, options)
        for known, known_asked, result in last:
            if known is document and known_asked == asked:
                return result
        fresh = make(document, *args, **options)
        last[:] = [*(entry for entry in last if entry[0] is document), (document, asked, fresh)]
        return fresh

    return made
