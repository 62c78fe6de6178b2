"""Writes a card anew from its committed evidence."""

from __future__ import annotations

from pathlib import Path

from cardgen.card.assemble import CardPlace, card_place, render_manifest
from cardgen.manifest.model import LoadedManifest
from cardgen.pipeline.write import write_card


def render(loaded: LoadedManifest, output: Path | None = None) -> CardPlace:
    """Write the card anew from its committed evidence; nothing runs and nothing is resolved.

    Raises:
        EvidenceError: where there is no evidence, or it lacks a step that the manifest asks for.
    """
    committed = card_place(loaded)
    evidence = committed.read_evidence()
    text = render_manifest(loaded, evidence, committed)
    place = card_place(loaded, output)
    write_card(loaded, place, text, evidence, committed.evidence.read_text(encoding="utf-8"))
    return place
