"""What is compared of two files, and what is said where nothing can be."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.records.results_file import Data, Figure, ResultsFile, Setting
from cardgen.results.compare import Compared, compare

ALIKE: dict[str, Any] = {
    "task": "t",
    "task_version": "1",
    "metric": "acc",
    "higher_is_better": True,
    "standard_error": 0.01,
    "samples": 100,
    "few_shot": 5,
    "chat_template": False,
    "limit": "all",
}


def results(*figures: Figure, tool: str = "lm-eval") -> ResultsFile:
    return ResultsFile(tool=tool, tool_version=None, model="m", revision=None, sha256="0" * 64, figures=figures)


def compared(first: dict[str, Any], second: dict[str, Any]) -> Compared:
    (one,) = compare(results(Figure(**ALIKE | first)), results(Figure(**ALIKE | second))).figures
    return one


def test_the_difference_and_the_recovery_have_intervals() -> None:
    one = compared({"value": 0.8}, {"value": 0.76})
    assert one.difference is not None
    assert one.recovery is not None
    assert one.difference.value == pytest.approx(-0.04)
    # 1.96 standard errors of a difference of two independent values
    reach = 1.959964 * math.hypot(0.01, 0.01)
    assert (one.difference.low, one.difference.high) == pytest.approx((-0.04 - reach, -0.04 + reach))
    assert one.recovery.value == pytest.approx(95.0)
    reach = 1.959964 * 95.0 * math.hypot(0.01 / 0.8, 0.01 / 0.76)
    assert (one.recovery.low, one.recovery.high) == pytest.approx((95 - reach, 95 + reach))
    assert (one.differs, one.unstated) == ((), ())


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"task_version": "2"}, "task version (1, 2)"),
        ({"value": 76.0}, "scale (as a fraction, in percent)"),
        (
            {"data": Data(id="a/b", config=None, split="test", revision="f" * 40)},
            "data (not stated, a/b test ffffffffffff…)",
        ),
        ({"few_shot": 0}, "few-shot count (5, 0)"),
        ({"few_shot": None}, "few-shot count (5, not stated)"),
        ({"chat_template": True}, "chat template (no, yes)"),
        ({"limit": 50}, "limit (all, 50)"),
        ({"limit": 0.1}, "limit (all, 0.1)"),
        ({"samples": 99}, "samples (100, 99)"),
        ({"unit": "%"}, "unit (not stated, %)"),
        ({"settings": (Setting(name="epochs", value="2"),)}, "epochs (not stated, 2)"),
    ],
)
def test_what_was_not_measured_alike_has_no_number(other: dict[str, Any], said: str) -> None:
    one = compared({"value": 0.8}, {"value": 0.76} | other)
    assert (one.difference, one.recovery, one.differs) == (None, None, (said,))


def test_files_of_two_tools_are_not_compared() -> None:
    figure = Figure(**ALIKE, value=0.5)
    (one,) = compare(results(figure), results(figure, tool="lighteval")).figures
    assert (one.difference, one.differs) == (None, ("tool (lm-eval, lighteval)",))


def test_what_only_one_file_holds_is_named() -> None:
    first, second = Figure(**ALIKE, value=0.5), Figure(**ALIKE | {"metric": "f1", "variant": "macro"}, value=0.5)
    comparison = compare(results(first), results(second))
    assert comparison.figures == ()
    assert comparison.missing == (
        "t: acc stands in the baseline's file alone",
        "t: f1 (macro) stands in the other's file alone",
    )


def test_what_neither_file_states_is_said_beside_the_number() -> None:
    bare = {"task_version": None, "few_shot": None, "chat_template": None, "limit": None, "samples": None}
    one = compared({"value": 0.8} | bare, {"value": 0.76} | bare)
    assert one.difference is not None
    assert one.unstated == ("task version", "few-shot count", "chat template", "limit", "samples")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"value": 12.0, "higher_is_better": False, "metric": "word_perplexity"}, {"value": 11.0}),
        ({"value": 12.0, "higher_is_better": None, "metric": "mystery"}, {"value": 11.0}),
        ({"value": 0.0}, {"value": 0.1}),
        ({"value": -0.1}, {"value": 0.1}),
        ({"value": 0.1}, {"value": -0.1}),
    ],
)
def test_no_recovery_where_percent_of_the_baseline_means_nothing(first: dict[str, Any], second: dict[str, Any]) -> None:
    shared = {key: first[key] for key in ("higher_is_better", "metric") if key in first}
    one = compared(first, second | shared)
    assert one.difference is not None
    assert one.recovery is None


@pytest.mark.parametrize("error", [None, 0.0])
def test_no_interval_without_the_standard_error_of_both(error: float | None) -> None:
    one = compared({"value": 1.0, "standard_error": error}, {"value": 0.9})
    assert one.difference is not None
    assert one.recovery is not None
    assert (one.difference.low, one.difference.high, one.recovery.low) == (None, None, None)


finite = st.floats(allow_nan=False, allow_infinity=False)


@given(finite, finite, st.floats(0, allow_infinity=False, allow_nan=False), st.floats(0, allow_infinity=False))
def test_no_comparison_of_finite_values_gives_what_is_not_finite(a: float, b: float, c: float, d: float) -> None:
    one = compared({"value": a, "standard_error": c}, {"value": b, "standard_error": d})
    for estimate in (one.difference, one.recovery):
        if estimate is not None:
            numbers = [estimate.value, *(end for end in (estimate.low, estimate.high) if end is not None)]
            assert all(math.isfinite(number) for number in numbers)
            assert estimate.low is None or estimate.high is None or estimate.low <= estimate.value <= estimate.high


def test_a_score_that_collapsed_on_a_scale_of_percent_is_compared() -> None:
    one = compared({"metric": "bleu", "value": 31.0}, {"metric": "bleu", "value": 0.4})
    assert one.differs == ()
    assert one.difference is not None


def test_scores_of_two_splits_are_not_compared() -> None:
    first, second = (Data(id="a/b", config=None, split=split, revision=None) for split in ("validation", "test"))
    one = compared({"value": 0.8, "data": first}, {"value": 0.7, "data": second})
    assert one.differs == ("data (a/b validation, a/b test)",)
    assert (one.difference, one.recovery) == (None, None)
