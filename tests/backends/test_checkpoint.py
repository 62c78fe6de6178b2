"""Base models that are not fit for the task, told apart before anything is measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.backends.workbench import SCRIPTS, Workbench

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=["neural_compressor", "onnxruntime"])
def outcomes(request: pytest.FixtureRequest, models: Path) -> dict[str, Any]:
    bench: Workbench = request.getfixturevalue(request.param)
    found = bench.script(SCRIPTS / "broken_checkpoints.py", models / "single", bench.folder / "broken")
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("case", "message", "remedy"),
    [
        ("no_config", "has no config.json", "`save_pretrained`"),
        ("no_weights", "cannot be loaded for text-classification", "Check the files"),
        ("no_tokenizer", "no tokenizer that can be loaded", "Check the files"),
        ("no_head", "no trained weights for", "fine-tuned for text-classification"),
        (
            "other_head",
            "is a DistilBertForTokenClassification: it was trained for token-cl",
            "`task: token-classification`",
        ),
        ("other_shapes", "cannot be loaded for text-classification", "Check the files"),
        ("regression", "gives a number", "`task: text-regression`"),
        ("multi_label", "as many labels as apply", "`task: multi-label-classification`"),
        ("one_output", "gives a number (num_labels 1", "`task: text-regression`"),
        ("twin_labels", "does not name two or more distinct labels", "id2label"),
        ("unknown_architecture", "config.json cannot be used", "Check the files"),
        ("remote_code", "runs code of its own", "trust_remote_code: true"),
        ("quantized", "quantized already", "floating point"),
        ("not_json", "config.json cannot be used", "Check the files"),
    ],
)
def test_an_unfit_model_is_refused(outcomes: dict[str, Any], case: str, message: str, remedy: str) -> None:
    assert message in outcomes[case]["message"]
    assert remedy in outcomes[case]["remedy"]


def test_a_missing_head_is_named(outcomes: dict[str, Any]) -> None:
    assert "classifier.weight" in outcomes["no_head"]["message"]


def test_shapes_that_do_not_fit_are_told(outcomes: dict[str, Any]) -> None:
    assert "size mismatch" in outcomes["other_shapes"]["message"]
    assert "32" in outcomes["other_shapes"]["message"]


def test_the_padding_token_is_the_tokenizers_where_the_configuration_names_none(outcomes: dict[str, Any]) -> None:
    """GPT-2 refuses two texts at once where it knows of none."""
    unpadded = outcomes["unpadded"]
    assert unpadded["configured"] == unpadded["padding"] == unpadded["tokenizers"]
    assert unpadded["batch"] == unpadded["alone"]


def test_half_precision_becomes_float32(outcomes: dict[str, Any]) -> None:
    assert outcomes["half"] == {"dtypes": ["torch.float32"], "stored": "torch.float16"}


def test_the_tokenizer_takes_no_more_than_the_model(outcomes: dict[str, Any]) -> None:
    assert outcomes["endless_tokenizer"]["model_max_length"] == 24
    assert outcomes["offset_positions"]["model_max_length"] == 38  # 40 positions, of which 2 are padding's


def test_the_tokenizer_gives_no_input_that_the_model_does_not_take(outcomes: dict[str, Any]) -> None:
    """DistilBERT refuses ``token_type_ids``, which RoBERTa takes."""
    assert outcomes["endless_tokenizer"]["inputs"] == ["input_ids", "attention_mask"]
    assert outcomes["offset_positions"]["inputs"] == ["input_ids", "token_type_ids", "attention_mask"]
