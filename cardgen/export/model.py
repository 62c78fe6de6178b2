"""What is exported: models, with the figures that are known of each, before any format words them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

CONFIDENCE = Decimal("0.95")
"""Of every interval that cardgen measures."""


@dataclass(frozen=True)
class Data:
    """What a figure was measured on."""

    name: str
    hub_id: str | None = None
    config: str | None = None
    split: str | None = None
    revision: str | None = None
    """Commit of a dataset on the Hub, or what a source calls the state of the data."""
    sha256: str | None = None
    """Of a local file."""
    rows: int | None = None
    """Of the dataset, where they were counted."""
    task: str | None = None
    """As an evaluation tool calls what it makes of the data."""

    @property
    def place(self) -> str:
        """In one line: name, configuration and split."""
        named = {"configuration": self.config, "split": self.split}
        return ", ".join([self.name, *(f"{key} {value}" for key, value in named.items() if value)])


@dataclass(frozen=True)
class Interval:
    """Where a figure lies for all that is known."""

    low: Decimal
    high: Decimal
    method: str
    level: Decimal | None = CONFIDENCE
    """``None`` where nobody says."""


@dataclass(frozen=True)
class Difference:
    """A figure minus the baseline's, on the same samples."""

    value: Decimal
    interval: Interval
    mcnemar_p: Decimal | None = None


@dataclass(frozen=True)
class Figure:
    """One number that somebody measured."""

    metric: str
    """A metric of the Hub, such as ``accuracy``, or a name of cardgen's with its unit, such as ``latency_ms``."""
    title: str
    """For people."""
    value: Decimal
    """Finite; a metric that could be written in percent is a fraction."""
    higher_is_better: bool | None
    """``None`` where nobody says."""
    unit: str | None = None
    """``proportion``, ``ms``, ``samples/s``; ``None`` for what has none, or where nobody says."""
    bounds: tuple[float, float] | None = None
    """The least and greatest value there can be, infinities among them; ``None`` where they are not known."""
    args: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    interval: Interval | None = None
    standard_error: Decimal | None = None
    """As a tool computed it."""
    deviation: Decimal | None = None
    """Standard deviation of what it is the mean of."""
    samples: int | None = None
    """That it was computed from."""
    data: Data | None = None
    conditions: Mapping[str, str] = field(default_factory=dict)
    """Under which it was measured and another figure of the same metric was not, such as ``batch_size``."""
    difference: Difference | None = None
    stated: str | None = None
    """As its source prints it, where that is on another scale."""
    more: Mapping[str, str] = field(default_factory=dict)
    """Figures that belong to it, such as the score to expect of dealt answers."""
    generation: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    """How a model that writes text was asked to."""
    own: bool = False
    """Whether it is a measure of cardgen's, which no other tool computes under its name."""
    measured_at: str | None = None
    """A time of ISO 8601; of a source, as much of a date as it gives."""


@dataclass(frozen=True)
class Measurer:
    """Who measured, and with what."""

    origin: str
    """Of the records: ``measured`` by cardgen, ``imported`` from a results file, ``reported`` by others."""
    name: str
    version: str | None = None
    """Of the tool, where one is known."""
    url: str | None = None


@dataclass(frozen=True)
class Report:
    """Figures of one model that came from one place."""

    measurer: Measurer
    figures: tuple[Figure, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    """What else is told of the model there: sizes, how it was calibrated."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Versions of packages, and the machine."""


@dataclass(frozen=True)
class Runtime:
    """What ran a model."""

    name: str
    version: str


@dataclass(frozen=True)
class ModelId:
    """Which model it is."""

    id: str | None
    """On the Hub; ``None`` of one that has none."""
    revision: str | None = None
    """Commit, where one was resolved."""
    sha256: str | None = None
    """Of a local folder."""
    on_hub: bool = True
    """Whether it is, or will be, published under its id."""


@dataclass(frozen=True)
class ModelFile:
    """A file of a model."""

    path: str
    """Relative POSIX path in the model's repository."""
    bytes: int
    sha256: str | None
    """Of what lies there; ``None`` where nobody knows it."""


@dataclass(frozen=True)
class Subject:
    """A model: a variant, the base model in one runtime, or what one run of a sweep made."""

    key: str
    """Tells it from the others; part of file names."""
    role: Literal["variant", "baseline", "run"]
    title: str
    model: ModelId
    precision: str | None = None
    """``INT8``, ``W4A16``, ``FP32``; ``None`` where nobody states it."""
    runtime: Runtime | None = None
    """``None`` where it was not run here."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Packages that made and ran it, with versions."""
    calibration: Data | None = None
    """What it was calibrated on here."""
    files: tuple[ModelFile, ...] = ()
    """What loading it takes."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What its files show, of a model that somebody else made."""
    reports: tuple[Report, ...] = ()


@dataclass(frozen=True, order=True)
class LeftOut:
    """What a card says and a format has no place for."""

    what: str
    """A key of the manifest or a name of what the card holds, such as ``prose.caveats``."""
    why: str


@dataclass(frozen=True)
class Document:
    """One file of a format."""

    name: str
    """Relative POSIX path beside a card."""
    content: dict[str, Any]
    target: str = ""
    """Relative POSIX path at which the format's own collections want it; by default ``name``'s last part."""


@dataclass(frozen=True)
class Export:
    """What came of an export."""

    documents: tuple[Document, ...]
    left_out: tuple[LeftOut, ...]
