"""Copies of results files beside a card: written, removed, and looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from cardgen.card.assemble import CardPlace
from cardgen.card.copies import all_results_copies
from cardgen.errors import EvidenceError
from cardgen.manifest.model import LoadedManifest
from cardgen.pipeline.imported import FOLDER
from cardgen.reading import CONFIG_BYTES, read_bytes
from cardgen.records.atomic import remove_unfinished, write_atomically
from cardgen.records.evidence import Evidence


def copies_there(loaded: LoadedManifest, place: CardPlace) -> dict[str, str]:
    """Those that lie there and that the evidence tells of: path, relative to the card's folder, to SHA-256."""
    folders = (place.folder / (part.variant or "") / FOLDER for part in loaded.parts)
    if any(folder.is_dir() for folder in folders) and place.evidence.exists():
        with suppress(EvidenceError):
            return all_results_copies(loaded, place.read_evidence())
    return {}


def write_copies(wanted: Mapping[str, str], place: CardPlace, contents: Collection[bytes]) -> None:
    """Write copies, byte for byte.

    Args:
        wanted: path, relative to the card's folder, to SHA-256.
        place: where the card is.
        contents: of the files that are at hand; where one is not, its copy stays as it is.
    """
    by_hash = {hashlib.sha256(content).hexdigest(): content for content in contents}
    for path, sha256 in wanted.items():
        remove_unfinished((place.folder / path).parent)
        if sha256 in by_hash:
            write_atomically(place.folder / path, by_hash[sha256])


def remove_copies(before: Mapping[str, str], wanted: Collection[str], place: CardPlace) -> None:
    """Remove the copies that an earlier build wrote and that are wanted no more, unless somebody changed them."""
    for path, sha256 in before.items():
        copy = place.folder / path
        if path in wanted or not is_copy(copy, sha256):
            continue
        copy.unlink()
        for folder in (copy.parent, copy.parent.parent):
            with suppress(OSError):  # it holds something else
                folder.rmdir()


def wrong_copies(loaded: LoadedManifest, place: CardPlace, evidence: Evidence) -> Iterator[Path]:
    """Copies that are absent, or are not the files that the evidence tells of."""
    for path, sha256 in all_results_copies(loaded, evidence).items():
        if not is_copy(place.folder / path, sha256):
            yield place.folder / path


def read_copies(loaded: LoadedManifest, place: CardPlace, evidence: Evidence) -> tuple[bytes, ...]:
    """The contents of those that are there."""
    contents = []
    for path in all_results_copies(loaded, evidence):
        with suppress(OSError):
            contents.append(read_bytes(place.folder / path, CONFIG_BYTES))
    return tuple(contents)


def is_copy(path: Path, sha256: str) -> bool:
    """Whether a file is there and has this hash."""
    try:
        return hashlib.sha256(read_bytes(path, CONFIG_BYTES)).hexdigest() == sha256
    except OSError:
        return False
