"""The views of cards → every file of a folder of pages. Pure: the same views give the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path

from markupsafe import Markup

from cardgen.card.words.numbers import percent
from cardgen.review.preview.changes import CardBefore, Since, text_beside
from cardgen.review.preview.figures.interval import HEIGHT, WIDTH, drawn, scale_of_losses
from cardgen.review.preview.hub.files import total_size
from cardgen.review.preview.page import render_page
from cardgen.review.preview.rows import CHANGES, COLUMNS, by_name, index_rows
from cardgen.review.preview.view import SEVERITIES, CardView

INDEX = "index.html"
CHANGES_PAGE = "changes.html"


@dataclass(frozen=True)
class Site:
    """A folder of pages: path to what makes the page, to the file that is copied there, and to the text of a plot."""

    pages: Mapping[str, Callable[[], str]]
    copies: Mapping[str, Path]
    plots: Mapping[str, str]


def make_site(cards: Sequence[CardView], since: Since | None = None, *, version: int | None = None) -> Site:
    """The page over all cards, and one for each; of those that have changed, one more.

    Args:
        cards: in any order.
        since: what changed in them.
        version: of what is served, for pages that reload when their server has another one.
    """
    pages: dict[str, Callable[[], str]] = {INDEX: partial(index_page, cards, since, version=version)}
    copies: dict[str, Path] = {}
    plots: dict[str, str] = {}
    for card in cards:
        folder = f"cards/{card.name}"
        before = since.cards.get(card.manifest) if since else None
        pages[f"{folder}/{INDEX}"] = partial(card_page, card, before, version=version)
        if since and before:
            pages[f"{folder}/{CHANGES_PAGE}"] = partial(changes_page, card, before, since.base, version=version)
        plots |= {f"{folder}/{path}": text for path, text in card.plots}
        copies |= {f"{folder}/{path}": file for path, file in card.pictures}
    return Site(pages, copies, plots)


def card_page(card: CardView, before: CardBefore | None = None, *, version: int | None = None) -> str:
    """One card, as the Hub would show it."""
    owner, _slash, model = card.repo_id.rpartition("/")
    scale = scale_of_losses(figures.loss for figures in card.figures if figures.loss)
    return render_page(
        "card.html.jinja",
        version=version,
        card=card,
        body=Markup(card.body),  # noqa: S704 - the view says so
        owner=owner,
        model=model,
        index=f"../../{INDEX}",
        told=before.told if before else None,
        variants=[(figures, drawn(figures.loss, scale) if figures.loss else None) for figures in card.figures],
        dates=_dates(card),
        counted=_counted(card),
        total=total_size(card.files),
        width=WIDTH,
        height=HEIGHT,
    )


def changes_page(card: CardView, before: CardBefore, base: str, *, version: int | None = None) -> str:
    """What changed in a card: in meaning, and its text, old beside new."""
    owner, _slash, model = card.repo_id.rpartition("/")
    return render_page(
        "changes.html.jinja",
        version=version,
        card=card,
        owner=owner,
        model=model,
        base=base,
        told=before.told,
        rows=text_beside(before, card),
    )


def index_page(cards: Sequence[CardView], since: Since | None = None, *, version: int | None = None) -> str:
    """All cards in a table that can be sorted and filtered."""
    losses = [figures.loss for card in cards for figures in card.figures if figures.loss]
    scale = scale_of_losses(losses)
    changed = {manifest: before.told for manifest, before in since.cards.items()} if since else {}
    return render_page(
        "index.html.jinja",
        ("index.js",),
        version=version,
        columns=(*COLUMNS, *([CHANGES] if since else [])),
        rows=list(index_rows(sorted(cards, key=by_name), scale, changed)),
        base=since.base if since else "",
        gone=since.gone if since else (),
        fault=since.fault if since else None,
        scale=percent(Decimal(str(scale))) if losses else "",
        minus="\N{MINUS SIGN}",
        width=WIDTH,
        height=HEIGHT,
    )


def _dates(card: CardView) -> str:
    if card.dates is None:
        return ""
    first, last = card.dates
    return f"on {first}" if first == last else f"from {first} to {last}"


def _counted(card: CardView) -> str:
    """``1 error, 2 notes``."""
    counts = {severity: card.count(severity) for severity in SEVERITIES}
    return ", ".join(f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in counts.items() if count)
