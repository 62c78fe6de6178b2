"""Evaluations by the real worker: pairs of texts, long texts, labels, metrics, and the comparison with a baseline."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
from sklearn.metrics import f1_score, matthews_corrcoef

from cardgen.data.draw import drawn_rows
from cardgen.manifest.base import DEFAULT_SEED
from cardgen.records.request import MetricRequest
from cardgen.records.samples import read_samples
from tests.backends.workbench import SCRIPTS, Workbench

pytestmark = pytest.mark.slow

COLUMNS = {"text": "text", "text_pair": "other", "label": "label"}
LABELS = {"0": "NEGATIVE", "1": "POSITIVE"}


@pytest.fixture(scope="module")
def pairs(onnxruntime_in_neural_compressor: Workbench, models: Path) -> Path:
    return onnxruntime_in_neural_compressor.export_of(models / "pairs")[1]


@pytest.fixture
def bench(onnxruntime_in_neural_compressor: Workbench) -> Workbench:
    return onnxruntime_in_neural_compressor


def test_pairs_are_scored_as_scikit_learn_scores_a_plain_loop(bench: Workbench, models: Path, pairs: Path) -> None:
    data = models / "pairs" / "test.csv"
    metrics = (
        MetricRequest(type="f1"),
        MetricRequest(type="f1", args={"pos_label": "NEGATIVE"}),
        MetricRequest(type="f1", args={"average": "macro"}),
        MetricRequest(type="matthews_correlation"),
    )
    request = bench.scoring(columns=COLUMNS, labels=LABELS, metrics=metrics)
    result, stored, predicted = bench.evaluate(request, pairs, data=data)
    found = bench.script(SCRIPTS / "plain_loop.py", "model.onnx", pairs, data, 16, stored)
    assert found["plain"] == found["stored"]
    assert found["labels"] == [int(row["label"]) for row in found["rows"]]
    both = (found["labels"], found["plain"])
    f1, negative, macro, matthews = result.scores
    assert f1.args == {"average": "binary", "pos_label": "POSITIVE"}
    assert f1.value == pytest.approx(f1_score(*both))
    assert f1.value > 0.8
    assert negative.value == pytest.approx(f1_score(*both, pos_label=0))
    assert macro.value == pytest.approx(f1_score(*both, average="macro"))
    assert matthews.value == pytest.approx(matthews_corrcoef(*both))
    assert all(score.low < score.value < score.high for score in result.scores)
    assert {score.interval for score in result.scores} == {"bootstrap"}
    assert predicted.labels == LABELS
    assert predicted.truncated == 0


def test_labels_that_are_taken_for_the_wrong_ones_score_below_chance(
    bench: Workbench, models: Path, pairs: Path
) -> None:
    data = models / "pairs" / "test.csv"
    metrics = (
        MetricRequest(type="accuracy"),
        MetricRequest(type="f1", args={"average": "macro"}),
        MetricRequest(type="matthews_correlation"),
    )
    right = bench.scoring(columns=COLUMNS, labels=LABELS, metrics=metrics)
    scores = bench.evaluate(right, pairs, data=data).result.scores
    (by_sample,) = read_samples(bench.output).metrics
    assert (by_sample.metric, by_sample.right, set(by_sample.values)) == ("accuracy", True, {0.0, 1.0})
    assert fmean(by_sample.values) == pytest.approx(scores[0].value)
    for score in scores:
        assert score.chance == pytest.approx(0.0 if score.metric == "matthews_correlation" else 0.5, abs=0.02)
        assert not score.no_better_than_chance
    swapped = bench.scoring(columns=COLUMNS, labels={"0": "POSITIVE", "1": "NEGATIVE"}, metrics=metrics)
    assert all(score.no_better_than_chance for score in bench.evaluate(swapped, pairs, data=data).result.scores)


def test_a_limit_of_a_sorted_file_draws_from_all_of_it(
    bench: Workbench, models: Path, pairs: Path, tmp_path: Path
) -> None:
    with (models / "pairs" / "test.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    data = tmp_path / "sorted.csv"
    with data.open("w", newline="") as file:
        csv.writer(file).writerows([header, *sorted(rows, key=lambda row: row[header.index("label")])])
    metrics = (MetricRequest(type="f1"),)
    asked = bench.scoring(columns=COLUMNS, labels=LABELS, metrics=metrics, limit=60)
    result, _, predicted = bench.evaluate(asked, pairs, data=data)
    assert (predicted.samples, predicted.drawn_from) == (60, len(rows))
    assert result.scores[0].value > 0.7
    half = len(rows) // 2
    seed = next(seed for seed in range(100) if max(drawn_rows(len(rows), 2, seed)) < half // 2)
    failure = bench.fail_to_score(asked.changed(limit=2, seed=seed), pairs, data=data)
    assert failure.message.startswith("All 2 samples that are drawn have the label `0`")


def test_long_texts_are_counted_and_a_limit_is_kept(bench: Workbench, pairs: Path, tmp_path: Path) -> None:
    """The model takes 48 tokens, of which a pair's marks are three."""
    data = tmp_path / "long.csv"
    with data.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "other", "label"])
        # 45 words and 3 marks fit exactly.
        writer.writerows([["day " * 44, "fine", "1"], ["day " * 45, "grim", "0"], ["day", "grim", "0"]])
        writer.writerows([["day " * 90, "grim", "0"]] * 2)
    _, _, predicted = bench.evaluate(bench.scoring(columns=COLUMNS, labels=LABELS, limit=4), pairs, data=data)
    assert predicted.samples == 4
    assert predicted.drawn_from == 5
    assert predicted.truncated == sum(row in (1, 3, 4) for row in drawn_rows(5, 4, DEFAULT_SEED))


@pytest.mark.parametrize(
    ("changes", "message", "remedy"),
    [
        ({}, "`0`, `1`. The model's labels: `NEGATIVE`, `POSITIVE`", '"0":   # which of'),
        (
            {"metrics": (MetricRequest(type="f1", args={"average": "binry"}),), "labels": LABELS},
            "f1 has no average `binry`",
            "Did you mean `binary`?",
        ),
        ({"limit": 1, "labels": LABELS}, "only one sample", "Take more samples"),
    ],
)
def test_a_wrong_request_is_told(
    bench: Workbench, models: Path, pairs: Path, changes: dict[str, Any], message: str, remedy: str
) -> None:
    asked = bench.scoring(columns=COLUMNS, **changes)
    failure = bench.fail_to_score(asked, pairs, data=models / "pairs" / "test.csv")
    assert message in failure.message
    assert remedy in failure.remedy
    assert failure.detail == ""


def test_a_baseline_on_other_samples_is_refused(bench: Workbench, models: Path, pairs: Path) -> None:
    data = models / "pairs" / "test.csv"
    request = bench.scoring(columns=COLUMNS, labels=LABELS, limit=20)
    before = bench.evaluate(request, pairs, data=data).predictions
    failure = bench.fail_to_score(request.changed(limit=30), pairs, data=data, baseline=before)
    assert failure.message == "The baseline was evaluated on other samples: 20 of them, and here 30."
    assert failure.remedy == "Build again with `--force`."


def test_a_model_that_computes_nan_is_refused(neural_compressor: Workbench, models: Path) -> None:
    broken = neural_compressor.folder / "nan"
    neural_compressor.script(SCRIPTS / "spoil.py", models / "single", broken)
    data = models / "single" / "test.csv"
    failure = neural_compressor.fail_to_score(neural_compressor.scoring(limit=20), broken, data=data)
    assert re.fullmatch(r"The model computed NaN for the input in row \d+, counted from 0\.", failure.message)


def test_a_tokenizer_that_cannot_pad_takes_one_at_a_time(neural_compressor: Workbench, models: Path) -> None:
    unpadded = neural_compressor.folder / "unpadded"
    neural_compressor.script(SCRIPTS / "spoil.py", models / "single", unpadded, "pad_token")
    data = models / "single" / "test.csv"
    failure = neural_compressor.fail_to_score(neural_compressor.scoring(limit=20), unpadded, data=data)
    assert "no padding token" in failure.message
    assert "batch_size: 1" in failure.remedy
    alone = neural_compressor.evaluate(neural_compressor.scoring(1, limit=20), unpadded, data=data)
    assert alone.result.samples == 20


def test_more_calibration_samples_than_rows_are_refused(bench: Workbench, models: Path, pairs: Path) -> None:
    failure = bench.fail(bench.static(samples=5000), model=pairs, data=models / "pairs" / "train.csv")
    assert failure.message == "The calibration asks for 5000 samples, but its split has 700 rows."
