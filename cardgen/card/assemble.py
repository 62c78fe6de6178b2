"""A loaded manifest and its evidence → the card's text, and where both lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cardgen.card.bounded import render_with
from cardgen.card.build import build_card
from cardgen.card.metadata.eval_results import FOLDER as EVAL_RESULTS
from cardgen.card.metadata.eval_results import dump_eval_results
from cardgen.card.metadata.leaderboard import leaderboard_results
from cardgen.card.metadata.refusal import refuse_bad_metadata
from cardgen.card.model import Card
from cardgen.card.render import render_card
from cardgen.catalog.families import FAMILIES
from cardgen.errors import Problem, TemplateProblemsError, shown
from cardgen.manifest.load import place_of_key
from cardgen.manifest.model import LoadedManifest
from cardgen.manifest.prose import read_prose
from cardgen.reading import TEXT_BYTES, read_text
from cardgen.records.evidence import Evidence
from cardgen.records.evidence_file import load_evidence

README = "README.md"
"""The name of a card's file."""


@dataclass(frozen=True)
class CardPlace:
    """The folder of one card, as a repository has it committed."""

    folder: Path
    variant: str | None = None
    """The one whose card it is, where each has its own; ``None`` for the card of all."""

    @property
    def card_folder(self) -> Path:
        """Where the card lies, and what a leaderboard reads."""
        return self.folder / self.variant if self.variant else self.folder

    @property
    def readme(self) -> Path:
        """The card."""
        return self.card_folder / README

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
    """Where the card of a manifest stands: ``cards/NAME/`` in its project, or ``NAME/`` under ``output``.

    There ``VARIANT/`` holds the card of a variant that is published in a repository of its own.
    """
    return CardPlace((output or loaded.root / "cards") / loaded.name, loaded.variant)


def assemble_card(loaded: LoadedManifest, evidence: Evidence, place: CardPlace) -> Card:
    """What the card says.

    Raises:
        EvidenceError: where the evidence lacks a step that the manifest asks for.
        ManifestError: where the Hub would reject the front matter.
    """
    card = build_card(
        loaded.manifest,
        evidence,
        read_prose(loaded),
        manifest_file=loaded.path.name,
        evidence_file=shown(place.evidence),
        own=loaded.variant,
    )
    refuse_bad_metadata(loaded, card)
    return card


def render_manifest(loaded: LoadedManifest, evidence: Evidence, place: CardPlace) -> str:
    """The card's text.

    Raises:
        EvidenceError: as :func:`assemble_card`.
        TemplateProblemsError: where the manifest's own template is wrong.
    """
    return render_loaded(loaded, assemble_card(loaded, evidence, place))


def render_loaded(loaded: LoadedManifest, card: Card) -> str:
    """Lay out a card by the template that its manifest names.

    Raises:
        TemplateProblemsError: where the manifest's own template is absent or wrong.
    """
    family = loaded.manifest.card
    if family in FAMILIES:
        return render_card(card, family)
    path = loaded.folder / family
    try:
        source = read_text(path, TEXT_BYTES, encoding="utf-8-sig")
    except OSError as error:
        message = f"the template `{family}` cannot be read: {error.strerror}"
        line, column = place_of_key(loaded, "card") or (None, None)
        raise TemplateProblemsError((Problem(shown(loaded.path), line, column, "card", message),)) from error
    except UnicodeDecodeError as error:
        raise TemplateProblemsError(
            (Problem(shown(path), None, None, "", "is not UTF-8", "save it as UTF-8"),)
        ) from error
    text = render_with(card, source, shown(path))
    if not text.startswith("---\n"):
        message = "prints no metadata at its start, so that the Hub could not read the card"
        raise TemplateProblemsError((Problem(shown(path), 1, None, "", message, "begin with {{ front_matter }}"),))
    return text


def rendered_files(loaded: LoadedManifest, card: Card) -> dict[str, str]:
    """A card, and those of its plots that its template shows: path, relative to the card, to content.

    Raises:
        TemplateProblemsError: as :func:`render_loaded`.
    """
    text = render_loaded(loaded, card)
    return {README: text, **{plot.path: plot.svg for plot in card.plots if plot.path in text}}


def leaderboard_files(loaded: LoadedManifest, evidence: Evidence) -> dict[str, str]:
    """What lies beside the card for leaderboards: path, relative to the card's folder, to content."""
    results = leaderboard_results(loaded.manifest, evidence, loaded.variant)
    return {f"{EVAL_RESULTS}/{loaded.name}.yaml": dump_eval_results(results)} if results else {}
