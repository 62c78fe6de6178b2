"""What the core and workers say to each other: jobs, events, and orders to a worker that forks, as JSON lines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from cardgen.data.fault import Fault
from cardgen.data.needs import Need
from cardgen.records.environment import Hardware
from cardgen.records.frozen import Frozen
from cardgen.records.record import Failure
from cardgen.records.request import StepRequest
from cardgen.records.results import StepResult
from cardgen.run.made import Made


class LookRequest(Frozen):
    """Look at data before they are used: not a step, since it measures nothing."""

    kind: Literal["look"] = "look"
    needs: tuple[Need, ...]
    """Uses of datasets, by whose names the job's paths give the local files."""
    labels: tuple[str, ...] | None = None
    """The base model's, where they are known."""


class LookResult(Frozen):
    """What is wrong with data."""

    kind: Literal["look"] = "look"
    faults: tuple[tuple[Fault, ...], ...]
    """For each use that was asked about, in that order."""


JobRequest = StepRequest | LookRequest


class Job(Frozen):
    """One step, or a look at data, with the places of its files on this machine."""

    request: Annotated[JobRequest, Field(discriminator="kind")]
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
    result: Annotated[StepResult | LookResult, Field(discriminator="kind")]
    also: tuple[Made, ...] = ()
    """Of a tune step: the quantization of what was chosen, and its answers."""
    versions: dict[str, str]
    hardware: Hardware


class Failed(Frozen):
    """The step failed."""

    event: Literal["failed"] = "failed"
    error: Failure


Event = Annotated[Progress | Log | Finished | Failed, Field(discriminator="event")]
EVENT: TypeAdapter[Progress | Log | Finished | Failed] = TypeAdapter(Event)


class Fork(Frozen):
    """An order to a warm worker: fork a child that does a job. A descriptor for its events comes with it."""

    order: Literal["fork"] = "fork"
    libraries: tuple[str, ...]
    """Modules to import before, if they are not yet."""
    job: Path
    """A file with the job, as JSON."""
    folder: Path
    """The child's working folder."""
    log: Path
    """Where what the child prints goes."""


class Reap(Frozen):
    """An order to a warm worker: the child has ended, and so has its group."""

    order: Literal["reap"] = "reap"
    pid: int


class Forked(Frozen):
    """The child runs."""

    answer: Literal["forked"] = "forked"
    pid: int
    """Also the number of its process group."""


class Refused(Frozen):
    """There is no child, since a fork would not be safe."""

    answer: Literal["refused"] = "refused"
    reason: str


class Ended(Frozen):
    """The child has ended, but for being reaped. May be told more than once."""

    answer: Literal["ended"] = "ended"
    pid: int
    status: int
    """Its exit status; less than 0 for the signal that ended it."""


Order = Annotated[Fork | Reap, Field(discriminator="order")]
ORDER: TypeAdapter[Fork | Reap] = TypeAdapter(Order)
Answer = Forked | Refused | Ended
ANSWER: TypeAdapter[Forked | Refused | Ended] = TypeAdapter(Annotated[Answer, Field(discriminator="answer")])
