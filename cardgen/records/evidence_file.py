"""Evidence as a file that people and git can read: one block a record, in an order that does not move.

Format 4. Each block has a hash of itself, so that an edit by hand is noticed, and two branches that measured different
variants change different lines (``docs/decisions/0007-evidence-that-git-can-merge.md``). Records go by the name of
their step; those of a variant stand together. Format 3, which had one hash over all, is still read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, count
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from cardgen.errors import EvidenceError, Problem, shown
from cardgen.reading import RECORDS_BYTES, read_bytes
from cardgen.records.canonical import fingerprint
from cardgen.records.codec import content_hash, parse_json
from cardgen.records.evidence import FORMAT, Evidence
from cardgen.records.imported import imported_block, imported_fingerprint
from cardgen.records.record import DoneRecord

Block = dict[str, Any]

_BEFORE = 3
"""The other format that is read."""
_REMEDY = "Build the card anew, or restore the file from version control."
_EDITED = "Restore it from version control, or delete it and build anew; figures are measured, never typed."
_KINDS = ("export", "tune", "quantize", "adopt", "snippet", "compare", "predict", "evaluate", "benchmark")
_DIGITS = 16
"""Of a block's hash: enough against a slip, and no hash without a key is any use against a forger."""
_FIRST = ("fingerprint", "seal", "started", "seconds", "needs")
"""What changes whenever a step runs again stands together: a diff shows it once."""
_HEADER = ("format", "cardgen", "measured")
_MAPPINGS = ("resolutions", "environments", "records", "inspected")


class ParsedEvidence(NamedTuple):
    """What stands in an evidence file."""

    evidence: Evidence
    edited: tuple[str, ...]
    """Keys of the blocks that do not have the hash that they were written with; ``""`` for the whole file."""

    @property
    def sound(self) -> bool:
        """Whether nobody edited it."""
        return not self.edited


def dump_evidence(evidence: Evidence) -> str:
    """The evidence as text. Records without the name of a step get one from what they were asked."""
    return dump_blocks(evidence_blocks(evidence))


def evidence_blocks(evidence: Evidence) -> Block:
    """The evidence as JSON, in the order in which it is written, each block with its hash."""
    content = evidence.model_dump(mode="json")
    blocks: Block = {**{key: content[key] for key in _HEADER}, "format": FORMAT}
    blocks["seal"] = block_hash("", blocks)
    for section in ("resolutions", "environments"):
        blocks[section] = {key: sealed_block(key, content[section][key]) for key in sorted(content[section])}
    blocks["records"] = {
        record.step: sealed_block(record.step, _record_block(record)) for record in in_file_order(evidence.records)
    }
    blocks["reported"] = content["reported"]
    if evidence.inspected:
        blocks["inspected"] = {
            record.name: sealed_block(record.name, record.model_dump(mode="json")) for record in evidence.inspected
        }
    if evidence.imported:
        blocks["imported"] = [imported_block(record) for record in evidence.imported]
    inherited = content["inherited"]
    blocks["inherited"] = None if inherited is None else sealed_block("inherited", inherited)
    return blocks


def dump_blocks(blocks: Block) -> str:
    """Blocks as the text of an evidence file."""
    return json.dumps(blocks, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def sealed_block(key: str, content: Block) -> Block:
    """A block with its hash, what changes most first."""
    content = {**content, "seal": block_hash(key, content)}
    return {name: content[name] for name in (*_FIRST, *content) if name in content}


def block_hash(key: str, content: Mapping[str, Any]) -> str:
    """The first digits of SHA-256 of all that a block holds but its hash, and of the key that it stands under."""
    kept = {name: value for name, value in content.items() if name != "seal"}
    return fingerprint({"key": key, "content": kept})[:_DIGITS]


def record_place(name: str, kind: str) -> tuple[str, int, str]:
    """Where a record stands: beside the others of what its step is about, such as a variant."""
    return name.removeprefix(f"{kind} "), _KINDS.index(kind) if kind in _KINDS else len(_KINDS), name


def in_file_order(records: Iterable[DoneRecord]) -> tuple[DoneRecord, ...]:
    """Records in the order of a file, each with a name of its own; those without one get it from their request."""
    named: dict[str, DoneRecord] = {}
    for record in records:
        wanted = record.step or f"{record.request.kind} {record.request.backend}"
        name = next(name for name in chain((wanted,), (f"{wanted} ({more})" for more in count(2))) if name not in named)
        named[name] = record if name == record.step else record.model_copy(update={"step": name})
    return tuple(sorted(named.values(), key=lambda record: record_place(record.step, record.request.kind)))


def _record_block(record: DoneRecord) -> Block:
    block = record.model_dump(mode="json")
    del block["step"]
    return block


def load_evidence(path: Path) -> Evidence:
    """Read an evidence file.

    Raises:
        EvidenceError: where it is absent, no JSON, of another format, misses something, or is not as it was written;
            with every problem found.
    """
    try:
        content = read_bytes(path, RECORDS_BYTES)
    except OSError as error:
        raise _refused(shown(path), f"cannot be read: {error.strerror}") from error
    parsed = parse_evidence(content, shown(path))
    if not parsed.sound:
        message = "was edited: its content does not have the hash that it was written with"
        raise EvidenceError(tuple(Problem(shown(path), None, None, key, message, _EDITED) for key in parsed.edited))
    return parsed.evidence


def parse_evidence(text: bytes, file: str) -> ParsedEvidence:
    """Read what an evidence file holds, also where it was edited.

    Args:
        text: the file's content.
        file: what messages call it.

    Raises:
        EvidenceError: where it is no JSON, of another format, or misses something; with every problem found.
    """
    content = parse_blocks(text, file)
    if content["format"] == _BEFORE:
        whole = content.pop("sha256", None)
        edited = [] if whole == content_hash(content) else ["sha256"]
    else:
        edited = list(_edited_blocks(content))
        content.pop("seal", None)
        records = content.get("records")
        if isinstance(records, dict):
            content["records"] = [
                {**record, "step": name} if isinstance(record, dict) else record for name, record in records.items()
            ]
        inspected = content.get("inspected")
        if isinstance(inspected, dict):
            content["inspected"] = list(inspected.values())
        for section in ("resolutions", "environments", "records", "inspected"):
            _without_hashes(content.get(section))
        _without_hashes([content.get("inherited")])
    try:
        evidence = Evidence.model_validate(content)
    except ValidationError as error:
        problems = tuple(
            Problem(file, None, None, ".".join(str(part) for part in item["loc"]), _told(item["type"]), _REMEDY)
            for item in error.errors()
        )
        raise EvidenceError(problems) from error
    return ParsedEvidence(evidence, tuple(edited))


def parse_blocks(text: bytes, file: str) -> Block:
    """An evidence file as JSON, of a format that is read.

    Raises:
        EvidenceError: where it is no JSON, holds a key twice or an unresolved conflict, or is of another format.
    """
    try:
        decoded = text.decode()
        content = parse_json(decoded)
    except json.JSONDecodeError as error:
        markers = [number for number, line in enumerate(decoded.splitlines(), 1) if line.startswith("<" * 7 + " ")]
        if markers:
            raise EvidenceError(tuple(_conflict(file, number) for number in markers)) from error
        raise EvidenceError((Problem(file, error.lineno, error.colno, "", "is not JSON", _REMEDY),)) from error
    except UnicodeDecodeError as error:
        raise _refused(file, "is not UTF-8") from error
    except ValueError as error:
        raise _refused(file, str(error)) from error
    if not isinstance(content, dict) or "format" not in content:
        raise _refused(file, "is no evidence, which names its `format`")
    found = content["format"]
    if found not in (_BEFORE, FORMAT):
        message = f"has format {json.dumps(found)}; this version of cardgen reads formats {_BEFORE} and {FORMAT}"
        raise EvidenceError((Problem(file, None, None, "format", message, "Update cardgen, or build anew."),))
    return content


def _conflict(file: str, line: int) -> Problem:
    remedy = (
        "Keep one side of each block between the markers and remove the other, then run `cardgen build --render-only`; "
        "or run `cardgen build`, which measures again what it has no record of."
    )
    return Problem(file, line, None, "", "holds a conflict of a merge that nobody resolved", remedy)


def _edited_blocks(content: Block) -> Iterator[str]:
    """Keys of the blocks that do not have their hash."""
    if content.get("seal") != block_hash("", {key: content[key] for key in _HEADER if key in content}):
        yield "seal"
    for section in _MAPPINGS:
        blocks = content.get(section)
        for key, block in blocks.items() if isinstance(blocks, dict) else ():
            if isinstance(block, dict) and block.get("seal") != block_hash(key, block):
                yield f"{section}.{key}"
    reported = content.get("reported")
    for number, record in enumerate(reported if isinstance(reported, list) else ()):
        entry = record.get("entry") if isinstance(record, dict) else None
        if isinstance(entry, dict) and record.get("fingerprint") != fingerprint(entry):
            yield f"reported.{number}"
    imported = content.get("imported")
    for number, record in enumerate(imported if isinstance(imported, list) else ()):
        if isinstance(record, dict) and record.get("fingerprint") != imported_fingerprint(record):
            yield f"imported.{number}"
    inherited = content.get("inherited")
    if isinstance(inherited, dict) and inherited.get("seal") != block_hash("inherited", inherited):
        yield "inherited"


def _without_hashes(blocks: Any) -> None:
    for block in blocks.values() if isinstance(blocks, dict) else blocks if isinstance(blocks, list) else ():
        if isinstance(block, dict):
            block.pop("seal", None)


def _told(kind: str) -> str:
    """What pydantic found, by its kind of error, in words for people who know the file and not the types."""
    told = {"missing": "is missing", "extra_forbidden": "does not belong here"}
    return told.get(kind, "is not what cardgen writes here")


def _refused(file: str, message: str) -> EvidenceError:
    return EvidenceError((Problem(file, None, None, "", message, _REMEDY),))
