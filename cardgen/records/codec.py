"""Records and evidence as versioned JSON files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from cardgen.errors import EvidenceError, Problem, shown
from cardgen.reading import RECORDS_BYTES, read_bytes
from cardgen.records.canonical import fingerprint
from cardgen.records.evidence import FORMAT, Evidence
from cardgen.records.record import DoneRecord, FailedRecord, Record

Value = TypeVar("Value")

_REMEDY = "Build the card anew, or restore the file from version control."

_RECORD: TypeAdapter[DoneRecord | FailedRecord] = TypeAdapter(Record)


def dump_json(value: BaseModel) -> str:
    """JSON for people and for diffs: two spaces, fields in the type's order, Unicode kept, one newline at the end."""
    return json.dumps(value.model_dump(mode="json"), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


class UnsealedError(ValueError):
    """What was read has no hash: an earlier version of cardgen wrote it, and nobody can tell whether it is sound."""


def dump_sealed(value: BaseModel, *, indent: int | None = 2) -> str:
    """JSON as of :func:`dump_json` that begins with a hash of the rest, as evidence has it; on one line without indent.

    What is written down alone is sealed alone: one flipped bit would else give another figure, and no error.
    """
    content = value.model_dump(mode="json")
    sealed = {"sha256": _content_hash(content), **content}
    return json.dumps(sealed, indent=indent, ensure_ascii=False, allow_nan=False) + "\n"


def load_sealed(text: str | bytes, kind: TypeAdapter[Value]) -> Value:
    """What :func:`dump_sealed` wrote.

    Raises:
        UnsealedError: where it has no hash, and is otherwise sound.
        ValueError: where ``text`` is nothing of this kind, or not as it was written.
    """
    content = _parsed(text)
    found = content.pop("sha256", None) if isinstance(content, dict) else None
    if found is None:
        kind.validate_python(content)
        raise UnsealedError("has no hash")
    if found != _content_hash(content):
        raise ValueError("is not as it was written")
    return kind.validate_python(content)


def load_record(text: str | bytes) -> DoneRecord | FailedRecord:
    """Read one record; raises as :func:`load_sealed`."""
    return load_sealed(text, _RECORD)


def seal(evidence: Evidence) -> Evidence:
    """The same evidence with its own hash: SHA-256 of the canonical JSON of everything but the hash."""
    return evidence.model_copy(update={"sha256": _content_hash(evidence.model_dump(mode="json"))})


def _content_hash(content: Mapping[str, Any]) -> str:
    return fingerprint({key: value for key, value in content.items() if key != "sha256"})


def _parsed(text: str | bytes) -> Any:
    """JSON that has a hash.

    Raises:
        json.JSONDecodeError: where it is no JSON.
        ValueError: where it holds what no hash can be taken of, with what that is.
    """
    try:
        content = json.loads(text, parse_constant=_refuse_constant)
        json.dumps(content, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    except UnicodeEncodeError as error:
        raise ValueError("holds half of a surrogate pair, which is no character") from error
    return content


def _refuse_constant(name: str) -> None:
    raise ValueError(f"holds {name}, which is no number of JSON")


def _told(kind: str) -> str:
    """What pydantic found, by its kind of error, in words for people who know the file and not the types."""
    told = {"missing": "is missing", "extra_forbidden": "does not belong here"}
    return told.get(kind, "is not what cardgen writes here")


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
    evidence = parse_evidence(content, shown(path))
    if not evidence.sound:
        message = "was edited: its content does not have the hash that it was written with"
        remedy = "Restore it from version control, or delete it and build anew; figures are measured, never typed."
        raise EvidenceError((Problem(shown(path), None, None, "sha256", message, remedy),))
    return evidence.evidence


class ParsedEvidence(NamedTuple):
    """What stands in an evidence file."""

    evidence: Evidence
    sound: bool
    """Whether it has the hash that it was written with; else it was edited."""


def parse_evidence(text: bytes, file: str) -> ParsedEvidence:
    """Read what an evidence file holds, also where it was edited.

    Args:
        text: the file's content.
        file: what messages call it.

    Raises:
        EvidenceError: where it is no JSON, of another format, or misses something; with every problem found.
    """
    try:
        content = _parsed(text.decode())
    except json.JSONDecodeError as error:
        raise EvidenceError((Problem(file, error.lineno, error.colno, "", "is not JSON", _REMEDY),)) from error
    except UnicodeDecodeError as error:
        raise _refused(file, "is not UTF-8") from error
    except ValueError as error:
        raise _refused(file, str(error)) from error
    if not isinstance(content, dict) or "format" not in content:
        raise _refused(file, "is no evidence, which names its `format`")
    found = content["format"]
    if found != FORMAT:
        message = f"has format {json.dumps(found)}; this version of cardgen reads format {FORMAT}"
        raise EvidenceError((Problem(file, None, None, "format", message, "Update cardgen, or build anew."),))
    try:
        evidence = Evidence.model_validate(content)
    except ValidationError as error:
        problems = tuple(
            Problem(file, None, None, ".".join(str(part) for part in item["loc"]), _told(item["type"]), _REMEDY)
            for item in error.errors()
        )
        raise EvidenceError(problems) from error
    return ParsedEvidence(evidence, evidence.sha256 == _content_hash(content))


def _refused(file: str, message: str) -> EvidenceError:
    return EvidenceError((Problem(file, None, None, "", message, _REMEDY),))
