"""What a card states, found in its metadata, tables, text and code."""

from __future__ import annotations

from functools import lru_cache

from cardgen.inherit.document import Document
from cardgen.inherit.facts.approaches import find_approaches
from cardgen.inherit.facts.calibration import calibration_claims
from cardgen.inherit.facts.citations import find_citations
from cardgen.inherit.facts.fallback import find_fallbacks
from cardgen.inherit.facts.figures import find_figures
from cardgen.inherit.facts.losses import loss_claims
from cardgen.inherit.facts.model import CardFacts
from cardgen.inherit.facts.origin import find_base_models, find_datasets, find_repo_id
from cardgen.inherit.facts.scope import scope_of
from cardgen.inherit.facts.snippets import find_snippets
from cardgen.inherit.parse import parse_card


@lru_cache(maxsize=1)
def read_facts(source: str) -> tuple[Document, CardFacts]:
    """A card taken apart, and what it states; kept for the last card, which import reads to write and then to judge."""
    document = parse_card(source)
    return document, find_facts(document)


def find_facts(document: Document) -> CardFacts:
    """Everything that could be understood of a card.

    What is not surely a claim is left out: a card that states nothing has no facts. Every span points into the
    card's source; that of a figure holds the number alone.
    """
    scope = scope_of(document)
    snippets = find_snippets(scope)
    base_models = find_base_models(scope)
    base_ids = [name for name, _span in base_models]
    figures, sweep = find_figures(scope, base_ids)
    return CardFacts(
        repo_id=find_repo_id(scope, snippets, base_ids),
        base_models=base_models,
        approaches=find_approaches(scope),
        figures=figures,
        calibrations=tuple(calibration_claims(scope)),
        fallbacks=find_fallbacks(scope),
        losses=tuple(loss_claims(scope)),
        snippets=snippets,
        citations=find_citations(document, scope.places),
        sweep=sweep,
        datasets=find_datasets(document),
    )
