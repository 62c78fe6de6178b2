from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from cardgen.errors import StepError
from cardgen.evaluation.scoring.measured import Measured, check_metric, difference_of, score_of, values_of
from cardgen.evaluation.scoring.resampling import mean_of
from cardgen.records.request import MetricRequest
from cardgen.records.samples import SampleValues


def share(right: list[bool]) -> Measured:
    found = np.array(right)
    return Measured("share", float(found.mean()), len(found), mean_of(found), right=found)


def mean(values: list[float]) -> Measured:
    return Measured("mean", sum(values) / len(values), len(values), mean_of(values), {"kind": "plain"})


def test_a_share_has_wilsons_interval_and_mcnemars_test() -> None:
    variant, baseline = share([True, False, True, True]), share([True, False, False, True])
    score, change = score_of(variant), difference_of(variant, baseline)
    assert (score.value, score.interval) == (0.75, "wilson")
    assert (change.value, change.mcnemar_p) == (0.25, 1.0)
    assert change.low <= 0.25 <= change.high


def test_the_values_of_samples_are_kept_of_what_is_their_mean() -> None:
    right = np.array([True, False])
    kept = values_of(replace(share([True, False]), each=right))
    assert kept == SampleValues(metric="share", values=(1.0, 0.0), right=True)
    scores = values_of(replace(mean([1, 0.5]), each=np.array([1, 0.5])))
    assert scores == SampleValues(metric="mean", args={"kind": "plain"}, values=(1.0, 0.5), right=False)
    assert values_of(mean([1, 0.5])) is None


def test_another_metric_is_drawn_anew() -> None:
    score, change = score_of(mean([1, 0, 1, 0.5])), difference_of(mean([1, 0, 1, 0.5]), mean([1, 0, 0, 0.5]))
    assert (score.value, score.interval, score.args) == (0.625, "bootstrap", {"kind": "plain"})
    assert (change.value, change.interval, change.mcnemar_p) == (0.25, "paired-bootstrap", None)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_value_that_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(StepError, match=r"`mean` comes to (nan|inf), which is no score"):
        score_of(Measured("mean", value, 2, mean_of([1, 2])))


def test_arguments_are_checked() -> None:
    known = {"stemmer": ("none", "porter"), "label": None}
    args = {"stemmer": "porter", "label": 1}
    assert check_metric(MetricRequest(type="rouge1", args=args), ("rouge1",), known) == {**args, "label": "1"}
    with pytest.raises(StepError) as caught:
        check_metric(MetricRequest(type="rouge1", args={"stemmer": "portr"}), ("rouge1",), known)
    assert caught.value.remedy == "Did you mean `porter`? There are: none, porter."
    with pytest.raises(StepError, match="has no argument `stem`"):
        check_metric(MetricRequest(type="rouge1", args={"stem": "porter"}), ("rouge1",), known)


def test_an_unknown_metric_names_the_nearest() -> None:
    with pytest.raises(StepError, match="no metric `rogue1` for this task") as caught:
        check_metric(MetricRequest(type="rogue1"), ("rouge1", "rouge2"))
    assert caught.value.remedy == "Did you mean `rouge1`? There are: rouge1, rouge2."
