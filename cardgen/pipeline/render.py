"""Writes a card anew from its committed evidence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cardgen.card.assemble import CardPlace, card_place
from cardgen.errors import shown
from cardgen.export.beside import card_files
from cardgen.manifest.model import LoadedManifest
from cardgen.pipeline.copies import read_copies
from cardgen.pipeline.records import with_names
from cardgen.pipeline.write import write_card


def render(
    loaded: LoadedManifest,
    output: Path | None = None,
    *,
    overwrite: bool = False,
    log: Callable[[str], None] = lambda _line: None,
) -> CardPlace:
    """Write the card anew from its committed evidence; nothing runs and nothing is resolved.

    Args:
        loaded: the manifest.
        output: folder for ``NAME/``; by default ``cards/`` in the project.
        overwrite: also what was edited by hand.
        log: takes lines for people.

    Raises:
        EvidenceError: where there is no evidence, or it lacks a step that the manifest asks for.
        FindingsError: where a file was edited by hand since cardgen wrote it.
    """
    committed = card_place(loaded)
    evidence = with_names(loaded.manifest, committed.read_evidence(), shown(committed.evidence))
    files = card_files(loaded, evidence, committed)
    place = card_place(loaded, output)
    copies = read_copies(loaded, committed, evidence)
    write_card(loaded, place, files, evidence, copies, overwrite=overwrite, log=log)
    return place
