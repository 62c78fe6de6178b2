from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from cardgen.manifest.model import Manifest
from cardgen.plan.model import Step
from cardgen.plan.steps import plan_steps
from cardgen.records.record import DoneRecord
from cardgen.records.request import TuneRequest
from cardgen.run.graph import Graph
from tests.factory import make_environments, make_evidence, make_manifest, make_resolutions, manifest_data

MANIFEST = make_manifest()
EVIDENCE = make_evidence(MANIFEST)
PLAN = plan_steps(MANIFEST, tuple(MANIFEST.variants), make_resolutions(MANIFEST), make_environments(MANIFEST))
KNOWN: Mapping[str, DoneRecord] = {record.fingerprint: record for record in EVIDENCE.records}
BY_NAME = {step.name: step for step in PLAN.steps}


def names(steps: list[Step]) -> list[str]:
    return [step.name for step in steps]


def ready(graph: Graph) -> list[Step]:
    """The first step of each kind that can begin, in the plan's order."""
    found: list[Step] = []
    while (step := graph.first({other.request.kind for other in found})) is not None:
        found.append(step)
    return found


def run_all(graph: Graph) -> list[str]:
    """Run one step at a time, always the first that is ready."""
    ran = []
    while graph.waiting:
        step = graph.first()
        assert step is not None
        graph.begin(step)
        graph.finish(step)
        ran.append(step.name)
    return ran


def test_one_at_a_time_runs_in_the_plans_order() -> None:
    assert run_all(Graph(PLAN.steps, {}, lambda _record: False)) == names(list(PLAN.steps))


def test_what_is_known_does_not_run() -> None:
    graph = Graph(PLAN.steps, KNOWN, lambda _record: False)
    assert not graph.waiting
    assert graph.for_artifact == set()


def test_what_is_known_runs_where_its_artifact_is_missing_and_needed() -> None:
    missing = BY_NAME["predict onnx"].fingerprint
    known = {fingerprint: record for fingerprint, record in KNOWN.items() if fingerprint != missing}
    assert names(list(Graph(PLAN.steps, known, lambda _record: True).waiting.values())) == ["predict onnx"]
    graph = Graph(PLAN.steps, known, lambda _record: False)
    assert run_all(graph) == ["export onnx", "quantize onnx", "predict onnx"]
    needed = {BY_NAME[name].fingerprint for name in ("export onnx", "quantize onnx")}
    assert graph.for_artifact == needed


def test_what_does_not_wait_for_another_is_ready_beside_it() -> None:
    graph = Graph(PLAN.steps, {}, lambda _record: False)
    assert names(ready(graph)) == ["export pytorch"]
    graph.begin(BY_NAME["export pytorch"])
    assert names(ready(graph)) == ["export onnx"]
    graph.finish(BY_NAME["export pytorch"])
    assert names(ready(graph)) == ["export onnx", "quantize pytorch", "predict FP32 pytorch"]
    assert graph.first({"export", "quantize", "predict"}) is None


def test_a_failed_step_takes_along_those_behind_it_and_no_other() -> None:
    graph = Graph(PLAN.steps, {}, lambda _record: False)
    for name in ("export pytorch", "export onnx"):
        graph.begin(BY_NAME[name])
        graph.finish(BY_NAME[name])
    graph.begin(BY_NAME["quantize pytorch"])
    behind = names(graph.fail(BY_NAME["quantize pytorch"]))
    assert behind == ["snippet pytorch", "predict pytorch", "evaluate pytorch"]
    assert run_all(graph) == [
        step.name
        for step in PLAN.steps
        if step.name not in {*behind, "export pytorch", "export onnx", "quantize pytorch"}
    ]


@given(st.data())
def test_whatever_runs_or_fails_in_whatever_order_nothing_begins_before_what_it_needs(data: st.DataObject) -> None:
    known = {f: KNOWN[f] for f in data.draw(st.sets(st.sampled_from(sorted(KNOWN))))}
    sound = data.draw(st.sets(st.sampled_from(sorted(KNOWN))))
    graph = Graph(PLAN.steps, known, lambda record: record.fingerprint in sound)
    chosen = set(graph.waiting)
    done: set[str] = set()
    lost: set[str] = set()
    running: list[Step] = []
    while graph.waiting or running:
        can_begin = ready(graph)
        assert can_begin or running, "something waits for ever"
        if can_begin and (not running or data.draw(st.booleans())):
            step = data.draw(st.sampled_from(can_begin))
            for role, needed in step.needs.items():
                assert needed in done or (needed not in chosen and (needed in sound or role == "tune"))
            graph.begin(step)
            running.append(step)
            continue
        step = running.pop(data.draw(st.integers(0, len(running) - 1)))
        if data.draw(st.booleans()):
            graph.finish(step)
            done.add(step.fingerprint)
        else:
            lost |= {step.fingerprint, *(behind.fingerprint for behind in graph.fail(step))}
    assert done | lost == chosen
    assert not done & lost


def test_the_steps_of_an_environment_are_those_that_have_to_run() -> None:
    graph = Graph(PLAN.steps, {}, lambda _record: False)
    (environment,) = {step.environment.name for step in PLAN.steps}
    assert graph.of_environment(environment) == list(PLAN.steps)
    assert Graph(PLAN.steps, KNOWN, lambda _record: True).of_environment(environment) == []


def test_an_empty_plan_has_nothing_to_run() -> None:
    assert not Graph((), {}, lambda _record: True).waiting


def test_a_tuning_makes_the_quantization_and_the_answers_to_the_samples_that_it_chose_on() -> None:
    data = manifest_data()
    data["variants"]["onnx"]["fallback"] = {"tolerance": 0.01}
    data["variants"]["pytorch"]["fallback"] = {"tolerance": 0.01, "split": "train[:50%]"}
    data["variants"]["pytorch"]["calibration"] = {"split": "train[50%:]"}
    data["evaluation"]["batch_size"] = 8  # so that the dynamic one is answered one by one, too
    manifest = Manifest.model_validate(data)
    plan = plan_steps(manifest, tuple(manifest.variants), make_resolutions(manifest), make_environments(manifest))

    def made(name: str, known: Mapping[str, DoneRecord]) -> list[str]:
        step = next(step for step in plan.steps if step.name == name)
        assert isinstance(step.request, TuneRequest)
        return names(Graph(plan.steps, known, lambda _record: True).made_by(step.request, step))

    assert made("tune onnx", {}) == ["quantize onnx", "predict onnx"]
    assert made("tune pytorch", {}) == ["quantize pytorch"], "what was answered are other samples"
    known = {record.fingerprint: record for record in make_evidence(manifest).records}
    assert made("tune onnx", known) == [], "what is there is not made again"
