"""Image classification: images read in both environments, and a tiny ViT that tells colours in PyTorch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import top_k_accuracy_score

from cardgen.errors import StepError
from cardgen.evaluation.task import Outcomes
from cardgen.evaluation.tasks.image_classification import measure, values
from cardgen.records.request import MetricRequest
from tests.backends.workbench import Workbench

SCRIPTS = Path(__file__).parents[1] / "scripts"
TOP_5 = MetricRequest(type="top_5_accuracy")
METRICS = ["accuracy", "top_5_accuracy", "f1", "matthews_correlation"]


@pytest.mark.parametrize("distinct", [3, 40])
def test_ties_are_broken_as_scikit_learn_breaks_them(distinct: int) -> None:
    numbers = np.random.default_rng(distinct)
    logits = numbers.integers(0, distinct, (300, 12)).astype(np.float32)
    expected = numbers.integers(0, 12, 300)
    outcomes = Outcomes(expected.tolist(), logits.argmax(1).tolist(), list(logits))
    found = values(TOP_5, outcomes, range(300))
    assert found is not None
    assert 0.2 < found.mean() < 0.8
    assert found.mean() == top_k_accuracy_score(expected, logits, k=5, labels=range(12))


@pytest.mark.parametrize("labels", [2, 5])
def test_the_top_five_of_few_labels_say_nothing(labels: int) -> None:
    outcomes = Outcomes([0, 1], [0, 1], [[0.5] * labels] * 2, tuple("abcde"[:labels]))
    with pytest.raises(StepError, match=f"has {labels} labels, so the right one is always among") as caught:
        measure(TOP_5, outcomes)
    assert caught.value.remedy == "Use `accuracy`."


@pytest.mark.slow
@pytest.mark.parametrize("case", ["images", "image_struct", "image_feature", "image_hub"])
def test_images_are_read(samples_read: dict[str, Any], case: str) -> None:
    assert samples_read[case] == {"value": [[2, 3, 16, 16], "float32", [0, 1], [0, 1]]}


@pytest.mark.slow
def test_images_of_any_mode_have_three_colours(samples_read: dict[str, Any]) -> None:
    assert samples_read["image_modes"] == {"value": [[2, 3, 16, 16]] * 6}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "message", "remedy"),
    [
        ("image_names", "holds no images; names of image files are not taken", "Parquet file"),
        ("image_named_in_parquet", "holds no image in 2 of 2 rows; names of image files", "Parquet file"),
        ("image_null", "holds no image in 1 of 2 rows", "Parquet file"),
        ("image_pixels", "holds no images", "Parquet file"),
        ("image_column", "no column `image`", "Did you mean `images`?"),
        ("image_broken", "The image in row 1, counted from 0, cannot be read: it is in no format", "Mend"),
        ("image_cut", "The image in row 1, counted from 0, cannot be read: image file is truncated", "Mend"),
        ("image_sizes", "no batch of the images in rows 0, 1, counted from 0", "`batch_size: 1`"),
        ("image_processor", "no image processor that can be loaded.", "preprocessor_config.json"),
    ],
)
def test_what_is_wrong_is_told(samples_read: dict[str, Any], case: str, message: str, remedy: str) -> None:
    assert "message" in samples_read[case], samples_read[case]
    assert message in samples_read[case]["message"]
    assert remedy in samples_read[case]["remedy"]


@pytest.mark.slow
def test_images_of_unlike_sizes_go_one_by_one(samples_read: dict[str, Any]) -> None:
    assert samples_read["image_sizes_alone"] == {"value": [1, 3, 12, 20]}


@pytest.mark.slow
def test_damaged_images_are_told(samples_read: dict[str, Any]) -> None:
    assert samples_read["image_damaged"] == {"value": True}


@pytest.fixture(scope="module")
def trained(onnxruntime: Workbench) -> tuple[Path, dict[str, Any]]:
    folder = onnxruntime.folder / "images"
    return folder, onnxruntime.script(SCRIPTS / "train_images.py", folder)


@pytest.mark.slow
@pytest.mark.parametrize("data", ["test.parquet", "plain.parquet"])
def test_scores_are_scikit_learns_in_batches_of_any_size(
    onnxruntime: Workbench, trained: tuple[Path, Any], data: str
) -> None:
    folder, loop = trained
    asked = {
        "task": "image-classification",
        "columns": {"image": "image", "label": "label"},
        "format": "parquet",
        "metrics": METRICS,
    }
    found = onnxruntime.script(SCRIPTS / "answer.py", folder, json.dumps(asked), folder / data, 1, 7, 64)
    for each in found.values():
        assert np.abs(np.subtract(each["logits"], loop["logits"])).max() < 1e-4
        assert each["expected"] == loop["labels"]
        assert each["predicted"] == np.argmax(loop["logits"], axis=1).tolist()
        assert each["scores"] == pytest.approx(loop["scores"], abs=1e-12)
        for metric, (low, high) in each["intervals"].items():
            assert 0.3 < low < each["scores"][metric] < high < 1
        assert each["told"]["samples"] == 140
        assert len(each["told"]["labels"]) == len(each["labels"]) == 7
