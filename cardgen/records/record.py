"""The outcome of a step: done with a result, or failed with an error; and what others report."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from cardgen.manifest.reported import Reported
from cardgen.records.environment import Environment, Hardware
from cardgen.records.frozen import Frozen
from cardgen.records.request import Request
from cardgen.records.results import Result


class ArtifactFile(Frozen):
    """One file that a step made."""

    path: str
    """POSIX path relative to the artifact's folder."""
    bytes: int
    sha256: str


class Failure(Frozen):
    """Why a step failed, in full."""

    type: str
    """Exception class, or ``killed``, ``timeout``, ``out-of-memory``."""
    message: str
    remedy: str = ""
    detail: str = ""
    """Traceback or the end of the worker's output, without machine paths."""


class _Record(Frozen):
    step: str = ""
    """In evidence, the name of the step in its plan: ``quantize onnx``. Empty in the store, where a record is of every
    plan that has it."""
    fingerprint: str
    origin: Literal["measured"] = "measured"
    request: Request
    needs: dict[str, str] = {}
    """Role to the fingerprint of the step that fills it."""
    environment: Environment
    started: str
    """UTC, ISO 8601."""
    seconds: float
    versions: dict[str, str] = {}
    """All relevant packages as imported by the worker."""
    hardware: Hardware | None = None


class DoneRecord(_Record):
    """A step that ran to its end."""

    status: Literal["done"] = "done"
    result: Result
    artifact: tuple[ArtifactFile, ...] = ()


class FailedRecord(_Record):
    """A step that did not; it has an error and no results."""

    status: Literal["failed"] = "failed"
    error: Failure


Record = Annotated[DoneRecord | FailedRecord, Field(discriminator="status")]


class ReportedRecord(Frozen):
    """Figures that somebody else measured: what a manifest says that they report."""

    origin: Literal["reported"] = "reported"
    fingerprint: str
    """Of the entry: SHA-256 of its canonical JSON."""
    entry: Reported
