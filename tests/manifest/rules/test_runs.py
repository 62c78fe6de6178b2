"""What is told of an evaluation that does not fit its task."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.errors import ManifestError
from cardgen.manifest.load import parse_manifest

MANIFEST = """\
version: 1
repo_id: acme/model
title: INT8 model
task: {task}
base_model: {{path: model}}
variants:
  onnx: {{backend: onnxruntime, approach: static, calibration: {{dataset: {{path: {train}}}}}}}
evaluation:
  dataset: {{path: {test}}}
  columns: {columns}
  metrics: [accuracy]
"""
IMAGES = "{image: image, label: label}"
CHOICES = "{text: text, choices: CHOICES, label: label}"


def problems(task: str, test: str, train: str, columns: str) -> dict[str, tuple[str, str]]:
    """Those of paths and labels, by key."""
    try:
        parse_manifest(MANIFEST.format(task=task, test=test, train=train, columns=columns), Path("mine.yaml"))
    except ManifestError as error:
        found = {problem.key: (problem.message, problem.remedy) for problem in error.problems}
        return {key: told for key, told in found.items() if key.endswith(("path", "labels"))}
    return {}


def test_images_are_in_the_file_itself() -> None:
    found = problems("image-classification", "data/test.CSV", "train.jsonl", IMAGES)
    assert set(found) == {"evaluation.dataset.path", "variants.onnx.calibration.dataset.path"}
    message, remedy = found["evaluation.dataset.path"]
    assert message.startswith("`data/test.CSV` cannot hold images but their names")
    assert "bytes" in remedy
    assert ".parquet" in remedy
    assert problems("image-classification", "test.parquet", "train.parquet", IMAGES) == {}


@pytest.mark.parametrize(
    ("column", "test", "refused"),
    [
        ("answers", "test.csv", True),
        ("answers", "test.jsonl", False),
        ("answers", "test.parquet", False),
        ("ending*", "test.csv", False),
    ],
)
def test_lists_are_not_in_csv(column: str, test: str, refused: bool) -> None:
    found = problems("multiple-choice", test, "train.jsonl", CHOICES.replace("CHOICES", column))
    assert set(found) == ({"evaluation.dataset.path"} if refused else set())
    if refused:
        assert found["evaluation.dataset.path"][0] == "`test.csv` cannot hold lists, which `choices` is to be"


def test_a_kind_of_file_that_nothing_reads_is_told_once() -> None:
    found = problems("image-classification", "test.txt", "train.parquet", IMAGES)
    assert found["evaluation.dataset.path"][0] == "`test.txt` is no kind of file that cardgen reads"


def test_labels_are_for_tasks_that_have_some() -> None:
    labels = CHOICES.replace("CHOICES", "answers") + "\n  labels: {a: b}"
    found = problems("multiple-choice", "test.jsonl", "train.jsonl", labels)
    told = "does not apply: models for multiple choice give none of a set of labels"
    assert found == {"evaluation.labels": (told, "leave it out")}
    assert problems("text-classification", "test.jsonl", "train.jsonl", IMAGES + "\n  labels: {a: b}") == {}
