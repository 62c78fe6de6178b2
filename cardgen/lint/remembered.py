"""What several rules make of one card is made once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from cardgen.inherit.document import Document

T = TypeVar("T")


def for_one_card(make: Callable[[Document], T]) -> Callable[[Document], T]:
    """``make``, which keeps its result for the card that it was last asked about."""
    last: list[tuple[Document, T]] = []

    def made(document: Document) -> T:
        for known, result in last:
            if known is document:
                return result
        fresh = make(document)
        last[:] = [(document, fresh)]
        return fresh

    return made
