"""Has a person edited what cardgen wrote? Evidence holds the hash of each file that was written with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cardgen.card.assemble import CardPlace, leaderboard_files, render_manifest
from cardgen.card.metadata.eval_results import FOLDER as EVAL_RESULTS
from cardgen.errors import CardgenError, EvidenceError, FindingsError, shown
from cardgen.manifest.model import LoadedManifest
from cardgen.reading import CARD_BYTES, read_bytes
from cardgen.records.evidence import Evidence


@dataclass(frozen=True)
class Edit:
    """A file that is not known to be as cardgen wrote it."""

    path: Path
    by: Literal["person", "unknown"]
    """``unknown`` where the evidence beside it is of a version that kept no hash, or cannot be read."""


def text_sha256(text: str) -> str:
    """SHA-256 of a file's text in UTF-8 with LF ends, whichever ends version control checks it out with."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()


def with_hashes(evidence: Evidence, files: Mapping[str, str]) -> Evidence:
    """The evidence with the hashes of what is written beside it; it must be sealed anew.

    Args:
        evidence: what the files are made from.
        files: paths, relative to the card's folder, to texts.
    """
    return evidence.model_copy(update={"written": {path: text_sha256(text) for path, text in sorted(files.items())}})


def edits(loaded: LoadedManifest, place: CardPlace) -> Iterator[Edit]:
    """The card and what lies beside it for leaderboards, where they are not as cardgen wrote them."""
    paths = ["README.md", f"{EVAL_RESULTS}/{loaded.name}.yaml"]
    texts = {path: _text(place.folder / path) for path in paths if (place.folder / path).is_file()}
    if not texts:
        return
    if not place.evidence.exists():
        yield from (Edit(place.folder / path, "person") for path in texts)
        return
    try:
        evidence = place.read_evidence()
    except EvidenceError:
        yield from (Edit(place.folder / path, "unknown") for path in texts)
        return
    made = evidence.written or _made_now(loaded, evidence, place)
    for path, text in texts.items():
        if made.get(path) != text_sha256(text):
            yield Edit(place.folder / path, "person" if evidence.written else "unknown")


def refuse_edits(loaded: LoadedManifest, place: CardPlace) -> None:
    """Stop before what a person wrote is lost.

    Raises:
        FindingsError: where a file was edited, or put there, by hand.
    """
    edited = [shown(edit.path) for edit in edits(loaded, place) if edit.by == "person"]
    if edited:
        verb = "is" if len(edited) == 1 else "are"
        raise FindingsError(
            f"{', '.join(edited)} {verb} not as cardgen wrote it: writing the card would lose what was edited by hand.",
            remedy="Take over what you want to keep (words: `prose` in the manifest; see `cardgen check` for the "
            "difference), or write the card all the same with `cardgen build --overwrite`.",
        )


def _made_now(loaded: LoadedManifest, evidence: Evidence, place: CardPlace) -> dict[str, str]:
    try:
        files = {"README.md": render_manifest(loaded, evidence, place), **leaderboard_files(loaded, evidence)}
    except CardgenError:  # the manifest has changed since
        return {}
    return {path: text_sha256(text) for path, text in files.items()}


def _text(path: Path) -> str:
    return read_bytes(path, CARD_BYTES).decode("utf-8", errors="replace")
