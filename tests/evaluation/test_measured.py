from __future__ import annotations

import math

import pytest

from cardgen.errors import StepError
from cardgen.evaluation.measured import Measured, assemble, check_args, score_of, unknown_metric
from cardgen.evaluation.resampling import mean_of
from cardgen.records.request import MetricRequest


def measure(request: MetricRequest, predicted: list[float]) -> Measured:
    if request.type == "share":
        right = round(sum(predicted))
        return Measured("share", right / len(predicted), len(predicted), mean_of(predicted), correct=right)
    return Measured("mean", sum(predicted) / len(predicted), len(predicted), mean_of(predicted), {"kind": "plain"})


def test_a_variant_has_scores_and_differences_in_the_order_asked_for() -> None:
    metrics = [MetricRequest(type="mean"), MetricRequest(type="share")]
    result = assemble(metrics, measure, [1, 0, 1, 1], [1, 0, 0, 1], samples=4, threads=2, settings={"stride": 3})
    assert [(score.metric, score.value, score.interval) for score in result.scores] == [
        ("mean", 0.75, "bootstrap"),
        ("share", 0.75, "wilson"),
    ]
    assert result.scores[0].args == {"kind": "plain"}
    assert [(change.metric, change.value) for change in result.differences] == [("mean", 0.25), ("share", 0.25)]
    assert all(change.low <= 0.25 <= change.high for change in result.differences)
    assert result.settings == {"stride": 3}
    assert assemble(metrics, measure, [1, 0], None, samples=2, threads=1).differences == ()


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_value_that_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(StepError, match=r"`mean` comes to (nan|inf), which is no score"):
        score_of(Measured("mean", value, 2, mean_of([1, 2])))


def test_arguments_are_checked() -> None:
    known = {"stemmer": ("none", "porter")}
    assert check_args(MetricRequest(type="rouge1", args={"stemmer": "porter"}), known) == {"stemmer": "porter"}
    with pytest.raises(StepError) as caught:
        check_args(MetricRequest(type="rouge1", args={"stemmer": "portr"}), known)
    assert caught.value.remedy == "Did you mean `porter`? There are: none, porter."
    with pytest.raises(StepError, match="has no argument `stem`"):
        check_args(MetricRequest(type="rouge1", args={"stem": "porter"}), known)


def test_an_unknown_metric_names_the_nearest() -> None:
    assert unknown_metric(MetricRequest(type="rogue1"), ("rouge1", "rouge2")).remedy.startswith("Did you mean `rouge1`")
