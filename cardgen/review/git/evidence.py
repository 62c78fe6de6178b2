"""Merges the evidence of two branches as git asks for it: three files in, one out, and nothing lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from cardgen.errors import EvidenceError, Problem
from cardgen.reading import RECORDS_BYTES, read_bytes
from cardgen.records.atomic import write_atomically
from cardgen.records.evidence import FORMAT, Evidence
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
    sides: list[_Side] = []
    for path, label in ((ours, "ours"), (theirs, "theirs")):
        try:
            sides.append(_sound(path, label))
        except EvidenceError as error:
            merge_texts(base, ours, theirs)
            fault = "; ".join(problem.message for problem in error.problems)
            return Outcome(False, (f"{name}: {label} {fault}.", f"{name} is merged as text: look at all of it."))
    with suppress(EvidenceError):
        sides.append(_sound(base, "base"))
    names = {record.fingerprint: record.step for side in sides for record in side.evidence.records if record.step}
    own, other, *before = [_blocks(side, names) for side in sides]
    merged = merge_blocks(before[0] if before else {}, own, other)
    write_atomically(ours, merged.text)
    if not merged.conflicts:
        return Outcome(True, ())
    told = [f"{name}: both sides changed {about}: {', '.join(keys)}" for about, keys in merged.about.items()]
    return Outcome(False, (*told, _RESOLVE))


class _Side(NamedTuple):
    evidence: Evidence
    raw: Block


def _sound(path: Path, label: str) -> _Side:
    """A side that nobody edited.

    Raises:
        EvidenceError: where it cannot be read, or was edited.
    """
    content = read_bytes(path, RECORDS_BYTES)
    parsed = parse_evidence(content, label)
    if not parsed.sound:
        raise EvidenceError((Problem(label, None, None, "", f"was edited: {', '.join(parsed.edited)}"),))
    return _Side(parsed.evidence, json.loads(content))


def _blocks(side: _Side, names: Mapping[str, str]) -> Block:
    """A side in blocks; in format 3 records have no names, and get those that they have on another side."""
    if side.evidence.format == FORMAT:
        return side.raw
    records = tuple(
        record.model_copy(update={"step": names.get(record.fingerprint, "")}) for record in side.evidence.records
    )
    return evidence_blocks(side.evidence.model_copy(update={"records": records}))
