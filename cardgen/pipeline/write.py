"""Puts a card, its evidence and its leaderboard file where they belong."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress

from cardgen.card.assemble import CardPlace, files_beside
from cardgen.card.copies import all_results_copies
from cardgen.card.metadata.eval_results import FOLDER as EVAL_RESULTS
from cardgen.errors import StepError, shown
from cardgen.manifest.model import LoadedManifest
from cardgen.pipeline.copies import copies_there, remove_copies, write_copies
from cardgen.pipeline.edits import edits, refuse_edits, spare_cards
from cardgen.reading import CARD_BYTES, read_bytes
from cardgen.records.atomic import remove_unfinished, write_atomically
from cardgen.records.evidence import Evidence
from cardgen.records.evidence_file import dump_evidence
from cardgen.records.sealed_text import read_seal, seal_text


def write_card(
    loaded: LoadedManifest,
    place: CardPlace,
    text: str,
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
        text: of the card.
        evidence: what it was made from.
        results_files: contents of those whose copies belong beside the card, as far as they are at hand.
        overwrite: also what was edited by hand.
        log: hears of a file that was kept under another name, since nobody knows whether it was edited.

    Raises:
        FindingsError: where a file was edited by hand since cardgen wrote it.
        StepError: where the folder cannot be written.
    """
    beside = files_beside(loaded, evidence, place)
    copies, copies_before = all_results_copies(loaded, evidence), copies_there(loaded, place)
    if not overwrite:
        refuse_edits(loaded, place)
    for folder in {place.folder, place.folder / EVAL_RESULTS, *((place.folder / path).parent for path in beside)}:
        remove_unfinished(folder)
    try:
        if not overwrite:
            _keep_unknown(loaded, place, {"README.md": text, **beside}, log)
        _tell_line_ends(place, log)
        write_atomically(place.evidence, dump_evidence(evidence))
        write_atomically(place.readme, seal_text(text, "README.md"))
        for path, content in beside.items():
            write_atomically(place.folder / path, seal_text(content, path))
        write_copies(copies, place, results_files)
        remove_copies(copies_before, copies, place)
        _remove_others(loaded, place, beside, log)
    except OSError as error:
        raise StepError(
            f"the card cannot be written to {place.folder}: {error.strerror}",
            remedy="Finished steps are kept in .cardgen/: the next build only writes the card.",
        ) from error


def _remove_others(
    loaded: LoadedManifest, place: CardPlace, beside: Collection[str], log: Callable[[str], None]
) -> None:
    """Remove what an earlier manifest had cardgen write: its results for leaderboards, and cards of its variants."""
    own = f"{EVAL_RESULTS}/{loaded.name}.yaml"
    if own not in beside:
        (place.folder / own).unlink(missing_ok=True)
    for card, intact in spare_cards(place, beside):
        if intact:
            log(f"{shown(card)} is removed: the manifest does not publish this variant by itself any more")
            card.unlink()
            (card.parent / own).unlink(missing_ok=True)
            for folder in (card.parent / EVAL_RESULTS, card.parent):
                with suppress(OSError):  # absent, or it holds something of a person's
                    folder.rmdir()


def _tell_line_ends(place: CardPlace, log: Callable[[str], None]) -> None:
    """Say that a card's lines will end otherwise: version control shows each of them as changed."""
    if place.readme.is_file() and b"\r\n" in read_bytes(place.readme, CARD_BYTES):
        log(f"{shown(place.readme)} had CRLF line ends: it is written with LF, as it is on every machine")


def _keep_unknown(loaded: LoadedManifest, place: CardPlace, new: dict[str, str], log: Callable[[str], None]) -> None:
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
