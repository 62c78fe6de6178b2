"""Arguments of metrics, which are refused before anything is computed."""

from __future__ import annotations

import pytest

from cardgen.errors import StepError
from cardgen.evaluation.task import Outcomes
from cardgen.evaluation.tasks.classification import measure
from cardgen.records.request import MetricRequest

IDS = [0, 1, 1, 0]
TWO = ("NEGATIVE", "POSITIVE")
THREE = ("bad", "good", "plain")


@pytest.mark.parametrize(
    ("metric", "labels", "message", "remedy"),
    [
        (MetricRequest(type="acuracy"), TWO, "no metric `acuracy`", "Did you mean `accuracy`?"),
        (MetricRequest(type="accuracy", args={"average": "macro"}), TWO, "accuracy has no argument `average`", "none"),
        (MetricRequest(type="f1", args={"beta": 2}), TWO, "f1 has no argument `beta`", "average, pos_label"),
        (MetricRequest(type="f1", args={"average": "samples"}), TWO, "f1 has no average `samples`", "binary, macro"),
        (MetricRequest(type="f1", args={"average": "binary"}), THREE, "the model has 3", "`average: macro`"),
        (MetricRequest(type="f1", args={"pos_label": "YES"}), TWO, "`pos_label` is `YES`", "`NEGATIVE`, `POSITIVE`"),
        (
            MetricRequest(type="f1", args={"average": "macro", "pos_label": "POSITIVE"}),
            TWO,
            "goes with `average: binary` alone",
            "one of them",
        ),
    ],
)
def test_what_does_not_fit_is_told(metric: MetricRequest, labels: tuple[str, ...], message: str, remedy: str) -> None:
    with pytest.raises(StepError) as caught:
        measure(metric, Outcomes(IDS, IDS, None, labels))
    assert message in caught.value.message
    assert remedy in caught.value.remedy
