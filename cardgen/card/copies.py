"""Copies of results files that lie beside a card, and are published with it."""

from __future__ import annotations

from cardgen.manifest.model import LoadedManifest
from cardgen.records.evidence import Evidence


def results_copies(loaded: LoadedManifest, evidence: Evidence) -> dict[str, str]:
    """Those of one repository: path, relative to its card's folder, to SHA-256 of the content."""
    return {
        record.copy_at: record.results.sha256
        for record in evidence.imported
        if record.copy_at is not None and (loaded.variant is None or record.variant in (None, loaded.variant))
    }


def all_results_copies(loaded: LoadedManifest, evidence: Evidence) -> dict[str, str]:
    """Those of every repository: path, relative to the folder of the card of all, to SHA-256 of the content."""
    return {
        (f"{part.variant}/" if part.variant else "") + path: sha256
        for part in loaded.parts
        for path, sha256 in results_copies(part, evidence).items()
    }
