"""Is the base model's card, where a card takes it over, still what it was?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cardgen.manifest.model import LoadedManifest
from cardgen.reading import CARD_BYTES, read_text
from cardgen.records.evidence import Evidence

_HEADING = "\n## The base model's card\n"


def base_card_faults(loaded: LoadedManifest, evidence: Evidence) -> Iterator[str]:
    """What is no longer so; nothing where the card lies on the Hub or is not on this machine.

    Args:
        loaded: the manifest as it is now.
        evidence: what was gathered for it.
    """
    manifest, taken = loaded.manifest, evidence.inherited
    named = manifest.base_model.card
    if not manifest.takes_card_over:
        if taken is not None:
            yield "the evidence holds the base model's card, which the manifest does not take over"
        return
    if named is None:
        resolution = evidence.resolutions.get("base_model")
        if taken is not None and (resolution is None or resolution.source != taken.source):
            yield "the base model's card in the evidence is another one than the manifest takes over"
            return
        folder = manifest.base_model.path
        if folder is None or not evidence.measured or not (loaded.folder / folder).is_dir():
            return
        named = f"{folder}/README.md"
    elif taken is None:
        yield f"{named} is not what was taken over"
        return
    text = _text(loaded.folder / named)
    absent = text is None and manifest.base_model.card is not None
    if not absent and text != (taken.text if taken else None):
        yield f"{named} is not what was taken over"


def mending(evidence: Evidence, rendered: str, line: int, remedy: str) -> str:
    """What to do about a fault in the text of a card: in what is taken over, a copy of it is to be mended."""
    own, heading, _taken = rendered.partition(_HEADING)
    if evidence.inherited is None or not heading or line <= own.count("\n") + 1:
        return remedy
    return f"{remedy}, in a copy of the base model's card that `base_model.card` names".removeprefix(", ")


def _text(path: Path) -> str | None:
    """The file's text with LF line ends, as it is taken over; ``None`` where there is none."""
    try:
        return read_text(path, CARD_BYTES, errors="replace")
    except OSError:
        return None
