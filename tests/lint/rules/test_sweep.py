from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.rules.sweep import RULES
from tests.lint.asking import OWN_CARDS, ask, undisclosed

SETTING = "Run on an Intel Xeon with onnxruntime 1.31.1 and torch 2.13.0."


def scores(collapsed: str = "0.490", remark: str = "") -> str:
    return f"""---
pipeline_tag: text-classification
---
# Sweep

{remark}

| framework | operators | per_channel | apply_quantization | accuracy |
|---|---|---|---|---|
| `onnxruntime` | n/a | n/a | `False` | 0.911 |
| `onnxruntime` | `['Add', 'MatMul']` | `False` | `True` | 0.898 |
| `onnxruntime` | `['Add', 'MatMul']` | `True` | `True` | {collapsed} |
| `onnxruntime` | `['Add']` | `False` | `True` | 0.911 |
"""


def times(
    rows: tuple[tuple[str, str], ...] = (("83.23", "12.01"), ("64.31", "15.55")),
    setting: str = SETTING,
    latency: str = "latency_mean (ms)",
    operators: str = "n/a",
) -> str:
    lines = "\n".join(
        f"| `onnxruntime` | {operators if index == 0 else '`Add`'} | `False` | {mean} | {rate} |"
        for index, (mean, rate) in enumerate(rows)
    )
    return f"""---
pipeline_tag: text-classification
---
# Sweep

{setting}

## Time metrics

Below, time metrics for batch size = 1, input length = 224. The table has the 99th percentile (p99) elsewhere.

| framework | operators | per_channel | {latency} | throughput (/s) |
|---|---|---|---|---|
{lines}
"""


def test_a_collapse_without_a_word() -> None:
    (answer,) = ask(RULES, scores())
    assert (answer.rule, answer.severity) == ("collapse", "error")
    assert answer.at == "0.490"
    assert answer.message == (
        "accuracy collapses to 0.490, against 0.911 unquantized, without a word; "
        "the row differs from another in per_channel alone"
    )


@pytest.mark.parametrize(
    "remark",
    [
        "Per-channel scales with MatMul quantized give 0.49, which is chance: do not use that row.",
        "With per-channel scales the accuracy collapses.",
    ],
)
def test_a_collapse_that_the_card_speaks_of(remark: str) -> None:
    assert ask(RULES, scores(remark=remark)) == []


def test_an_ordinary_loss_is_no_collapse() -> None:
    assert ask(RULES, scores("0.861")) == []


def test_rows_of_different_models_are_not_compared() -> None:
    card = """
        # Sweep
        | model | quantization_approach | accuracy |
        |---|---|---|
        | `large` | `none` | 0.93 |
        | `large` | `dynamic` | 0.92 |
        | `tiny` | `none` | 0.71 |
        | `tiny` | `dynamic` | 0.70 |
    """
    assert ask(RULES, card) == []


def test_throughput_over_a_nominal_duration() -> None:
    (answer,) = ask(RULES, times((("83.23", "12.07"), ("64.31", "15.60"))), "throughput")
    assert answer.severity == "note"
    assert "in 2 of 2 rows" in answer.message
    assert "83.23 ms would be 12.01/s, not 12.07/s" in answer.message


def test_throughput_that_contradicts_latency() -> None:
    (answer,) = ask(RULES, times((("83.23", "24.03"), ("64.31", "15.55"))), "throughput")
    assert answer.severity == "warning"
    assert "in 1 of 2 rows" in answer.message
    assert answer.at.startswith("24.03")


def test_throughput_that_follows_from_latency() -> None:
    assert ask(RULES, times(), "throughput") == []


def test_throughput_follows_from_the_mean_beside_percentiles() -> None:
    def card(rate: str) -> str:
        return f"""
            # Sweep
            {SETTING}
            Batch size 1.
            | per_channel | Mean latency (ms) | Latency p50 (ms) | Latency p99 (ms) | Throughput (samples/s) |
            |---|---|---|---|---|
            | `false` | 80.00 | 78.00 | 95.00 | {rate} |
        """

    assert ask(RULES, card("12.50")) == []
    (answer,) = ask(RULES, card("25.00"))
    assert answer.rule == "throughput"
    assert "80.00 ms would be 12.5/s, not 25.00/s" in answer.message


def test_only_a_mean_is_given() -> None:
    (answer,) = ask(RULES, times(), "spread-missing")
    assert answer.severity == "note"
    assert ask(RULES, times(latency="latency p50 (ms)"), "spread-missing") == []


def test_none_for_a_parameter_that_does_not_apply() -> None:
    (answer,) = ask(RULES, times(operators="`None`"), "none-printed")
    assert answer.severity == "note"
    assert "for operators" in answer.message
    assert ask(RULES, times(), "none-printed") == []


@pytest.mark.parametrize(
    ("setting", "missing"),
    [
        ("", "without the hardware and versions"),
        ("Run on an ml.m5.2xlarge instance.", "without versions"),
        ("Run with onnxruntime 1.31.1.", "without the hardware"),
    ],
)
def test_times_without_their_setting(setting: str, missing: str) -> None:
    (answer,) = ask(RULES, times(setting=setting), "setting-missing")
    assert answer.severity == "warning"
    assert missing in answer.message


def test_times_with_their_setting() -> None:
    assert ask(RULES, times(), "setting-missing") == []


def test_times_of_a_plain_table_without_their_setting() -> None:
    card = "# INT8 model\n\nSETTING\n\n| | INT8 | FP32 |\n|---|---|---|\n| Latency (ms) | 21.3 | 42.1 |\n"
    (answer,) = ask(RULES, card, "setting-missing")
    assert "the hardware and versions" in answer.message
    told = card.replace("SETTING", "On a Xeon 8380 with 4 threads, onnxruntime 1.20.")
    assert ask(RULES, told, "setting-missing") == []


@pytest.mark.parametrize("own", OWN_CARDS, ids=lambda path: path.parent.name)
def test_our_own_cards_tell_of_everything_that_is_found(own: Path) -> None:
    assert undisclosed(RULES, own) == []
