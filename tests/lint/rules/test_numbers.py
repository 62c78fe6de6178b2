from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.rules.numbers import RULES
from tests.lint.asking import OWN_CARDS, Answer, ask, undisclosed

TWO_VARIANTS = """
    ---
    base_model: owner/model
    model-index:
      - name: model-int8
        results:
          - task: {type: text-classification}
            dataset: {type: glue, name: GLUE, split: validation}
            metrics:
              - type: accuracy
                value: INDEXED
    ---
    # INT8 model

    | | PyTorch INT8 | ONNX INT8 | FP32 |
    |---|---|---|---|
    | **Accuracy** | 0.9037 | 0.9060 | 0.9106 |
    | **Model size (MB)** | 67.2 | 68.1 | 268 |
"""

PER_RUNTIME = """
    # INT8 question answering

    EXPLANATION

    ## PyTorch

    One module stays in FP32 for less than 1% relative accuracy loss.

    | | INT8 | FP32 |
    |---|---|---|
    | **Accuracy (eval-f1)** | TORCH | TORCH_BASE |
    | **Model size (MB)** | 74.7 | 265 |

    ## ONNX

    | | INT8 | FP32 |
    |---|---|---|
    | **Accuracy (eval-f1)** | ONNX | ONNX_BASE |
    | **Model size (MB)** | 153 | 254 |
"""


def two_variants(indexed: str) -> str:
    return TWO_VARIANTS.replace("INDEXED", indexed)


def per_runtime(torch: str, torch_base: str, onnx: str, onnx_base: str, explanation: str = "") -> str:
    card = PER_RUNTIME.replace("TORCH_BASE", torch_base).replace("TORCH", torch)
    return card.replace("ONNX_BASE", onnx_base).replace("| ONNX |", f"| {onnx} |").replace("EXPLANATION", explanation)


def only(answers: list[Answer]) -> Answer:
    (answer,) = answers
    return answer


def test_metadata_in_percent_and_a_table_of_fractions() -> None:
    answer = only(ask(RULES, two_variants("90.37"), "two-scales"))
    assert answer.severity == "error"
    assert answer.message == "accuracy is 90.37 in the metadata and 0.9037 in a table: one value on two scales"
    assert answer.at == "90.37"


def test_two_tables_on_two_scales() -> None:
    answer = only(ask(RULES, per_runtime("86.1069", "86.8374", "0.8626", "0.8687"), "two-scales"))
    assert "86.1069" in answer.message
    assert "0.8626" in answer.message
    assert answer.message.endswith("one metric on two scales")


def test_a_percent_sign_makes_a_scale_plain() -> None:
    card = """
        # Model
        | | INT8 | FP32 |
        |---|---|---|
        | Accuracy | 0.9037 | 0.9106 |

        | | INT8 | FP32 |
        |---|---|---|
        | Accuracy (%) | 90.37 | 91.06 |
    """
    assert ask(RULES, card, "two-scales") == []


@pytest.mark.parametrize("indexed", ["0.9037", "0.904", "0.9060"])
def test_one_scale_is_not_two(indexed: str) -> None:
    assert ask(RULES, two_variants(indexed), "two-scales") == []
    assert ask(RULES, two_variants(indexed), "metadata-value") == []


def test_a_metadata_value_that_no_table_has() -> None:
    answer = only(ask(RULES, two_variants("0.9121"), "metadata-value"))
    assert answer.message == "accuracy is 0.9121 in the metadata and 0.9037 or 0.9060 in the tables"
    assert answer.at == "0.9121"


def test_the_baseline_listed_as_the_model() -> None:
    answer = only(ask(RULES, two_variants("0.9106"), "metadata-value"))
    assert "which is the FP32 model's value" in answer.message
    assert answer.remedy.startswith("write 0.9037 or 0.9060")


def test_each_variant_of_metadata_has_its_own_value() -> None:
    def card(onnx: str) -> str:
        return f"""---
model-index:
  - name: model-int8
    results:
      - task: {{type: text-classification}}
        dataset: {{type: glue, name: GLUE}}
        metrics:
          - {{type: f1, value: 0.9037, name: "F1 (macro), pytorch static INT8"}}
          - {{type: f1, value: {onnx}, name: "F1 (macro), onnx dynamic INT8"}}
---
# INT8 model

| Variant | Measure | INT8 | FP32 |
|---|---|---|---|
| `pytorch` | F1 (macro) | 0.9037 | 0.9106 |
| `onnx` | F1 (macro) | 0.9060 | 0.9106 |
"""

    assert ask(RULES, card("0.9060")) == []
    answer = only(ask(RULES, card("0.9037")))
    assert answer.message == "f1 is 0.9037 in the metadata and 0.9060 in the tables"


def test_values_of_several_datasets_are_not_compared_across_them() -> None:
    card = """
        ---
        model-index:
          - name: model-int8
            results:
              - task: {type: text-classification}
                dataset: {type: imdb, name: IMDB}
                metrics: [{type: accuracy, value: 0.93}]
              - task: {type: text-classification}
                dataset: {type: glue, name: SST-2}
                metrics: [{type: accuracy, value: 0.9037}]
        ---
        # Model
        | | INT8 | FP32 |
        |---|---|---|
        | Accuracy | 0.9037 | 0.9106 |
    """
    assert ask(RULES, card) == []


def test_text_and_table_disagree() -> None:
    card = """
        # INT8 model

        The INT8 model reaches an accuracy of 0.9121, the FP32 model one of 0.9106.

        | | INT8 | FP32 |
        |---|---|---|
        | Accuracy | 0.9108 | 0.9106 |
    """
    answer = only(ask(RULES, card, "text-value"))
    assert answer.message == "accuracy is 0.9121 in the text and 0.9108 in a table"
    assert ask(RULES, card.replace("0.9121", "0.911"), "text-value") == []
    assert ask(RULES, card.replace("0.9121", "91.08 %"), "text-value") == []


def test_a_variant_that_model_index_forgets() -> None:
    answer = only(ask(RULES, two_variants("90.37"), "variant-unlisted"))
    assert answer.severity == "warning"
    assert "ONNX INT8 (0.9060)" in answer.message
    assert answer.at == "0.9060"


def test_variants_of_one_label_are_told_by_their_runtimes() -> None:
    table = "| | INT8 | FP32 |\n|---|---|---|\n| F1 | VALUE | 0.9138 |\n"
    index = (
        "model-index:\n- name: gull\n  results:\n  - task: {type: text-classification}\n"
        "    dataset: {type: glue, name: GLUE}\n    metrics: [{type: f1, value: 0.9177}]\n"
    )
    sections = "".join(
        f"### {runtime}\n\n{table.replace('VALUE', value)}\n"
        for runtime, value in (("PyTorch", "0.9177"), ("ONNX", "0.9073"))
    )
    (answer,) = ask(RULES, f"---\n{index}---\n# INT8 gull\n\n{sections}", "variant-unlisted")
    assert "f1 of INT8 in ONNX (0.9073)" in answer.message
    assert answer.message.endswith("which lists that of INT8 in PyTorch")


def test_every_variant_listed() -> None:
    card = two_variants("0.9037").replace(
        "value: 0.9037", "value: 0.9037\n              - {type: accuracy, value: 0.9060, name: ONNX}"
    )
    assert ask(RULES, card) == []


def test_other_models_in_a_comparison_are_no_variants() -> None:
    card = two_variants("0.9037").replace("PyTorch INT8", "Ours").replace("ONNX INT8", "TinyRival")
    assert ask(RULES, card, "variant-unlisted") == []


@pytest.mark.parametrize(("value", "reason"), [("912.1", "0 to 1"), ("1.2", "fractions")])
def test_a_score_out_of_range(value: str, reason: str) -> None:
    card = f"""
        # INT8 model
        | | INT8 | FP32 |
        |---|---|---|
        | Accuracy | {value} | 0.9106 |
    """
    answer = only(ask(RULES, card, "metric-range"))
    assert answer.at == value
    assert reason in answer.message


@pytest.mark.parametrize(
    ("metric", "value", "baseline"),
    [("Perplexity", "212.4", "210.1"), ("Matthews correlation", "-0.12", "-0.11"), ("WER", "1.2", "0.9")],
)
def test_scores_that_look_odd_and_are_possible(metric: str, value: str, baseline: str) -> None:
    card = f"""
        # INT8 model
        | | INT8 | FP32 |
        |---|---|---|
        | {metric} | {value} | {baseline} |
    """
    assert ask(RULES, card, "metric-range") == []


@pytest.mark.parametrize("own", OWN_CARDS, ids=lambda path: path.parent.name)
def test_our_own_cards_tell_of_everything_that_is_found(own: Path) -> None:
    assert undisclosed(RULES, own) == []


def test_a_value_of_the_metadata_may_stand_in_a_table_of_runs() -> None:
    runs = """
    | framework | per_channel | Accuracy |
    |---|---|---|
    | `onnxruntime` | `true` | 0.9100 |
    """
    card = two_variants("0.9100")
    assert [answer.rule for answer in ask(RULES, card, "metadata-value")] == ["metadata-value"]
    assert ask(RULES, card + runs, "metadata-value") == []


def test_a_value_of_another_split_in_the_text() -> None:
    card = two_variants("0.9037").replace("| | PyTorch INT8 | ONNX INT8 | FP32 |", "SENTENCE\n\n    | | INT8 | FP32 |")
    card = card.replace("|---|---|---|---|", "|---|---|---|").replace(" | 0.9060 |", " |").replace(" | 68.1 |", " |")
    assert len(ask(RULES, card.replace("SENTENCE", "Its accuracy is 0.9011."), "text-value")) == 1
    assert ask(RULES, card.replace("SENTENCE", "On the training split its accuracy is 0.9011."), "text-value") == []


def test_a_figure_of_one_benchmark_is_not_that_of_their_average() -> None:
    card = """
        # gull-4b-int8
        It has 67.83 accuracy on MMLU.

        | Metric | gull-4b (FP32) | gull-4b-int8 |
        |---|---|---|
        | Average accuracy | 69.10 | 69.16 |
    """
    assert ask(RULES, card, "text-value") == []
    assert len(ask(RULES, card.replace("Average accuracy", "Accuracy"), "text-value")) == 1
    rows = "## Accuracy\n\n| | FP32 | INT8 |\n|---|---|---|\n| MMLU | 68.1 | 67.83 |\n| Average | 69.10 | 69.16 |\n"
    assert ask(RULES, f"# gull-4b-int8\n\nIts accuracy is 67.1 on SST-2.\n\n{rows}", "text-value") == []
