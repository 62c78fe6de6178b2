from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.rules.data import RULES
from tests.lint.asking import OWN_CARDS, ask, undisclosed


def card(calibration: str, split: str = "validation", note: str = "Scored on all 872 samples.") -> str:
    return f"""---
datasets: [glue]
model-index:
  - name: model-int8
    results:
      - task: {{type: text-classification}}
        dataset: {{type: glue, name: SST-2, split: {split}}}
        metrics: [{{type: accuracy, value: 0.9037}}]
---
# INT8 model

An INT8 PyTorch model by post-training static quantization.

{calibration}

{note}

| | INT8 | FP32 |
|---|---|---|
| Accuracy | 0.9037 | 0.9106 |
"""


def test_calibration_on_training_data() -> None:
    assert ask(RULES, card("The calibration dataloader is the train dataloader.")) == []


def test_calibration_on_the_eval_dataloader() -> None:
    (answer,) = ask(RULES, card("The calibration dataloader is the eval dataloader."))
    assert (answer.rule, answer.severity) == ("calibration-split", "error")
    assert "calibrated on the eval data" in answer.message


def test_calibration_on_the_split_of_model_index() -> None:
    (answer,) = ask(RULES, card("Calibrated on the validation split."))
    assert (answer.rule, answer.severity) == ("calibration-split", "error")
    assert ask(RULES, card("Calibrated on the validation split.", split="test")) == []


def test_calibration_on_a_test_split_where_the_scored_one_is_not_named() -> None:
    text = card("Calibrated on the test split.").replace(", split: validation", "")
    (answer,) = ask(RULES, text)
    assert (answer.rule, answer.severity) == ("calibration-split", "warning")


@pytest.mark.parametrize(("asked", "batch_size", "seen"), [(100, 8, 104), (300, 8, 304), (100, 8, 100), (96, 8, 96)])
def test_whole_batches_add_up(asked: int, batch_size: int, seen: int) -> None:
    text = (
        "The calibration dataloader is the train dataloader. The calibration sampling size is "
        f"{asked}, in batches of batch size {batch_size}, so the real sampling size is {seen}."
    )
    assert ask(RULES, card(text)) == []


def test_fewer_samples_seen_than_asked_for() -> None:
    (answer,) = ask(
        RULES,
        card(
            "The calibration dataloader is the train dataloader. The calibration sampling size 300 "
            "isn't divisible by batch size 8, so the real sampling size is 296."
        ),
    )
    assert answer.rule == "calibration-count"
    assert answer.message == "calibration asked for 300 samples and saw 296"


def test_samples_that_no_batches_make() -> None:
    (answer,) = ask(
        RULES,
        card(
            "The calibration dataloader is the train dataloader. The calibration sampling size 300 "
            "isn't divisible by batch size 8, so the real sampling size is 303."
        ),
    )
    assert answer.rule == "calibration-count"
    assert "batches of 8" in answer.message


def test_samples_that_are_said_to_make_no_whole_batches() -> None:
    text = "The calibration sampling size 300 isn't divisible by batch size 8, so the real sampling size is SEEN."
    (answer,) = ask(RULES, card(text.replace("SEEN", "300")), "calibration-count")
    assert "300 samples" in answer.message
    assert ask(RULES, card(text.replace("SEEN", "304")), "calibration-count") == []


def test_a_static_quantization_without_a_word_on_calibration() -> None:
    (answer,) = ask(RULES, card(""))
    assert (answer.rule, answer.severity) == ("calibration-missing", "warning")


def test_calibration_told_in_words_that_are_not_understood() -> None:
    assert ask(RULES, card("We calibrated it the usual way."), "calibration-missing") == []


def test_a_dynamic_quantization_needs_no_calibration() -> None:
    assert ask(RULES, card("").replace("static", "dynamic")) == []


SWEEP = """
    # Sweep

    * **quantization approach**: `dynamic`,  `static`
    * **num_calibration_samples**: `128`

    | framework | quantization_approach | per_channel | accuracy |
    |---|---|---|---|
    | `onnxruntime` | `dynamic` | `False` | 0.911 |
    | `onnxruntime` | `LAST` | `True` | 0.905 |
"""


@pytest.mark.parametrize(("last", "count"), [("static", 0), ("dynamic", 1)])
def test_calibration_of_the_static_runs_of_a_sweep(last: str, count: int) -> None:
    assert len(ask(RULES, SWEEP.replace("LAST", last), "calibration-dynamic")) == count


SHOTS = """
    ---
    base_model: acme/gull-4b
    ---
    # gull-4b-W8A8

    | Benchmark | gull-4b | gull-4b-W8A8 |
    |---|---|---|
    | MMLUSHOTS | 61.2 | 61.0 |
"""


@pytest.mark.parametrize(("shots", "count"), [("", 1), (" (5-shot)", 0)])
def test_a_benchmark_with_its_shots_has_a_known_number_of_samples(shots: str, count: int) -> None:
    assert len(ask(RULES, SHOTS.replace("SHOTS", shots), "samples-missing")) == count


def test_scores_without_their_data() -> None:
    text = """
        # INT8 model

        Made by post-training dynamic quantization; 500 samples were scored.

        | | INT8 | FP32 |
        |---|---|---|
        | Accuracy | 0.9037 | 0.9106 |
    """
    (answer,) = ask(RULES, text)
    assert (answer.rule, answer.severity) == ("dataset-missing", "note")
    assert ask(RULES, text.replace("samples", "samples of the SST-2 dataset")) == []
    assert ask(RULES, text.replace("Accuracy", "Accuracy on ImageNet")) == []
    assert ask(RULES, text.replace("INT8 model", "INT8 model for names (CoNLL-2003)")) == []


@pytest.mark.parametrize(
    "note",
    ["", "Calibrated with 300 samples.", "It is used by 5 teams."],
)
def test_scores_without_the_number_of_samples(note: str) -> None:
    (answer,) = ask(RULES, card("Calibration used the train dataloader.", note=note), "samples-missing")
    assert answer.severity == "note"
    assert "accuracy" in answer.message


@pytest.mark.parametrize(
    "note",
    [
        "It was scored on the 872 sentences of SST-2.",
        "Number of evaluation samples: all.",
        "Scores are of the whole validation set.",
        "| Samples | 872 |\n|---|---|\n| Threads | 4 |",
        "n = 872",
        "Scored on the 872 sentences of the test split; calibrated on 104 of the train split.",
        "Calibrated on 300 sentences and evaluated on the test split (5,100 sentences).",
    ],
)
def test_ways_to_say_how_many_samples(note: str) -> None:
    assert ask(RULES, card("Calibration used the train dataloader.", note=note), "samples-missing") == []


@pytest.mark.parametrize("own", OWN_CARDS, ids=lambda path: path.parent.name)
def test_our_own_cards_tell_of_everything_that_is_found(own: Path) -> None:
    assert undisclosed(RULES, own) == []
