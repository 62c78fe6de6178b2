"""What a card states, as typed claims with their places; :mod:`cardgen.inherit.facts.find` finds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

from cardgen.inherit.document import Span

Place = Literal["metadata", "table", "prose"]
Approach = Literal["static", "dynamic", "none"]
"""Of which a card speaks in words of its own."""


class Subject(NamedTuple):
    """Which model a figure is of."""

    label: str
    """As the card names it: a column's head, a section's title, a model-index name. ``PyTorch INT8``, ``FP32``."""
    baseline: bool
    """Whether it is the FP32 model."""
    runtime: Literal["pytorch", "onnx"] | None
    """Where the card tells it by the column, the section or the row."""


class Figure(NamedTuple):
    """One number that the card gives for one quantity of one model."""

    quantity: str
    """A metric's Hub type (``accuracy``, ``f1``, ``rougeLsum``), or ``size``, ``latency_ms``, ``samples_per_s``."""
    label: str
    """As the card names it: ``Accuracy (eval-f1)``."""
    subject: Subject
    value: Decimal
    """As written, with every digit; before any unit is applied."""
    unit: str
    """As written: ``MB``, ``M``, ``ms``, ``%``, or empty."""
    place: Place
    span: Span
    dataset: str | None = None
    """Where the card ties the figure to one: its name or id."""
    metadata_path: tuple[str | int, ...] = ()
    """For ``metadata``: the path of the value in the front matter."""


class CalibrationClaim(NamedTuple):
    """How a static quantization is said to have been calibrated."""

    subject: Subject
    split: str | None
    """``train``, ``eval``, ``validation``, ``test``: as the card says it."""
    asked: int | None
    seen: int | None
    batch_size: int | None
    span: Span


@dataclass(frozen=True)
class FallbackClaim:
    """Which modules are said to have stayed FP32."""

    subject: Subject
    modules: tuple[tuple[str, Span], ...]
    """As listed, in order, duplicates kept."""
    count: int | None
    """As stated (40 of ``40/193``)."""
    total: int | None
    """As stated (193 of ``40/193``)."""
    span: Span


class LossClaim(NamedTuple):
    """A bound that the loss is said to keep."""

    subject: Subject
    limit: Decimal
    """A fraction: 0.01 for 1 %."""
    relative: bool
    span: Span


class Snippet(NamedTuple):
    """Code that the card prints."""

    language: str
    code: str
    span: Span
    """Of the code."""
    subject: Subject | None
    model_ids: tuple[tuple[str, Span], ...]
    """Hub ids that Python code loads, as string literals."""


class SweepRow(NamedTuple):
    """One row of a table of runs: what was varied, and what came out."""

    parameters: Mapping[str, str]
    """Column's name to the cell's text, without code marks."""
    figures: tuple[Figure, ...]
    batch_size: int | None
    input_length: int | None
    span: Span


class CardFacts(NamedTuple):
    """Everything that could be understood of a card."""

    repo_id: str | None
    """The card's own id, where a snippet, a link or model-index gives it; without an owner where none is given."""
    base_models: tuple[tuple[str, Span], ...]
    """Hub ids named as what this was made from."""
    approaches: tuple[tuple[Subject, Approach, Span], ...]
    figures: tuple[Figure, ...]
    """Those of sweeps are in :attr:`sweep`."""
    calibrations: tuple[CalibrationClaim, ...]
    fallbacks: tuple[FallbackClaim, ...]
    losses: tuple[LossClaim, ...]
    snippets: tuple[Snippet, ...]
    citations: tuple[tuple[str, Span], ...]
    """BibTeX entries as written."""
    sweep: tuple[SweepRow, ...]
    datasets: tuple[str, ...]
    """Ids from metadata and from dataset links."""
