"""What huggingface_hub reads out of the ``model-index`` that cardgen writes; run with both of its majors."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import EvalResult, ModelCard, ModelCardData

from cardgen.card.metadata.front_matter import dump_front_matter
from cardgen.card.metadata.model_index import IndexMetric, IndexResult, dump_model_index

ARGS: dict[str, Any] = {"average": "macro", "labels": [0, 1, "no"], "deep": {"12:30": [1e-5, None, {"a": "1_000"}]}}
TEXTS = [
    *("yes", "no", "1e-5", "12:30", "2020-01-01", "0x1F", "é🙂", "first\n---\nsecond", "a: b", "# c", "- d", "'", '"'),
    *("مرحبا", "~", "null", "=", "<<", ".5", "+1", "1_000", " padded ", "tab\there", "\u2028", "x" * 300, "0.10", "{}"),
]


def result(name: str, *metrics: IndexMetric, **changes: Any) -> IndexResult:
    fields = {
        "task_type": "text-classification",
        "task_name": f"Task of {name}",
        "dataset_type": "glue",
        "dataset_name": name,
        "dataset_config": "sst2",
        "dataset_split": "validation",
        "dataset_revision": "0123456789abcdef0123456789abcdef01234567",
        "dataset_args": {"of": name},
        "source_name": f"Source of {name}",
        "source_url": f"https://example.org/{len(name)}",
        **changes,
    }
    return IndexResult(metrics=metrics, **fields)


def load(folder: Path, *results: IndexResult) -> ModelCardData:
    path = folder / "README.md"
    block = dump_front_matter({"license": "mit", "model-index": dump_model_index("model-int8", results)})
    path.write_text(f"{block}\n# Model\n", encoding="utf-8", newline="\n")
    data = ModelCard.load(path).data
    assert isinstance(data, ModelCardData)
    return data


def expected(*results: IndexResult) -> list[EvalResult]:
    return [
        EvalResult(
            task_type=result.task_type,
            task_name=result.task_name,
            dataset_type=result.dataset_type,
            dataset_name=result.dataset_name,
            dataset_config=result.dataset_config,
            dataset_split=result.dataset_split,
            dataset_revision=result.dataset_revision,
            dataset_args=result.dataset_args,
            metric_type=metric.type,
            metric_value=float(metric.value) if isinstance(metric.value, Decimal) else metric.value,
            metric_name=metric.name,
            metric_config=metric.config,
            metric_args=metric.args,
            verified=metric.verified,
            verify_token=metric.verify_token,
            source_name=result.source_name,
            source_url=result.source_url,
        )
        for result in results
        for metric in result.metrics
    ]


TWO = (
    result(
        "SST-2",
        IndexMetric("accuracy", 0.9062, "Accuracy, pytorch static INT8"),
        IndexMetric("accuracy", Decimal("0.9060"), "Accuracy, onnx dynamic INT8"),
        IndexMetric("f1", 5e-324, "F1", args=ARGS, config="default", verified=False, verify_token="eyJ"),
    ),
    result("SST-2, shuffled", IndexMetric("accuracy", 1, "Accuracy"), IndexMetric("loss", "20.0 ± 1.2")),
    result(
        "bare",
        IndexMetric("accuracy", 1e16),
        **dict.fromkeys(
            (
                *("task_name", "dataset_config", "dataset_split", "dataset_revision", "dataset_args"),
                *("source_name", "source_url"),
            )
        ),
    ),
)


def test_every_field_of_every_result_is_read_back(tmp_path: Path) -> None:
    data = load(tmp_path, *TWO)
    assert data.model_name == "model-int8"
    assert data.eval_results == expected(*TWO)


@pytest.mark.parametrize("text", TEXTS)
def test_texts_that_yaml_misreads_are_read_back(tmp_path: Path, text: str) -> None:
    fields = ("task_name", "dataset_name", "dataset_type", "dataset_config", "dataset_split", "dataset_revision")
    metric = IndexMetric("f1", text, text, args={text: [text, {text: text}]}, config=text)
    nasty = result("nasty", metric, **dict.fromkeys((*fields, "source_name"), text), dataset_args={text: text})
    assert load(tmp_path, nasty).eval_results == expected(nasty)


@pytest.mark.parametrize("value", [0, -1, 0.1, 1e-5, 1e-320, 1e22, 123456789.123456789, -0.0, Decimal("41.2224")])
def test_numbers_are_read_back(tmp_path: Path, value: float | Decimal) -> None:
    (read,) = load(tmp_path, result("numbers", IndexMetric("f1", value))).eval_results or []
    assert isinstance(read.metric_value, int | float)
    assert float(read.metric_value).hex() == float(value).hex()


def test_the_clients_own_writing_loses_what_a_second_result_says(tmp_path: Path) -> None:
    """Why cardgen writes the block itself: the client puts both results under the first one's dataset."""
    rewritten = str(load(tmp_path, *TWO[:2]))
    assert "name: SST-2\n" in rewritten
    assert "SST-2, shuffled" not in rewritten
