"""What is written down alone, such as a record, as JSON with a hash of itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter

from cardgen.records.canonical import fingerprint
from cardgen.records.record import DoneRecord, FailedRecord, Record

Value = TypeVar("Value")

_RECORD: TypeAdapter[DoneRecord | FailedRecord] = TypeAdapter(Record)


class UnsealedError(ValueError):
    """What was read has no hash: an earlier version of cardgen wrote it, and nobody can tell whether it is sound."""


def dump_sealed(value: BaseModel, *, indent: int | None = 2) -> str:
    """JSON that begins with a hash of the rest: two spaces, fields in the type's order; on one line without indent.

    What is written down alone is sealed alone: one flipped bit would else give another figure, and no error.
    """
    content = value.model_dump(mode="json")
    sealed = {"sha256": content_hash(content), **content}
    return json.dumps(sealed, indent=indent, ensure_ascii=False, allow_nan=False) + "\n"


def load_sealed(text: str | bytes, kind: TypeAdapter[Value]) -> Value:
    """What :func:`dump_sealed` wrote.

    Raises:
        UnsealedError: where it has no hash, and is otherwise sound.
        ValueError: where ``text`` is nothing of this kind, or not as it was written.
    """
    content = parse_json(text)
    found = content.pop("sha256", None) if isinstance(content, dict) else None
    if found is None:
        kind.validate_python(content)
        raise UnsealedError("has no hash")
    if found != content_hash(content):
        raise ValueError("is not as it was written")
    return kind.validate_python(content)


def load_record(text: str | bytes) -> DoneRecord | FailedRecord:
    """Read one record; raises as :func:`load_sealed`."""
    return load_sealed(text, _RECORD)


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of everything but the hash itself."""
    return fingerprint({key: value for key, value in content.items() if key != "sha256"})


def parse_json(text: str | bytes) -> Any:
    """JSON that has a hash.

    Raises:
        json.JSONDecodeError: where it is no JSON.
        ValueError: where it holds what no hash can be taken of, with what that is.
    """
    try:
        content = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object)
        json.dumps(content, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    except UnicodeEncodeError as error:
        raise ValueError("holds half of a surrogate pair, which is no character") from error
    return content


def _refuse_constant(name: str) -> None:
    raise ValueError(f"holds {name}, which is no number of JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two values under one key JSON would take the last without a word."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"holds {json.dumps(twice, ensure_ascii=False)} twice in one place")
    return found
