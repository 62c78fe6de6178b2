"""What a model predicted, sample by sample: an evaluation's artifact, and what a variant is compared with."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from cardgen.errors import StepError
from cardgen.evaluation.statistics import Ids

FILE = "predictions.parquet"


def write_predictions(folder: Path, expected: Ids, predicted: Ids) -> None:
    """Write label ids of the model, in the dataset's order."""
    import pyarrow
    from pyarrow import parquet

    parquet.write_table(pyarrow.table({"label": expected, "prediction": predicted}), folder / FILE)


def read_baseline(folder: Path, expected: Ids) -> Ids:
    """The baseline's predictions for the samples whose labels are ``expected``.

    Raises:
        StepError: if the baseline was evaluated on other samples.
    """
    from pyarrow import parquet

    table = parquet.read_table(folder / FILE)
    labels = table["label"].to_numpy()
    if not np.array_equal(labels, expected):
        raise StepError(
            f"The baseline was evaluated on other samples: {len(labels)} of them, and here {len(expected)}"
            + ("." if len(labels) != len(expected) else ", with other labels."),
            remedy="Build again with `--force`.",
        )
    predictions: Ids = table["prediction"].to_numpy()
    return predictions
