from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cardgen.card.assemble import leaderboard_files
from cardgen.card.metadata.eval_results import EvalResult, parse_eval_results
from cardgen.card.metadata.leaderboard import leaderboard_results
from cardgen.manifest.model import Manifest
from tests.factory import COMMIT, load, make_evidence, make_manifest, manifest_data

BOARD = {"id": "owner/board", "task_id": "reading", "revision": COMMIT}
SOURCE = {"name": "a report", "url": "https://example.org/report"}


def manifest(reported: tuple[dict[str, Any], ...] = (), **evaluation: Any) -> Manifest:
    asked = {**manifest_data()["evaluation"], "leaderboard": BOARD, **evaluation}
    entries = [{"source": SOURCE, **entry} for entry in reported]
    return make_manifest(evaluation=asked, reported=entries)


def results(asked: Manifest) -> tuple[EvalResult, ...]:
    return leaderboard_results(asked, make_evidence(asked))


def test_nothing_without_a_benchmark(tmp_path: Path) -> None:
    loaded = load(make_manifest(), tmp_path)
    assert results(loaded.manifest) == ()
    assert leaderboard_files(loaded, make_evidence(loaded.manifest)) == {}


def test_the_primary_metric_of_each_variant() -> None:
    asked = manifest(primary="f1", scales={"f1": "percent"})
    evidence = make_evidence(asked, {"pytorch": 0.91234567})
    pytorch, onnx = leaderboard_results(asked, evidence)
    assert (pytorch.value, onnx.value) == (Decimal("91.23"), Decimal("94.01"))
    assert pytorch.notes == "F1, pytorch static INT8"
    assert pytorch.date == "2026-01-02"
    assert pytorch.dataset.id == "owner/board"
    assert pytorch.dataset.revision == COMMIT
    assert pytorch.source is not None
    assert pytorch.source.url == "https://huggingface.co/owner/model-int8/blob/main/evidence.json"


def test_the_file_can_be_read_back_equal(tmp_path: Path) -> None:
    loaded = load(manifest(), tmp_path)
    ((path, text),) = leaderboard_files(loaded, make_evidence(loaded.manifest)).items()
    assert path == ".eval_results/model.yaml"
    assert parse_eval_results(text) == results(loaded.manifest)


def test_reported_figures_keep_their_digits_and_name_their_source() -> None:
    entry = {"variant": "onnx", "metric": "accuracy", "value": "90.370", "scale": "percent"}
    _pytorch, onnx = results(manifest((entry,)))
    assert str(onnx.value) == "0.90370"
    assert onnx.notes == "Accuracy, onnx dynamic INT8, reported by a report"
    assert onnx.source is not None
    assert (onnx.source.url, onnx.source.name) == (SOURCE["url"], "a report")


def test_what_has_no_address_has_no_source() -> None:
    entry = {"variant": "onnx", "metric": "accuracy", "value": "0.9", "source": {"name": "a talk"}}
    assert results(manifest((entry,)))[1].source is None


@pytest.mark.parametrize(
    ("written", "date"),
    [("2022-03-29", "2022-03-29"), ("2022-03", None), ("2022", None), ("2022-02-31", None), (None, None)],
)
def test_only_a_whole_date_is_given(tmp_path: Path, written: str | None, date: str | None) -> None:
    entry = {"variant": "onnx", "metric": "accuracy", "value": "0.9", "source": {**SOURCE, "date": written}}
    asked = manifest((entry,))
    assert results(asked)[1].date == date
    assert leaderboard_files(load(asked, tmp_path), make_evidence(asked))


@pytest.mark.parametrize(
    "other",
    [
        {"metric": "f1", "value": "0.9"},
        {"metric": "accuracy", "value": "0.9", "dataset": {"name": "other data"}},
        {"size_mb": "65"},
    ],
    ids=["metric", "data", "size"],
)
def test_what_is_no_result_of_this_benchmark_is_not_listed(other: dict[str, Any]) -> None:
    (alone,) = results(manifest(({"variant": "onnx", **other},)))
    assert alone.notes == "Accuracy, pytorch static INT8"
    right = {"variant": "onnx", "metric": "accuracy", "value": "0.8"}
    both = results(manifest(({"variant": "onnx", **other}, right)))
    assert [result.value for result in both] == [Decimal("0.9401"), Decimal("0.8")]


def test_where_nothing_is_measured_the_first_reported_metric_is_listed() -> None:
    entries = tuple(
        {"variant": name, "metric": metric, "value": value}
        for name, metric, value in (("onnx", "f1", "0.7"), ("onnx", "accuracy", "0.8"), ("pytorch", "f1", "0.6"))
    )
    found = results(manifest(entries, metrics=[]))
    assert [(result.value, result.notes) for result in found] == [
        (Decimal("0.6"), "F1, pytorch static INT8, reported by a report"),
        (Decimal("0.7"), "F1, onnx dynamic INT8, reported by a report"),
    ]


def test_the_base_models_figures_are_not_listed() -> None:
    assert len(results(manifest(({"metric": "accuracy", "value": "0.99"},)))) == 2
