from __future__ import annotations

import pytest

from cardgen.lint.registry import RULES as REGISTERED
from cardgen.lint.rules.baselines import RULES
from tests.lint.asking import ask
from tests.lint.rules.test_numbers import only, per_runtime


def test_two_baselines_of_one_metric_and_one_size() -> None:
    metric, size = ask(RULES, per_runtime("86.1069", "86.8374", "0.8626", "0.8687"), "baselines-differ")
    assert metric.message == "the FP32 model's f1 is 0.8687 here and 86.8374 elsewhere, unexplained"
    assert metric.severity == "warning"
    assert size.at == "254"
    assert size.message == (
        "the FP32 model's size is 254 MB here and 265 MB elsewhere, unexplained: 254 seems to count MiB"
    )


def test_baselines_that_are_explained_or_equal() -> None:
    explained = "FP32 is the base model saved and run in the same runtime as the variant beside it."
    assert ask(RULES, per_runtime("86.1069", "86.8374", "86.26", "86.87", explained), "baselines-differ") == []
    equal = per_runtime("0.8611", "0.8684", "0.8626", "0.8684").replace("254", "265")
    assert ask(RULES, equal) == []


def test_a_loss_claim_that_the_figures_break() -> None:
    answer = only(ask(RULES, per_runtime("0.8511", "0.8684", "0.8626", "0.8684"), "loss-claim"))
    assert answer.severity == "error"
    assert "at most 1 %" in answer.message
    assert answer.message.endswith("f1 0.8511 against 0.8684 is a loss of 1.99 %")


def test_a_loss_claim_that_holds() -> None:
    card = """
        # INT8 summarization
        A few modules stay in FP32 to keep the relative accuracy loss under 1%.

        | | INT8 | FP32 |
        |---|---|---|
        | Accuracy (eval-rougeLsum) | 41.2224 | 41.5274 |
    """
    assert ask(RULES, card) == []
    broken = ask(RULES, card.replace("41.2224", "40.9"), "loss-claim")
    assert only(broken).message.endswith("rougeLsum 40.9 against 41.5274 is a loss of 1.51 %")


def test_int8_far_better_than_fp32() -> None:
    card = """
        # INT8 model
        | | INT8 | FP32 |
        |---|---|---|
        | Accuracy | 0.9821 | 0.9106 |
    """
    answer = only(ask(RULES, card, "implausible-gain"))
    assert answer.message.endswith("quantization rarely improves a model by as much as 7.85 %")
    assert ask(RULES, card.replace("0.9821", "0.9131")) == []


def test_a_falling_error_rate_is_a_gain() -> None:
    card = """
        # INT8 speech recognition
        | | INT8 | FP32 |
        |---|---|---|
        | WER | 0.110 | 0.101 |
    """
    assert ask(RULES, card, "implausible-gain") == []
    assert ask(RULES, card.replace("0.110", "0.081"), "implausible-gain") != []


@pytest.mark.parametrize(
    "table",
    [
        "| Model | BLEU |\n|---|---|\n| gull | 20.1 |\n| gull-int8 | 20.0 |\n| Google Translate | 34.5 |",
        "| | gull (FP32) | DeepL | gull-int8 |\n|---|---|---|---|\n| BLEU | 20.1 | 34.5 | 20.0 |",
        "| System | BLEU |\n|---|---|\n| FP32 | 20.1 |\n| ChatGPT | 34.5 |",
        "| System | BLEU |\n|---|---|\n| FP32 | 20.1 |\n| INT8 | 20.0 |\n| Tern | 10.0 |\n| Human | 60.5 |",
    ],
)
def test_another_system_is_no_quantized_model(table: str) -> None:
    card = f"---\nbase_model: acme/gull\n---\n# gull-int8\n\nAn INT8 version of gull.\n\n{table}\n"
    assert ask(REGISTERED, card, "implausible-gain") == []
    assert ask(REGISTERED, card, "score-collapsed") == []


@pytest.mark.parametrize("name", ["INT8", "gull-int8", "Gull, smaller", "ours", "Percentile"])
def test_the_model_by_any_of_its_names_is_held_against_its_baseline(name: str) -> None:
    card = f"# gull-int8\n\n| Model | BLEU |\n|---|---|\n| FP32 | 20.1 |\n| {name} | 34.5 |\n"
    assert len(ask(REGISTERED, card, "implausible-gain")) == 1


def test_a_score_that_cannot_be_is_no_gain_besides() -> None:
    card = "# INT8 model\n\n| | INT8 | FP32 |\n|---|---|---|\n| F1 | 1.9121 | 0.9183 |\n"
    answers = ask(REGISTERED, card)
    assert [answer.rule for answer in answers if answer.rule in ("implausible-gain", "metric-range")] == [
        "metric-range"
    ]
