"""Records and evidence as versioned JSON files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from cardgen.errors import EvidenceError, Problem, shown
from cardgen.reading import RECORDS_BYTES, read_text
from cardgen.records.canonical import fingerprint
from cardgen.records.evidence import FORMAT, Evidence
from cardgen.records.record import DoneRecord, FailedRecord, Record

Value = TypeVar("Value")

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
    remedy = "Build the card anew, or restore the file from version control."
    try:
        content = _parsed(read_text(path, RECORDS_BYTES))
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise EvidenceError((Problem(shown(path), None, None, "", message, remedy),)) from error
    except json.JSONDecodeError as error:
        raise EvidenceError((Problem(shown(path), error.lineno, error.colno, "", "is not JSON", remedy),)) from error
    except UnicodeDecodeError as error:
        raise EvidenceError((Problem(shown(path), None, None, "", "is not UTF-8", remedy),)) from error
    except ValueError as error:
        raise EvidenceError((Problem(shown(path), None, None, "", str(error), remedy),)) from error
    if not isinstance(content, dict) or "format" not in content:
        message = "is no evidence, which names its `format`"
        raise EvidenceError((Problem(shown(path), None, None, "", message, remedy),))
    found = content["format"]
    if found != FORMAT:
        message = f"has format {json.dumps(found)}; this version of cardgen reads format {FORMAT}"
        raise EvidenceError((Problem(shown(path), None, None, "format", message, "Update cardgen, or build anew."),))
    try:
        evidence = Evidence.model_validate(content)
    except ValidationError as error:
        problems = tuple(
            Problem(shown(path), None, None, ".".join(str(part) for part in item["loc"]), _told(item["type"]), remedy)
            for item in error.errors()
        )
        raise EvidenceError(problems) from error
    if evidence.sha256 != _content_hash(content):
        message = "was edited: its content does not have the hash that it was written with"
        remedy = "Restore it from version control, or delete it and build anew; figures are measured, never typed."
        raise EvidenceError((Problem(shown(path), None, None, "sha256", message, remedy),))
    return evidence
