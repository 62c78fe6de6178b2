"""The samples that a static quantization looks at, and what proves which they were."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from cardgen.catalog.tasks import TASKS
from cardgen.data.rules.choices import choice_rule
from cardgen.errors import StepError
from cardgen.evaluation.samples.data import draw_samples, load_dataset
from cardgen.evaluation.task import ModelFiles, load_task
from cardgen.records.request import CalibrationRequest
from cardgen.records.results.calibration import CalibrationSeen, TokenLengths
from cardgen.records.results.quantize import QuantizeResult

if TYPE_CHECKING:
    from cardgen.evaluation.task import Batch

_MANY = 512
"""Samples above which the length of each is not written down."""
_IMAGE = "image"
"""The role of columns that hold images."""


@dataclass(frozen=True)
class CalibrationSamples:
    """Samples without what is expected of them."""

    batches: tuple[Batch, ...]
    """In the order in which they were drawn."""
    contents: tuple[str, ...]
    """A line for each; see :attr:`cardgen.records.results.calibration.CalibrationSeen.sha256`."""
    lengths: tuple[int, ...] | None
    """Tokens of each, as the model sees it; ``None`` where there are none."""

    def seen(self, count: int) -> CalibrationSeen:
        """The first ``count`` of them.

        Raises:
            ValueError: if there are fewer: some were seen twice.
        """
        if count > len(self.contents):
            raise ValueError(f"{count} samples were seen, of {len(self.contents)}")
        lines = "\n".join(self.contents[:count])
        tokens = None if self.lengths is None or not count else token_lengths(self.lengths[:count])
        return CalibrationSeen(samples=count, sha256=hashlib.sha256(lines.encode()).hexdigest(), tokens=tokens)

    def told_in(self, made: QuantizeResult) -> QuantizeResult:
        """What was made by them, with which of them it saw."""
        count = made.calibration_seen
        return made if count is None else made.model_copy(update={"calibration": self.seen(count)})


def calibration_samples(
    request: CalibrationRequest, task: str, model: ModelFiles, data: Path | None
) -> CalibrationSamples:
    """Draw samples, and put them into batches.

    Args:
        request: which samples.
        task: what the model does.
        model: its files.
        data: the dataset's file, for a local one.

    Raises:
        StepError: if the data do not fit the request, or the model writes text.
    """
    if TASKS[task].generates:
        # A decoder reads what it wrote itself.
        raise StepError("A model that generates text cannot be calibrated.", remedy="Use `approach: dynamic`.")
    dataset = draw_samples(load_dataset(request.data, data), request.samples, request.seed)
    rows = load_task(task).read_inputs(dataset, request.columns, model)
    size, count = request.batch_size, len(rows.lengths)
    batches = tuple(rows.batch(range(start, min(start + size, count))) for start in range(0, count, size))
    lengths = None if _IMAGE in request.columns else tuple(rows.lengths)
    return CalibrationSamples(batches, content_lines(dataset, request.columns), lengths)


def token_lengths(lengths: Sequence[int]) -> TokenLengths:
    """Some lengths, in short; and each of them, where they are not many."""
    return TokenLengths(
        total=sum(lengths),
        shortest=min(lengths),
        median=float(median(lengths)),
        longest=max(lengths),
        each=" ".join(map(str, lengths)) if len(lengths) <= _MANY else "",
    )


def content_lines(dataset: Any, columns: Mapping[str, str]) -> tuple[str, ...]:
    """What each sample holds, in a line of JSON.

    Args:
        dataset: a ``datasets.Dataset`` or a :class:`cardgen.data.table.Table`.
        columns: role to column, of what a model reads.
    """
    values = {name: _values(dataset, role, name) for role, name in _read_columns(dataset, columns)}
    return tuple(
        json.dumps({name: each[row] for name, each in values.items()}, sort_keys=True) for row in range(len(dataset))
    )


def _read_columns(dataset: Any, columns: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Role and column; of a pattern, the columns that it stands for."""
    for role, column in columns.items():
        names = choice_rule(column).reads(dataset.column_names) if role == "choices" else (column,)
        yield from ((role, name) for name in names)


def _values(dataset: Any, role: str, column: str) -> Sequence[Any]:
    if role != _IMAGE:
        return list(dataset[column][:])
    from datasets import Image

    files = dataset.select_columns([column]).cast_column(column, Image(decode=False))
    return [_image_hash(held) for held in files[column]]


def _image_hash(held: Mapping[str, Any]) -> str:
    content = held["bytes"] if held["bytes"] is not None else Path(held["path"]).read_bytes()
    return hashlib.sha256(content).hexdigest()
