"""All that is made of a manifest and its evidence.

These are the card with its plots, those of variants that have repositories of their own, what leaderboards read, and
the evidence in the formats that the manifest asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cardgen.card.assemble import README, CardPlace, assemble_card, leaderboard_files, rendered_files
from cardgen.card.facts.gather import gather_facts
from cardgen.card.metadata.eval_results import FOLDER as EVAL_RESULTS
from cardgen.card.model import Card
from cardgen.card.plots.build import plot_paths
from cardgen.errors import shown
from cardgen.export.formats import FOLDER, FORMATS
from cardgen.export.model import Export
from cardgen.export.sources import dump_document
from cardgen.manifest.model import LoadedManifest
from cardgen.manifest.prose import read_prose
from cardgen.manifest.publish import ExportFormat
from cardgen.records.evidence import Evidence


def export_evidence(loaded: LoadedManifest, evidence: Evidence, place: CardPlace, name: ExportFormat) -> Export:
    """The evidence of a repository in one format.

    Raises:
        EvidenceError: where the evidence lacks a step that the manifest asks for.
        ManifestError: where words that the manifest names cannot be read.
    """
    facts = gather_facts(loaded.manifest, evidence, shown(place.evidence), loaded.variant)
    return FORMATS[name].export(facts, read_prose(loaded))


def published_beside(loaded: LoadedManifest, evidence: Evidence, place: CardPlace) -> dict[str, str]:
    """What lies beside the card of one repository and is published with it: path there to content.

    Raises:
        EvidenceError: as :func:`export_evidence`.
    """
    files = leaderboard_files(loaded, evidence)
    for name in loaded.manifest.publish.exports:
        for document in export_evidence(loaded, evidence, place, name).documents:
            files[f"{FOLDER}/{document.name}"] = dump_document(document.content)
    return files


def card_files(
    loaded: LoadedManifest, evidence: Evidence, place: CardPlace, card: Card | None = None
) -> dict[str, str]:
    """All that is made: path, relative to the folder of the card of all, to content.

    Args:
        loaded: the manifest.
        evidence: what was gathered for it.
        place: where the card of all is.
        card: what that card says, where it is known already.

    Raises:
        EvidenceError: as :func:`export_evidence`.
        ManifestError: where the Hub would reject the front matter.
        TemplateProblemsError: where the manifest's own template is wrong.
    """
    files = rendered_files(loaded, card or assemble_card(loaded, evidence, place))
    for part in loaded.parts:
        own = rendered_files(part, assemble_card(part, evidence, place)) if part.variant else {}
        folder = f"{part.variant}/" if part.variant else ""
        files |= {folder + path: text for path, text in (own | published_beside(part, evidence, place)).items()}
    return files


def written_paths(loaded: LoadedManifest, place: CardPlace) -> tuple[str, ...]:
    """Where the card and what is beside it may lie, relative to the card's folder."""
    parts = {"": None, **{f"{part.variant}/": part.variant for part in loaded.parts if part.variant}}
    named = (
        folder + path
        for folder, own in parts.items()
        for path in (README, *plot_paths(loaded.manifest, own), f"{EVAL_RESULTS}/{loaded.name}.yaml")
    )
    return (*named, *(path.relative_to(place.folder).as_posix() for path in exported_files(loaded, place)))


def exported_files(loaded: LoadedManifest, place: CardPlace) -> Iterator[Path]:
    """What lies in the folders of exports, whoever put it there."""
    folders = {place.folder, *(place.folder / part.variant for part in loaded.parts if part.variant)}
    for folder in sorted(folders):
        yield from sorted(path for path in (folder / FOLDER).rglob("*") if path.is_file())
