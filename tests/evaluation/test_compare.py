"""An export against the model that it was made from, by the real worker, and against exports that are not the same."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cardgen.errors import StepError
from cardgen.evaluation.compare import largest_gap
from tests.backends.workbench import Workbench

WORDS = "distilbert.embeddings.word_embeddings.weight"
SCRIPT = Path(__file__).parent / "scripts" / "perturb.py"


def gap(expected: list[Any], found: list[Any]) -> tuple[float, int]:
    largest = largest_gap("logits", np.array(expected, np.float32), np.array(found, np.float32), 10)
    return largest.value, largest.row


def test_the_largest_difference_is_found_where_it_is() -> None:
    assert gap([[1, 2], [3, 4], [5, 6]], [[1, 2.25], [3, 3.5], [5.125, 6]]) == (0.5, 11)


def test_equal_infinities_do_not_differ() -> None:
    assert gap([[1, -math.inf]], [[1, -math.inf]]) == (0, 10)
    assert gap([[1, -math.inf]], [[1, math.inf]]) == (math.inf, 10)


@pytest.mark.parametrize(
    ("expected", "found", "message"),
    [
        ([[1, 2]], [[1, math.nan]], "The export computes NaN in `logits` for the sample in row 10"),
        ([[1, 2], [1, math.nan]], [[1, 2], [1, math.nan]], "The base model computes NaN in `logits` for the sample in"),
        ([[1, 2]], [[1, 2, 3]], r"The export's `logits` has shape \(1, 3\), and the base model's \(1, 2\)\."),
    ],
)
def test_what_cannot_be_compared_is_refused(expected: list[Any], found: list[Any], message: str) -> None:
    with pytest.raises(StepError, match=message):
        gap(expected, found)


@pytest.fixture(scope="module")
def single(models: Path) -> Path:
    return models / "single"


@pytest.fixture(scope="module")
def export(onnxruntime: Workbench, single: Path) -> Path:
    return onnxruntime.export_of(single)[1]


def perturbed(bench: Workbench, export: Path, weight: str, row: int, change: float) -> Path:
    copy = bench.folder / f"perturbed-{weight}-{row}-{change}"
    bench.script(SCRIPT, export, copy, weight, row, change)
    return copy


def csv(folder: Path, *rows: str) -> Path:
    file = folder / "data.csv"
    file.write_text("\n".join(("text,other", *rows)) + "\n", encoding="utf-8")
    return file


@pytest.mark.slow
def test_a_changed_bias_is_found_to_the_digit(onnxruntime: Workbench, single: Path, export: Path) -> None:
    changed = perturbed(onnxruntime, export, "classifier.bias", 2, 0.5)
    failure = onnxruntime.fail(onnxruntime.comparing(), model=changed, base=single, data=single / "test.csv")
    assert failure.type == "StepError"
    assert failure.message.startswith("The export does not compute what the base model does: `logits` differs by 0.5 ")
    assert failure.message.endswith(", counted from 0 (allowed: 0.001).")
    assert "options.opset" in failure.remedy


@pytest.mark.slow
def test_the_sample_is_named_that_differs(onnxruntime: Workbench, single: Path, export: Path, tmp_path: Path) -> None:
    """The vector of one word is another, and only the fifth sample, in the second batch, has that word."""
    words = json.loads((export / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    changed = perturbed(onnxruntime, export, WORDS, words["grim"], 5.0)
    data = csv(tmp_path, *["the day was fine,x"] * 4, "the day was grim,x", "the day was dull,x")
    request = onnxruntime.comparing(batch_size=4)
    failure = onnxruntime.fail(request, model=changed, base=single, data=data)
    assert "for the sample in row 4, counted from 0" in failure.message
    fewer = onnxruntime.compare(request.model_copy(update={"samples": 4}), single, changed, data)
    assert fewer.samples == 4
    assert fewer.largest_difference < 1e-5


@pytest.mark.slow
def test_nan_in_an_export_is_refused(onnxruntime: Workbench, single: Path, export: Path) -> None:
    changed = perturbed(onnxruntime, export, "classifier.bias", 0, math.nan)
    failure = onnxruntime.fail(onnxruntime.comparing(), model=changed, base=single, data=single / "test.csv")
    assert failure.message == "The export computes NaN in `logits` for the sample in row 0, counted from 0."


@pytest.mark.slow
def test_samples_are_those_that_there_are(onnxruntime: Workbench, single: Path, export: Path, tmp_path: Path) -> None:
    data = csv(tmp_path, "fine,x", f"{'day ' * 30},x", "grim,x")
    result = onnxruntime.compare(onnxruntime.comparing(samples=100, batch_size=2), single, export, data)
    assert result.samples == 3
    assert result.truncated == 1
    assert result.outputs == ("logits",)


@pytest.mark.slow
def test_both_texts_of_a_pair_are_given_to_the_models(
    onnxruntime_in_neural_compressor: Workbench, models: Path, tmp_path: Path
) -> None:
    bench, base = onnxruntime_in_neural_compressor, models / "pairs"
    _, export = bench.export_of(base)
    words = json.loads((export / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    changed = perturbed(bench, export, WORDS.replace("distilbert", "bert"), words["grim"], 5.0)
    data = csv(tmp_path, "the day,was fine", "the day,was grim")
    alone = bench.compare(bench.comparing(), base, changed, data)
    assert alone.largest_difference < 1e-5
    both = bench.comparing(columns={"text_pair": "other", "text": "text"})
    assert "row 1, counted from 0" in bench.fail(both, model=changed, base=base, data=data).message


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "rows", "message"),
    [
        ({}, (), "The dataset's file data.csv has no rows."),
        ({"columns": {"text": "txt"}}, ("a,b",), "The dataset has no column `txt`, which `evaluation.columns.text`"),
    ],
)
def test_data_that_do_not_fit_are_refused(
    onnxruntime: Workbench,
    single: Path,
    export: Path,
    tmp_path: Path,
    changes: dict[str, Any],
    rows: tuple[str, ...],
    message: str,
) -> None:
    data = csv(tmp_path, *rows)
    failure = onnxruntime.fail(onnxruntime.comparing(**changes), model=export, base=single, data=data)
    assert failure.message.startswith(message)
    assert failure.remedy
