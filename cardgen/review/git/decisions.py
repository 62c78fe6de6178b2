"""Merges the decisions of two branches as git asks for it: three files in, one out."""

from __future__ import annotations

from pathlib import Path

from cardgen.errors import DecisionsError
from cardgen.reading import CARD_BYTES, read_bytes
from cardgen.records.atomic import write_atomically
from cardgen.review.decisions.file import parse_decisions
from cardgen.review.decisions.merge import merge_decisions
from cardgen.review.git.evidence import Outcome
from cardgen.review.git.texts import merge_texts


def merge_decision_files(base: Path, ours: Path, theirs: Path, name: str) -> Outcome:
    """Write the merge of three files of decisions over ``ours``.

    What holds no decisions, as a file that is only called like one, is merged as any text is.

    Args:
        base: what both sides came from; empty where there is no such file.
        ours: one side.
        theirs: the other.
        name: what messages call the file.

    Raises:
        OSError: where a file cannot be read or written.
    """
    try:
        sides = [parse_decisions(read_bytes(path, CARD_BYTES), name) for path in (base, ours, theirs)]
    except DecisionsError:
        return Outcome(merge_texts(base, ours, theirs), ())
    merged = merge_decisions(*sides)
    write_atomically(ours, merged.text)
    if not merged.conflicts:
        return Outcome(True, ())
    told = f"{name}: both sides decided on {', '.join(merged.conflicts)}, each otherwise."
    return Outcome(False, (told, "Keep the entry that holds, and remove the lines that git put in."))
