"""What a model answered to each sample, of whatever kind: an evaluation's artifact, and a variant's comparison."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cardgen.errors import StepError
from cardgen.evaluation.predictions import FILE


def write_outcomes(folder: Path, expected: Sequence[Any], predicted: Sequence[Any]) -> None:
    """Write what was expected and what was predicted, in the dataset's order: numbers, texts, or lists of these."""
    import pyarrow
    from pyarrow import parquet

    table = pyarrow.table({"expected": list(expected), "prediction": list(predicted)})
    parquet.write_table(table, folder / FILE)


def read_outcomes(folder: Path, expected: Sequence[Any]) -> list[Any]:
    """The baseline's predictions for the samples of which ``expected`` is expected.

    Raises:
        StepError: if the baseline was evaluated on other samples.
    """
    from pyarrow import parquet

    table = parquet.read_table(folder / FILE)
    found = table["expected"].to_pylist()
    if found != list(expected):
        raise StepError(
            f"The baseline was evaluated on other samples: {len(found)} of them, and here {len(expected)}"
            + ("." if len(found) != len(expected) else ", of which other answers are expected."),
            remedy="Build again with `--force`.",
        )
    predictions: list[Any] = table["prediction"].to_pylist()
    return predictions
