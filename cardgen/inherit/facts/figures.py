"""All figures of a card: of its metadata, its tables and its running text."""

from __future__ import annotations

from collections.abc import Iterable

from cardgen.inherit.document import Paragraph, Table
from cardgen.inherit.facts.hub import same_model
from cardgen.inherit.facts.metadata import metadata_figures
from cardgen.inherit.facts.model import Figure, SweepRow
from cardgen.inherit.facts.prose import figures_in_prose
from cardgen.inherit.facts.scope import Scope
from cardgen.inherit.facts.tables import figures_in_table


def find_figures(scope: Scope, base_models: Iterable[str]) -> tuple[tuple[Figure, ...], tuple[SweepRow, ...]]:
    """The figures in the card's order, metadata first, and the rows of its sweeps.

    Args:
        scope: the card.
        base_models: ids of what the model was made from: a row or column of that name is the baseline's.
    """
    figures = list(metadata_figures(scope))
    sweep: list[SweepRow] = []
    written: list[Figure] = []
    for section in scope.document.sections:
        above = section.title
        for block in section.blocks:
            if isinstance(block, Paragraph):
                above = block.text
            elif isinstance(block, Table):
                found, rows = figures_in_table(scope, section, block, above)
                written += found
                sweep += rows
    for prose in scope.prose:
        written += figures_in_prose(scope, prose)
    figures += sorted(written, key=lambda figure: figure.span)
    bases = tuple(base_models)
    labels = {figure.subject.label for figure in figures}
    named = {label for label in labels if any(same_model(label, base) for base in bases)}
    return tuple(_with_baseline(figure) if figure.subject.label in named else figure for figure in figures), tuple(
        sweep
    )


def _with_baseline(figure: Figure) -> Figure:
    return figure._replace(subject=figure.subject._replace(baseline=True))
