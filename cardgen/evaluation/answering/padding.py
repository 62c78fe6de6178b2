"""Whether a model sees the padding of a batch: then what it answers to a sample depends on what stands beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cardgen.evaluation.task import ModelFiles, Reading, Runner
from cardgen.records.results.predict import BatchCheck

if TYPE_CHECKING:
    import numpy.typing as npt

    from cardgen.evaluation.task import Batch

    Array = npt.NDArray[np.float32]

TOLERANCE = 1e-3
"""The most that an output may differ, as a share of its largest number where that is more than 1.

The products of a batch are summed in another order than those of a sample alone, which makes up to 1e-5 in models of
BERT's size; padding that is seen moves outputs by far more.
"""

_ROWS = 8
_TOKENS = 2048
"""Compared at most, but for two rows: a model may take a second for each, and more for long ones."""
_FILE = "batching.json"
_SPANS = ("start_logits", "end_logits")
"""Outputs with one number a token, and so no third axis."""
_PER_TOKEN = 3
"""Axes of an output that gives each token several numbers."""


def check_batch(
    reading: Reading, runner: Runner, model: ModelFiles, plan: Sequence[Sequence[int]], *, writes: bool
) -> BatchCheck:
    """Compute some rows as one batch, and each of them alone.

    Args:
        reading: the samples.
        runner: the model, in FP32: INT8 whose scales come from the batch differs whatever the padding.
        model: its files.
        plan: the rows of each batch, of which that with the most padding is taken.
        writes: whether the model writes text, of which the first token tells.

    Raises:
        StepError: if the rows cannot be padded.
    """
    rows = _padded_most(reading.rows.lengths, plan)

    def outputs(some: Sequence[int]) -> tuple[Mapping[str, Array], Batch]:
        batch = dict(reading.rows.batch(some))
        if writes:
            batch["decoder_input_ids"] = np.full((len(some), 1), model.first_token, np.int64)
        return runner.outputs(batch), batch

    together, batch = outputs(rows)
    difference = 0.0
    for at, row in enumerate(rows):
        alone, single = outputs([row])
        for name in together.keys() & alone.keys():
            one = _shown(together[name], at, name, batch)
            other = _shown(alone[name], 0, name, single)
            if one.shape != other.shape:  # of a question with fewer answers than another in the batch
                one = one[: len(other)]
            scale = max(1.0, float(np.abs(other).max(initial=0.0)))
            difference = max(difference, float(np.abs(one - other).max(initial=0.0)) / scale)
    return BatchCheck(samples=len(rows), difference=difference, tolerance=TOLERANCE)


def keep_batching(folder: Path, check: BatchCheck) -> None:
    """Have those that are compared with a baseline know how it was scored.

    Args:
        folder: of the baseline's answers.
        check: what was found.
    """
    (folder / _FILE).write_text(json.dumps({"one_by_one": not check.alike}), encoding="utf-8")


def is_one_by_one(baseline: Path) -> bool:
    """Whether a baseline was scored one by one because the model sees padding: then so is what is compared with it."""
    file = baseline / _FILE
    return file.is_file() and bool(json.loads(file.read_text(encoding="utf-8"))["one_by_one"])


def _padded_most(lengths: Sequence[int], plan: Sequence[Sequence[int]]) -> list[int]:
    """Rows of the batch with the most padding: its longest, its shortest, and some between."""

    def padding(batch: Sequence[int]) -> int:
        return max(lengths[row] for row in batch) * len(batch) - sum(lengths[row] for row in batch)

    most = max(plan, key=padding)
    rows = sorted(most, key=lambda row: -lengths[row])
    count = min(_ROWS, len(rows), max(2, _TOKENS // max(1, lengths[rows[0]])))
    places = np.linspace(0, len(rows) - 1, count).round().astype(int)
    return [rows[place] for place in places]


def _shown(array: Array, at: int, name: str, batch: Mapping[str, Any]) -> Array:
    """One row of an output, without what was computed for padding."""
    mask, row = batch.get("attention_mask"), array[at]
    per_token = array.ndim == _PER_TOKEN or name in _SPANS
    if mask is not None and per_token and array.shape[:2] == mask.shape:
        row = row[mask[at] == 1]
    return np.asarray(row)
