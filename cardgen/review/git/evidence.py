"""Merges the evidence of two branches as git asks for it: three files in, one out, and nothing lost."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from cardgen.errors import EvidenceError, Problem
from cardgen.reading import RECORDS_BYTES, read_bytes
from cardgen.records.atomic import write_atomically
from cardgen.records.evidence import FORMAT
from cardgen.records.evidence_file import Block, evidence_blocks, parse_evidence
from cardgen.review.git.merge import merge_blocks
from cardgen.review.git.texts import merge_texts

_RESOLVE = (
    "Keep one side of each block between the markers, then run `cardgen build --render-only`; or run `cardgen build`, "
    "which measures what it has no record of."
)


@dataclass(frozen=True)
class Outcome:
    """How a merge ended."""

    clean: bool
    told: tuple[str, ...]
    """For people, a line each."""


def merge_evidence(base: Path, ours: Path, theirs: Path, name: str) -> Outcome:
    """Write the merge of three evidence files over ``ours``.

    Where a side is no sound evidence it is merged as any text is, and that counts as a conflict: nobody can say whether
    it is right. A base that cannot be read, as of branches that were merged both ways, is none.

    Args:
        base: what both sides came from; empty where there is no such file.
        ours: one side.
        theirs: the other.
        name: what messages call the file.

    Raises:
        OSError: where a file cannot be read or written.
    """
    sides: list[Block] = []
    for path, label in ((ours, "ours"), (theirs, "theirs")):
        try:
            sides.append(_sound_blocks(path, label))
        except EvidenceError as error:
            merge_texts(base, ours, theirs)
            fault = "; ".join(problem.message for problem in error.problems)
            return Outcome(False, (f"{name}: {label} {fault}.", f"{name} is merged as text: look at all of it."))
    try:
        before = _sound_blocks(base, "base")
    except EvidenceError:
        before = {}
    merged = merge_blocks(before, *sides)
    write_atomically(ours, merged.text)
    if not merged.conflicts:
        return Outcome(True, ())
    told = [f"{name}: both sides changed {about}: {', '.join(keys)}" for about, keys in merged.about.items()]
    return Outcome(False, (*told, _RESOLVE))


def _sound_blocks(path: Path, label: str) -> Block:
    """A side in blocks, in this format.

    Raises:
        EvidenceError: where it cannot be read, or was edited.
    """
    content = read_bytes(path, RECORDS_BYTES)
    parsed = parse_evidence(content, label)
    if not parsed.sound:
        raise EvidenceError((Problem(label, None, None, "", f"was edited: {', '.join(parsed.edited)}"),))
    blocks: Block = json.loads(content)
    return blocks if blocks["format"] == FORMAT else evidence_blocks(parsed.evidence)
