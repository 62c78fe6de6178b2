from __future__ import annotations

from cardgen.plan.steps import plan_steps
from cardgen.records.record import DoneRecord
from cardgen.run.estimate import Estimate, Likeness, likeness_of
from cardgen.run.progress import standing
from tests.factory import make_environments, make_evidence, make_manifest, make_resolutions

MANIFEST = make_manifest()
PLAN = plan_steps(MANIFEST, tuple(MANIFEST.variants), make_resolutions(MANIFEST), make_environments(MANIFEST))
RECORDS = {record.fingerprint: record for record in make_evidence(MANIFEST).records}
STEPS = {step.name: step for step in PLAN.steps}


def took(name: str, seconds: float, **changes: str) -> DoneRecord:
    record = RECORDS[STEPS[name].fingerprint]
    request = record.request.model_copy(update=changes)
    return record.model_copy(update={"seconds": seconds, "request": request})


def like(name: str) -> Likeness:
    return likeness_of(STEPS[name].request)


def test_the_median_of_what_is_most_alike_counts() -> None:
    estimate = Estimate([took("export onnx", 2.0), took("export onnx", 9.0), took("export onnx", 3.0)])
    assert estimate.seconds(like("export onnx")) == 3.0
    estimate.add(took("export onnx", 2.5))
    assert estimate.seconds(like("export onnx")) == 2.75
    estimate.add(took("export pytorch", 50.0))
    assert estimate.seconds(like("export onnx")) == 2.75
    assert estimate.seconds(like("export pytorch")) == 50.0


def test_another_task_or_backend_is_better_than_nothing() -> None:
    estimate = Estimate([took("export onnx", 2.0, task="translation")])
    assert estimate.seconds(like("export onnx")) == 2.0
    assert estimate.seconds(like("export pytorch")) == 2.0


def test_without_any_of_its_kind_nothing_is_told() -> None:
    estimate = Estimate([took("export onnx", 2.0)])
    assert estimate.seconds(like("snippet onnx")) is None
    assert estimate.left({like("export onnx"): 1, like("snippet onnx"): 1}) is None
    assert estimate.left({like("export onnx"): 2, like("export pytorch"): 1, like("snippet onnx"): 0}) == 6.0
    assert estimate.left({}) == 0.0


def test_how_a_plan_stands_in_words() -> None:
    assert standing(0, 14, None) == "0 of 14 steps done, 14 left"
    assert standing(3, 14, 40.2) == "3 of 14 steps done, 11 left, about 40 s"
    assert standing(3, 4, 0.1) == "3 of 4 steps done, 1 left, about 1 s"
    assert standing(3, 4, 100.0) == "3 of 4 steps done, 1 left, about 2 min"
    assert standing(3, 4, 7800.0) == "3 of 4 steps done, 1 left, about 2 h 10 min"
