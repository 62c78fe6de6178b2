"""What a model answered, sample by sample, in a Parquet file: another metric, or a comparison, costs no inference."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cardgen.errors import StepError
from cardgen.evaluation.task import Outcomes, ToldTokens

FILE = "predictions.parquet"
_LABELS = b"labels"


def write_outcomes(folder: Path, outcomes: Outcomes) -> None:
    """Write one row a sample, in the dataset's order: ``expected``, ``prediction``, and what else is kept.

    That is ``logits``, those of several words one after the other; and of language models the fields of
    :class:`cardgen.evaluation.task.ToldTokens`.
    """
    import pyarrow
    from pyarrow import parquet

    columns = {"expected": list(outcomes.expected), "prediction": list(outcomes.predicted)}
    table = pyarrow.table(columns)
    if outcomes.logits is not None:
        logits = pyarrow.array(list(outcomes.logits), pyarrow.list_(pyarrow.float32()))
        table = table.append_column("logits", logits)
    if outcomes.told is not None:
        for name, kind in _told_columns().items():
            table = table.append_column(name, pyarrow.array([getattr(each, name) for each in outcomes.told], kind))
    table = table.replace_schema_metadata({_LABELS: json.dumps(outcomes.labels).encode()})
    parquet.write_table(table, folder / FILE)


def read_outcomes(folder: Path) -> Outcomes:
    """What :func:`write_outcomes` wrote."""
    from pyarrow import parquet

    table = parquet.read_table(folder / FILE)
    logits = table["logits"].to_pylist() if "logits" in table.column_names else None
    labels = tuple(json.loads((table.schema.metadata or {}).get(_LABELS, b"[]")))
    told = None
    if "tokens" in table.column_names:
        told = [ToldTokens(**row) for row in table.select([*_told_columns()]).to_pylist()]
    return Outcomes(table["expected"].to_pylist(), table["prediction"].to_pylist(), logits, labels, told)


def _told_columns() -> dict[str, Any]:
    """Columns to their types in Arrow."""
    import pyarrow

    ids, logarithms = pyarrow.list_(pyarrow.int32()), pyarrow.list_(pyarrow.float32())
    return {
        "tokens": ids,
        "right": pyarrow.list_(pyarrow.bool_()),
        "likeliest": pyarrow.list_(ids),
        "logarithms": pyarrow.list_(logarithms),
    }


def read_baseline(folder: Path, outcomes: Outcomes) -> Outcomes:
    """The baseline's answers to the samples of ``outcomes``.

    Raises:
        StepError: if the baseline answered other samples.
    """
    found = read_outcomes(folder)
    if list(found.expected) != list(outcomes.expected):
        here = len(outcomes.expected)
        raise StepError(
            f"The baseline was evaluated on other samples: {len(found.expected)} of them, and here {here}"
            + ("." if len(found.expected) != here else ", of which other answers are expected."),
            remedy="Build again with `--force`.",
        )
    return found
