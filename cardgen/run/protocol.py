"""What the core and a worker say to each other: one job as JSON on standard input, events as JSON lines on a pipe."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from cardgen.records.environment import Hardware
from cardgen.records.frozen import Frozen
from cardgen.records.record import Failure
from cardgen.records.request import Request
from cardgen.records.results import Result


class Job(Frozen):
    """One step, with the places of its files on this machine."""

    request: Request
    paths: dict[str, Path]
    """Absolute path by role. ``model``: the base model's folder (export) or an artifact's folder (all other steps).
    ``base``: the base model's folder (compare). ``data``: the local dataset file, absent for a dataset on the Hub.
    ``predictions``: what is scored (evaluate). ``baseline``: the baseline's predictions (evaluate, tune).
    ``calibration``: the local file to calibrate on (tune)."""
    tuned: tuple[str, ...] | None = None
    """The fallback that the tune step chose, for a quantization that asks for it."""
    journal: Path | None = None
    """Where a tune step writes each candidate at once, and finds those of a run that was killed."""
    output: Path
    """An empty folder for the artifact."""
    packages: tuple[str, ...] = ()
    """Distributions whose imported versions the worker reports."""
    offline: bool = True
    """Whether the job needs nothing from the Hub."""


class Progress(Frozen):
    """How far a stage of the step has come."""

    event: Literal["progress"] = "progress"
    stage: str
    """For people, in the present tense: ``calibrating``."""
    done: int
    total: int | None


class Log(Frozen):
    """A line for people."""

    event: Literal["log"] = "log"
    message: str


class Finished(Frozen):
    """The step ran to its end; the artifact is whole."""

    event: Literal["finished"] = "finished"
    result: Result
    versions: dict[str, str]
    hardware: Hardware


class Failed(Frozen):
    """The step failed."""

    event: Literal["failed"] = "failed"
    error: Failure


Event = Annotated[Progress | Log | Finished | Failed, Field(discriminator="event")]
EVENT: TypeAdapter[Progress | Log | Finished | Failed] = TypeAdapter(Event)
