from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.rules.scores import RULES
from tests.lint.asking import OWN_CARDS, ask, undisclosed

INDEXED = """
---
base_model: owner/model
model-index:
  - name: model-int8
    results:
      - task: {type: automatic-speech-recognition}
        dataset: {type: librispeech_asr, name: LibriSpeech}
        metrics:
          - {type: wer, value: INDEXED}
---
# INT8 model

| | FP32 | INT8 |
|---|---|---|
| WER (test-clean) | 3.41 | 3.92 |
| WER (test-other) | 8.63 | 9.41 |
"""


def test_a_value_that_is_the_baselines_alone() -> None:
    (answer,) = ask(RULES, INDEXED.replace("INDEXED", "3.41"), "metadata-baseline")
    assert answer.at == "3.41"
    assert "this model's is 3.92" in answer.message


def test_what_the_text_says_is_not_what_the_metadata_call_it() -> None:
    card = INDEXED.replace("INDEXED", "3.41") + "\nThe WER went from 3.41 to 3.92.\n"
    assert len(ask(RULES, card, "metadata-baseline")) == 1


@pytest.mark.parametrize("value", ["3.92", "9.41", "4.55", "0.0392"])
def test_a_value_that_is_not_the_baselines(value: str) -> None:
    assert ask(RULES, INDEXED.replace("INDEXED", value), "metadata-baseline") == []


def table(label: str, first: str, second: str, text: str = "") -> str:
    return f"# INT8 model\n\n{text}\n\n| | INT8 | FP32 |\n|---|---|---|\n| {label} | {first} | {second} |\n"


@pytest.mark.parametrize(
    "label",
    ["**Accuracy (eval-f1)**", "Accuracy (eval-rougeLsum)", "Accuracy (BLEU)", "accuracy (eval_matthews_corrcoef)"],
)
def test_another_metric_that_is_called_accuracy(label: str) -> None:
    (answer,) = ask(RULES, table(label, "0.86", "0.87"), "metric-name")
    assert answer.severity == "note"


@pytest.mark.parametrize(
    "label", ["Accuracy (eval-accuracy)", "Accuracy", "F1", "Accuracy (SST-2)", "Accuracy (top-1)"]
)
def test_a_metric_under_its_name(label: str) -> None:
    assert ask(RULES, table(label, "0.86", "0.87"), "metric-name") == []


@pytest.mark.parametrize(("label", "first", "second"), [("Accuracy", "0.49", "0.91"), ("WER", "103.5", "3.4")])
def test_a_score_that_collapsed(label: str, first: str, second: str) -> None:
    (answer,) = ask(RULES, table(label, first, second), "score-collapsed")
    assert answer.at.strip() == first
    assert ask(RULES, table(label, first, second, "It collapses in INT8."), "score-collapsed") == []
    told = "No better than chance: `onnx` has a score that chance would reach."
    assert ask(RULES, table(label, first, second, told), "score-collapsed") == [], "another rule tells it"


@pytest.mark.parametrize(
    ("label", "first", "second"), [("Accuracy", "0.81", "0.91"), ("WER", "5.5", "3.4"), ("Loss", "1.4", "1.2")]
)
def test_a_score_that_did_not(label: str, first: str, second: str) -> None:
    assert ask(RULES, table(label, first, second), "score-collapsed") == []


@pytest.mark.parametrize("path", OWN_CARDS, ids=lambda path: path.parent.name)
def test_own_cards(path: Path) -> None:
    assert undisclosed(RULES, path) == []
