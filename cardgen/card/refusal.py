"""Metadata that the Hub would reject is refused before anything is written, at the manifest's line that decides it."""

from __future__ import annotations

from cardgen.card.hub_metadata import validate_metadata
from cardgen.card.manifest_keys import EVIDENCE, manifest_key
from cardgen.card.model import Card
from cardgen.errors import ManifestError, Problem, shown
from cardgen.manifest.load import place_of_key
from cardgen.manifest.model import LoadedManifest


def refuse_bad_metadata(loaded: LoadedManifest, card: Card) -> None:
    """Check the front matter as the Hub's server does.

    Raises:
        ManifestError: with every fault that the Hub would reject, by the server's own path.
    """
    problems = []
    for fault in validate_metadata(card.front_matter):
        if fault.severity != "error":
            continue
        key = manifest_key(fault.keys) or ""
        place = place_of_key(loaded, key)
        remedy = fault.remedy if key == EVIDENCE or not key else f"{fault.remedy} (decided by `{key}`)".strip()
        line, column = place or (None, None)
        problems.append(Problem(shown(loaded.path), line, column, fault.path, fault.message, remedy))
    if problems:
        raise ManifestError(tuple(problems))
