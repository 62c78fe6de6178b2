"""What is made besides a card.

These are the cards of variants that have repositories of their own, what leaderboards read, and the evidence in the
formats that the manifest asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cardgen.card.assemble import CardPlace, leaderboard_files, render_manifest
from cardgen.card.facts.gather import gather_facts
from cardgen.card.metadata.eval_results import FOLDER as EVAL_RESULTS
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


def files_beside(loaded: LoadedManifest, evidence: Evidence, place: CardPlace) -> dict[str, str]:
    """What is made besides the card of all: path, relative to the card's folder, to content.

    Raises:
        EvidenceError: as :func:`export_evidence`.
        TemplateProblemsError: where the manifest's own template is wrong.
    """
    files = {}
    for part in loaded.parts:
        folder = f"{part.variant}/" if part.variant else ""
        if part.variant:
            files[f"{folder}README.md"] = render_manifest(part, evidence, place)
        files |= {folder + path: text for path, text in published_beside(part, evidence, place).items()}
    return files


def written_paths(loaded: LoadedManifest, place: CardPlace) -> tuple[str, ...]:
    """Where the card and what is beside it may lie, relative to the card's folder."""
    folders = ("", *(f"{part.variant}/" for part in loaded.parts if part.variant))
    named = (folder + path for folder in folders for path in ("README.md", f"{EVAL_RESULTS}/{loaded.name}.yaml"))
    return (*named, *(path.relative_to(place.folder).as_posix() for path in exported_files(loaded, place)))


def exported_files(loaded: LoadedManifest, place: CardPlace) -> Iterator[Path]:
    """What lies in the folders of exports, whoever put it there."""
    folders = {place.folder, *(place.folder / part.variant for part in loaded.parts if part.variant)}
    for folder in sorted(folders):
        yield from sorted(path for path in (folder / FOLDER).rglob("*") if path.is_file())
