"""Metadata that the Hub would reject is refused before anything is written, at the manifest's line that decides it."""

from __future__ import annotations

from cardgen.card.metadata.hub_metadata import validate_metadata
from cardgen.card.metadata.manifest_keys import EVIDENCE, manifest_key
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
        remedy = f"{fault.remedy}{_decided(loaded, card, key)}".strip()
        line, column = place or (None, None)
        problems.append(Problem(shown(loaded.path), line, column, fault.path, fault.message, remedy))
    if problems:
        raise ManifestError(tuple(problems))


def _decided(loaded: LoadedManifest, card: Card, key: str) -> str:
    """What to change, for a remedy: the manifest's key, which may have to be added to it."""
    if key == EVIDENCE or not key:
        return ""
    section, _, rest = key.partition(".")
    name = rest.partition(".")[0].partition("[")[0]
    if section != "metadata" or name in loaded.manifest.metadata.model_fields_set:
        return f" (decided by `{key}`)"
    if name in card.front_matter:
        return f" (the base model's card gives it; write `metadata.{name}`, which comes before that)"
    return f" (write `metadata.{name}`)"
