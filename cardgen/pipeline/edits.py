"""Has a person edited what cardgen wrote? Each file has its own hash; evidence of format 3 held those of all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cardgen.card.assemble import README, CardPlace
from cardgen.catalog.layout import ASSETS
from cardgen.errors import CardgenError, EvidenceError, FindingsError, shown
from cardgen.export.beside import card_files, written_paths
from cardgen.export.formats import FOLDER as EXPORTS
from cardgen.manifest.model import LoadedManifest
from cardgen.reading import CARD_BYTES, read_bytes
from cardgen.records.evidence import FORMAT, Evidence
from cardgen.records.sealed_text import read_seal, text_sha256


@dataclass(frozen=True)
class Edit:
    """A file that is not known to be as cardgen wrote it."""

    path: Path
    by: Literal["person", "unknown"]
    """``unknown`` where the file has no hash, as of an earlier version, and the evidence beside it none of it."""


def edits(loaded: LoadedManifest, place: CardPlace) -> Iterator[Edit]:
    """The cards and what lies beside them, where they are not as cardgen wrote them."""
    paths = written_paths(loaded, place)
    texts = {path: read_seal(_text(place.folder / path)) for path in paths if (place.folder / path).is_file()}
    doubtful = {path: (text, seal) for path, (text, seal) in texts.items() if seal != "intact"}
    if not doubtful:
        return
    if not place.evidence.exists():
        yield from (Edit(place.folder / path, "person") for path in doubtful)
        return
    evidence = None
    with suppress(EvidenceError):
        evidence = place.read_evidence()
    made_now = _made_now(loaded, evidence, place) if evidence else {}  # where it is the same, nothing would be lost
    for path in [path for path, (_text, seal) in doubtful.items() if seal == "absent" and _is_alien(path, made_now)]:
        del doubtful[path]
    kept = evidence.written if evidence else {}
    hashed = bool(kept) or (evidence is not None and evidence.format == FORMAT)  # so that a file without hash is none
    for path, (text, seal) in doubtful.items():
        if text_sha256(text) not in (kept.get(path), made_now.get(path)):
            yield Edit(place.folder / path, "person" if seal == "broken" or hashed else "unknown")


def _is_alien(path: str, made_now: Mapping[str, str]) -> bool:
    """Whether a person put a file among the exports that is none: nothing of cardgen's is written there."""
    return EXPORTS in Path(path).parts[:-1] and path not in made_now


def spare_cards(place: CardPlace, wanted: Collection[str]) -> Iterator[tuple[Path, bool]]:
    """Cards of variants that cardgen wrote for an earlier manifest, and whether each is as it wrote it.

    Args:
        place: where the card of all is.
        wanted: paths, relative to that card's folder, of what the manifest has now.
    """
    for path in sorted(place.folder.glob(f"*/{README}")):
        if path.parent.is_symlink() or path.relative_to(place.folder).as_posix() in wanted:
            continue
        with suppress(OSError):  # what cannot be read is not known to be cardgen's
            seal = read_seal(_text(path))[1]
            if seal != "absent":
                yield path, seal == "intact"


def spare_plots(place: CardPlace, wanted: Collection[str]) -> Iterator[tuple[Path, bool]]:
    """Plots that cardgen drew for an earlier manifest or evidence, and whether each is as it wrote it.

    Args:
        place: where the card of all is.
        wanted: paths, relative to that card's folder, of what the card has now.
    """
    for path in sorted((*place.folder.glob(f"{ASSETS}/*.svg"), *place.folder.glob(f"*/{ASSETS}/*.svg"))):
        if any(folder.is_symlink() for folder in (path.parent, path.parent.parent)):
            continue
        if path.relative_to(place.folder).as_posix() in wanted:
            continue
        with suppress(OSError):  # what cannot be read is not known to be cardgen's
            seal = read_seal(_text(path))[1]
            if seal != "absent":
                yield path, seal == "intact"


def card_edited(text: str, evidence: Evidence | None) -> bool:
    """Whether a card is not as cardgen wrote it, by its own hash or that in its evidence; not where nothing tells.

    Args:
        text: of README.md.
        evidence: what lies beside it.
    """
    body, seal = read_seal(text)
    if seal != "absent" or evidence is None:
        return seal == "broken"
    kept = evidence.written.get(README)
    return evidence.format == FORMAT or kept not in (None, text_sha256(body))


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
        files = card_files(loaded, evidence, place)
    except CardgenError:  # the manifest has changed since
        return {}
    return {path: text_sha256(text) for path, text in files.items()}


def _text(path: Path) -> str:
    return read_bytes(path, CARD_BYTES).decode("utf-8", errors="replace")
