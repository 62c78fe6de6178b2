"""The rows of the page over all cards, and what each is sorted by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

from cardgen.review.diff.formats.told import ToldCard
from cardgen.review.preview.figures.interval import Drawn, drawn
from cardgen.review.preview.figures.variants import VariantFigures
from cardgen.review.preview.view import CardView


@dataclass(frozen=True)
class Column:
    """A column, by which cards can be sorted."""

    key: str
    title: str
    first: Literal["ascending", "descending"] = "descending"
    """How it is sorted when it is first asked: the worst on top."""


CHANGES: Final = Column("changes", "Open changes")
COLUMNS: Final = (
    Column("name", "Card", "ascending"),
    Column("variant", "Variant", "ascending"),
    Column("score", "Score"),
    Column("loss", "Loss"),
    Column("size", "Size, % of FP32"),
    Column("modules", "Not quantized"),
    Column("evidence", "Evidence", "ascending"),
    Column("findings", "Findings"),
)


@dataclass(frozen=True)
class Row:
    """One card, with a line for each of its variants."""

    card: CardView
    href: str
    keys: Mapping[str, str]
    """Column to what it is sorted by: of several variants, the worst; empty where there is nothing. And ``look``, by
    which cards are filtered: whether somebody must look at this one."""
    variants: Sequence[tuple[VariantFigures | None, Drawn | None]]
    """At least one; ``None`` in the place of figures where there are none."""
    errors: int
    warnings: int
    state: str
    nothing: str
    """Why there are no figures."""
    told: ToldCard | None
    """What changed; ``None`` where nothing did, or nothing was compared."""
    changes: str
    """Where that is shown."""


def index_rows(cards: Sequence[CardView], scale: float, changed: Mapping[str, ToldCard]) -> Iterator[Row]:
    """A row for each card, in the order that is given.

    Args:
        cards: the cards.
        scale: how far losses are drawn, to both sides.
        changed: what changed, by the manifest.
    """
    for card in cards:
        errors, warnings = card.count("error"), card.count("warning")
        variants = [(figures, drawn(figures.loss, scale) if figures.loss else None) for figures in card.figures]
        yield Row(
            card=card,
            href=f"cards/{quote(card.name)}/index.html",
            keys=_keys(card, errors, warnings, changed.get(card.manifest)),
            variants=variants or [(None, None)],
            errors=errors,
            warnings=warnings,
            state="fine" if card.built else "not built yet",
            nothing=_why_nothing(card),
            told=changed.get(card.manifest),
            changes=f"cards/{quote(card.name)}/changes.html",
        )


def by_name(card: CardView) -> tuple[str, str]:
    """By what cards are sorted before anybody sorts them otherwise."""
    return card.name.casefold(), card.name


def _why_nothing(card: CardView) -> str:
    return "The evidence does not fit the manifest." if card.built else "Not built yet."


def _keys(card: CardView, errors: int, warnings: int, told: ToldCard | None) -> dict[str, str]:
    figures = card.figures
    return {
        "name": card.name.casefold(),
        "variant": figures[0].name.casefold() if figures else "",
        "score": _least(each.score for each in figures),
        "loss": _most(each.loss.value if each.loss else None for each in figures),
        "size": _most(each.size_ratio for each in figures),
        "modules": _most(each.fp32_modules for each in figures),
        "evidence": card.dates[0] if card.dates else "",
        "findings": _ranked(errors, warnings),
        "changes": _ranked(told.open, len(told.changes)) if told else "",
        "look": "1" if errors or warnings or (told and told.open) else "",
    }


def _ranked(bad: int, others: int) -> str:
    """Anything bad goes before all others, however many they are."""
    return str(bad * 1_000_000 + others)


def _most(values: Iterable[float | None]) -> str:
    found = [value for value in values if value is not None]
    return f"{max(found):.6g}" if found else ""


def _least(values: Iterable[float | None]) -> str:
    found = [value for value in values if value is not None]
    return f"{min(found):.6g}" if found else ""
