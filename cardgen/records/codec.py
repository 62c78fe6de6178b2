"""Records and evidence as versioned JSON files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from cardgen.errors import EvidenceError, Problem, shown
from cardgen.records.model import FORMAT, DoneRecord, Evidence, FailedRecord, Record

_RECORD: TypeAdapter[DoneRecord | FailedRecord] = TypeAdapter(Record)


def dump_json(value: BaseModel) -> str:
    """JSON for people and for diffs: two spaces, fields in the type's order, Unicode kept, one newline at the end."""
    return json.dumps(value.model_dump(mode="json"), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def load_record(text: str | bytes) -> DoneRecord | FailedRecord:
    """Read one record.

    Raises:
        ValueError: where ``text`` is no record of this format.
    """
    return _RECORD.validate_json(text)


def load_evidence(path: Path) -> Evidence:
    """Read an evidence file.

    Raises:
        EvidenceError: where it is absent, no JSON, of another format, or misses something; with every problem found.
    """
    remedy = "Build the card anew, or restore the file from version control."
    try:
        content: Any = json.loads(path.read_bytes())
    except OSError as error:
        raise EvidenceError(
            (Problem(shown(path), None, None, "", f"cannot be read: {error.strerror}", remedy),)
        ) from error
    except ValueError as error:
        line = getattr(error, "lineno", None)
        column = getattr(error, "colno", None)
        raise EvidenceError((Problem(shown(path), line, column, "", "is not JSON", remedy),)) from error
    found = content.get("format") if isinstance(content, dict) else None
    if found != FORMAT:
        message = f"has format {found!r}; this version of cardgen reads format {FORMAT}"
        raise EvidenceError((Problem(shown(path), None, None, "format", message, "Update cardgen, or build anew."),))
    try:
        return Evidence.model_validate(content)
    except ValidationError as error:
        problems = tuple(
            Problem(shown(path), None, None, ".".join(str(part) for part in item["loc"]), item["msg"], remedy)
            for item in error.errors()
        )
        raise EvidenceError(problems) from error
