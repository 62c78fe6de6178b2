"""Merges what is made from a manifest and its evidence: a card, and its file for leaderboards.

Neither side is the card of the merged evidence, so that there is nothing to merge where both are as cardgen wrote them:
`cardgen build --render-only` makes it anew. Where a person wrote into one, both are merged as text, and what is written
has no sound hash, so that it is not written over.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from cardgen.reading import CARD_BYTES, read_bytes
from cardgen.records.atomic import write_atomically
from cardgen.records.sealed_text import read_seal, seal_line
from cardgen.review.git.evidence import Outcome
from cardgen.review.git.texts import merge_texts


def merge_cards(base: Path, ours: Path, theirs: Path, name: str) -> Outcome:
    """Write the merge of three texts over ``ours``.

    Args:
        base: what both sides came from; empty where there is no such file.
        ours: one side.
        theirs: the other.
        name: what messages call the file.

    Raises:
        OSError: where a file cannot be read or written.
    """
    try:
        texts = [read_bytes(path, CARD_BYTES).decode() for path in (base, ours, theirs)]
    except UnicodeDecodeError:
        return Outcome(merge_texts(base, ours, theirs), (f"{name} is merged as text, which is not UTF-8.",))
    bodies, seals = zip(*map(read_seal, texts), strict=True)
    if seals[1:] == ("intact", "intact"):
        return Outcome(True, (f"{name} is to be made anew: run `cardgen build --render-only` on its manifest.",))
    edited = [label for label, seal in zip(("ours", "theirs"), seals[1:], strict=True) if seal != "intact"]
    with TemporaryDirectory() as folder:
        places = [Path(folder, label) for label in ("base", "ours", "theirs")]
        for place, body in zip(places, bodies, strict=True):
            place.write_text(body, encoding="utf-8", newline="\n")
        clean = merge_texts(*places)
        merged = read_bytes(places[1], 2 * CARD_BYTES).decode()
    kept = next((text for text, seal in zip(texts[:0:-1], seals[:0:-1], strict=True) if seal != "absent"), None)
    write_atomically(ours, merged if kept is None else merged + seal_line(kept))
    told = f"{name} was edited by hand ({' and '.join(edited)}), and is merged as text."
    return Outcome(clean, (told, "Take what you want to keep into the manifest's `prose`; see `cardgen check`."))
