"""A loaded manifest and its evidence → the card's text, and where both lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cardgen.card.build import build_card
from cardgen.card.model import Card
from cardgen.card.render import render_card
from cardgen.errors import shown
from cardgen.manifest.model import LoadedManifest
from cardgen.manifest.prose import read_prose
from cardgen.records.codec import load_evidence
from cardgen.records.model import Evidence


@dataclass(frozen=True)
class CardPlace:
    """The folder of one card, as a repository has it committed."""

    folder: Path

    @property
    def readme(self) -> Path:
        """The card."""
        return self.folder / "README.md"

    @property
    def evidence(self) -> Path:
        """The records that it is rendered from."""
        return self.folder / "evidence.json"

    def read_evidence(self) -> Evidence:
        """The evidence.

        Raises:
            EvidenceError: where it cannot be read.
        """
        return load_evidence(self.evidence)


def card_place(loaded: LoadedManifest, output: Path | None = None) -> CardPlace:
    """Where the card of a manifest stands: ``cards/NAME/`` in its project, or ``NAME/`` under ``output``."""
    return CardPlace((output or loaded.root / "cards") / loaded.name)


def assemble_card(loaded: LoadedManifest, evidence: Evidence, place: CardPlace) -> Card:
    """What the card says.

    Raises:
        EvidenceError: where the evidence lacks a step that the manifest asks for.
    """
    return build_card(
        loaded.manifest,
        evidence,
        read_prose(loaded),
        manifest_file=loaded.path.name,
        evidence_file=shown(place.evidence),
    )


def render_manifest(loaded: LoadedManifest, evidence: Evidence, place: CardPlace) -> str:
    """The card's text.

    Raises:
        EvidenceError: as :func:`assemble_card`.
    """
    return render_card(assemble_card(loaded, evidence, place), loaded.manifest.card)
