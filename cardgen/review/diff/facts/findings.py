"""What a card discloses, and what lint finds in it."""

from __future__ import annotations

from dataclasses import dataclass

from cardgen.card.build import build_card
from cardgen.card.model import Card
from cardgen.catalog.families import FAMILIES
from cardgen.errors import CardgenError
from cardgen.inherit.parse import parse_card
from cardgen.patterns import regex
from cardgen.review.state import State

_DISCLOSED = "(the card discloses it)"
"""Ends what lint says of a fault that is told among the disclosures."""
_ELSEWHERE = regex(r"; (?:once more|\d+ more times), on lines? [\d, …]+")
"""Where else a fault shows: lines that move are no other fault."""


@dataclass(frozen=True)
class Remark:
    """Something that is wrong with a card."""

    kind: str
    """``disclosure``, or ``lint-`` and a severity."""
    finding: str
    """Id of the rule of lint that finds it."""
    message: str


def rendered(state: State) -> Card | None:
    """The card that a state's manifest and evidence make; ``None`` where they do not, or by a template of their own."""
    if state.manifest is None or state.evidence is None or state.prose is None or state.manifest.card not in FAMILIES:
        return None
    if state.evidence_edited:  # into what no card can be made of, perhaps
        return None
    try:
        return build_card(
            state.manifest, state.evidence, state.prose, manifest_file=f"{state.name}.yaml", evidence_file=state.label
        )
    except CardgenError:  # no record fits the manifest, which is told as what it is
        return None


def of_built(card: Card, text: str) -> list[Remark]:
    """Of a card that was made now: whichever cardgen wrote the one that lies there, its wording says nothing."""
    told = [Remark("disclosure", each.rule, str(each.text)) for each in card.disclosures]
    return told + _linted(text)


def of_text(text: str) -> list[Remark]:
    """Of a card as it lies there."""
    from cardgen.lint.rules.disclosure import disclosed_rules

    told = [Remark("disclosure", rule, "") for rule in sorted(disclosed_rules(parse_card(text)))]
    return told + _linted(text)


def _linted(text: str) -> list[Remark]:
    from cardgen.lint.engine import lint  # takes a fifth of a second, and most cards are made alike

    found = lint(text, "README.md").findings
    return [
        Remark(f"lint-{finding.severity}", finding.rule, _ELSEWHERE.sub("", finding.message))
        for finding in found
        if not finding.message.endswith(_DISCLOSED)
    ]
