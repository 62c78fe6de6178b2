"""What an evaluation tool measured: the figures of its results file, and which file that is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from cardgen.records.canonical import fingerprint
from cardgen.records.frozen import Frozen
from cardgen.records.results_file import ResultsFile


class ImportedRecord(Frozen):
    """What a results file says of a variant or of the base model."""

    origin: Literal["imported"] = "imported"
    fingerprint: str
    """Of all else that stands here: SHA-256 of its canonical JSON."""
    variant: str | None
    """``None`` for the base model."""
    path: str
    """Of the file, as the manifest names it."""
    copy_at: str | None = None
    """Where a copy of the file lies, relative to the card's folder; ``None`` where it is not published."""
    results: ResultsFile


def imported_record(variant: str | None, path: str, copy_at: str | None, results: ResultsFile) -> ImportedRecord:
    """A record, with its fingerprint."""
    record = ImportedRecord(fingerprint="", variant=variant, path=path, copy_at=copy_at, results=results)
    return record.model_copy(update={"fingerprint": imported_fingerprint(imported_block(record))})


def imported_block(record: ImportedRecord) -> dict[str, Any]:
    """A record as JSON: what is not stated, which is most of what a figure could say, is left out."""
    return {"origin": record.origin, **record.model_dump(mode="json", exclude_defaults=True)}


def imported_fingerprint(block: Mapping[str, Any]) -> str:
    """The fingerprint that a record should have.

    Args:
        block: the record as JSON, as it stands in a file.
    """
    return fingerprint({key: value for key, value in block.items() if key != "fingerprint"})
