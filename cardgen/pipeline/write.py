"""Puts a card, its evidence and what lies beside them where they belong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path

from cardgen.card.assemble import CardPlace
from cardgen.card.copies import all_results_copies
from cardgen.card.metadata.eval_results import FOLDER as EVAL_RESULTS
from cardgen.errors import StepError, shown
from cardgen.export.beside import exported_files
from cardgen.manifest.model import LoadedManifest
from cardgen.pipeline.copies import copies_there, remove_copies, write_copies
from cardgen.pipeline.edits import edits, refuse_edits, spare_cards, spare_plots
from cardgen.reading import CARD_BYTES, read_bytes
from cardgen.records.atomic import remove_unfinished, write_atomically
from cardgen.records.evidence import Evidence
from cardgen.records.evidence_file import dump_evidence
from cardgen.records.sealed_text import read_seal, seal_text


def write_card(
    loaded: LoadedManifest,
    place: CardPlace,
    files: Mapping[str, str],
    evidence: Evidence,
    results_files: Collection[bytes] = (),
    *,
    overwrite: bool,
    log: Callable[[str], None],
) -> None:
    """Write what the Hub is to show, each file at once or not at all.

    Args:
        loaded: the manifest.
        place: where to.
        files: of :func:`cardgen.export.beside.card_files`.
        evidence: what it was made from.
        results_files: contents of those whose copies belong beside the card, as far as they are at hand.
        overwrite: also what was edited by hand.
        log: hears of a file that was kept under another name, since nobody knows whether it was edited.

    Raises:
        FindingsError: where a file was edited by hand since cardgen wrote it.
        StepError: where the folder cannot be written.
    """
    copies, copies_before = all_results_copies(loaded, evidence), copies_there(loaded, place)
    if not overwrite:
        refuse_edits(loaded, place)
    for folder in {place.folder, place.folder / EVAL_RESULTS, *((place.folder / path).parent for path in files)}:
        remove_unfinished(folder)
    try:
        if not overwrite:
            _keep_unknown(loaded, place, files, log)
        _tell_line_ends(place, log)
        write_atomically(place.evidence, dump_evidence(evidence))
        for path, content in files.items():
            write_atomically(place.folder / path, seal_text(content, path))
        write_copies(copies, place, results_files)
        remove_copies(copies_before, copies, place)
        _remove_others(loaded, place, files, log)
    except OSError as error:
        raise StepError(
            f"the card cannot be written to {place.folder}: {error.strerror}",
            remedy="Finished steps are kept in .cardgen/: the next build only writes the card.",
        ) from error


def _remove_others(
    loaded: LoadedManifest, place: CardPlace, wanted: Collection[str], log: Callable[[str], None]
) -> None:
    """Remove what an earlier manifest had cardgen write and nobody edited: what this one does not ask for."""
    own = f"{EVAL_RESULTS}/{loaded.name}.yaml"
    if own not in wanted:
        (place.folder / own).unlink(missing_ok=True)
    for export in exported_files(loaded, place):
        if export.relative_to(place.folder).as_posix() not in wanted and _is_intact(export):
            export.unlink()
            for folder in export.parents[: len(export.relative_to(place.folder).parts) - 1]:
                with suppress(OSError):
                    folder.rmdir()
    for plot, intact in spare_plots(place, wanted):
        if intact:
            plot.unlink()
            with suppress(OSError):  # it holds something else
                plot.parent.rmdir()
    for card, intact in spare_cards(place, wanted):
        if intact:
            log(f"{shown(card)} is removed: the manifest does not publish this variant by itself any more")
            card.unlink()
            (card.parent / own).unlink(missing_ok=True)
            for folder in (card.parent / EVAL_RESULTS, card.parent):
                with suppress(OSError):  # absent, or it holds something of a person's
                    folder.rmdir()


def _is_intact(path: Path) -> bool:
    return read_seal(read_bytes(path, CARD_BYTES).decode("utf-8", errors="replace"))[1] == "intact"


def _tell_line_ends(place: CardPlace, log: Callable[[str], None]) -> None:
    """Say that a card's lines will end otherwise: version control shows each of them as changed."""
    if place.readme.is_file() and b"\r\n" in read_bytes(place.readme, CARD_BYTES):
        log(f"{shown(place.readme)} had CRLF line ends: it is written with LF, as it is on every machine")


def _keep_unknown(loaded: LoadedManifest, place: CardPlace, new: Mapping[str, str], log: Callable[[str], None]) -> None:
    """Set aside what may hold an edit, beside what takes its place."""
    for edit in edits(loaded, place):
        content = read_bytes(edit.path, CARD_BYTES)
        text, _seal = read_seal(content.decode("utf-8", errors="replace"))
        if text == new.get(edit.path.relative_to(place.folder).as_posix()):
            continue
        kept = edit.path.with_name(f"{edit.path.stem}.before{edit.path.suffix}")
        kept.write_bytes(content)
        log(
            f"{shown(edit.path)} is of another version of cardgen, and may have been edited: it is kept as "
            f"{kept.name}; remove that when you have what you need"
        )
