from __future__ import annotations

from typing import Any

import pytest

from cardgen.manifest.grid import GRID
from cardgen.manifest.model import Manifest
from cardgen.plan.layout import dataset_refs
from cardgen.plan.model import Plan, VariantSteps
from cardgen.plan.steps import plan_steps, run_backends, run_variants, trials_fingerprint
from cardgen.records.canonical import fingerprint
from cardgen.records.environment import Environment
from cardgen.records.request import (
    BenchmarkRequest,
    EvaluateRequest,
    ExportRequest,
    PredictRequest,
    QuantizeRequest,
    TuneRequest,
)
from tests.factory import make_environments, make_manifest, make_resolutions, manifest_data


def plan(manifest: Manifest) -> Plan:
    return plan_steps(manifest, manifest.variants, make_resolutions(manifest), make_environments(manifest))


def changed(path: str, value: Any, *, tuned: bool = False) -> Manifest:
    data = manifest_data()
    if tuned:
        data["variants"]["pytorch"]["fallback"] = {"tolerance": 0.01}
    place = data
    *parents, key = path.split(".")
    for parent in parents:
        place = place[parent]
    place[key] = value
    return Manifest.model_validate(data)


def test_steps_come_after_what_they_need() -> None:
    done: set[str] = set()
    for step in plan(make_manifest()).steps:
        assert set(step.needs.values()) <= done
        done.add(step.fingerprint)


def test_names_are_for_people() -> None:
    assert [step.name for step in plan(make_manifest()).steps] == [
        "export pytorch",
        "export onnx",
        "quantize pytorch",
        "quantize onnx",
        "snippet pytorch",
        "snippet onnx",
        "predict FP32 pytorch",
        "predict pytorch",
        "predict FP32 onnx",
        "predict onnx",
        "evaluate FP32 pytorch",
        "evaluate pytorch",
        "evaluate FP32 onnx",
        "evaluate onnx",
    ]


def test_variants_of_one_runtime_share_export_and_baseline() -> None:
    data = manifest_data()
    onnx = data["variants"]["onnx"]
    data["variants"] = {"a": onnx, "b": {**onnx, "options": {"per_channel": False}}}
    steps = plan(Manifest.model_validate(data))
    assert steps.variants["a"].export is steps.variants["b"].export
    assert steps.variants["a"].baseline == steps.variants["b"].baseline
    assert steps.variants["a"].made.fingerprint != steps.variants["b"].made.fingerprint
    assert len(steps.steps) == 11


def steps_of(name: str) -> set[str]:
    """What is run again where a variant is quantized otherwise."""
    return {f"{kind} {name}" for kind in ("quantize", "snippet", "predict", "evaluate")}


def batch_sizes(steps: VariantSteps) -> tuple[int, int]:
    """Of the variant and of its baseline."""
    assert steps.scoring is not None
    assert steps.baseline is not None
    sizes = []
    for scoring in (steps.scoring, steps.baseline):
        assert isinstance(scoring.predict.request, PredictRequest)
        sizes.append(scoring.predict.request.batch_size)
    return sizes[0], sizes[1]


def test_dynamic_variants_are_scored_one_by_one() -> None:
    made = plan(make_manifest())
    assert batch_sizes(made.variants["pytorch"]) == (64, 64)
    assert batch_sizes(made.variants["onnx"]) == (1, 64)
    assert made.variants["onnx"].single is None


def test_the_manifest_decides_the_batch_size() -> None:
    made = plan(changed("evaluation.batch_size", 7))
    assert all(batch_sizes(steps) == (7, 7) for steps in made.variants.values())


def test_a_dynamic_variant_in_batches_is_scored_one_by_one_too() -> None:
    steps = plan(changed("evaluation.batch_size", 7)).variants
    assert steps["pytorch"].single is None
    single, scoring, quantize = steps["onnx"].single, steps["onnx"].scoring, steps["onnx"].quantize
    assert single is not None
    assert scoring is not None
    assert quantize is not None
    assert isinstance(single.predict.request, PredictRequest)
    assert isinstance(scoring.predict.request, PredictRequest)
    assert single.predict.request == scoring.predict.request.model_copy(update={"batch_size": 1})
    assert single.predict.needs == {"model": quantize.fingerprint}
    assert single.evaluate.needs["baseline"] == scoring.evaluate.needs["baseline"]


def test_another_metric_asks_for_no_predictions() -> None:
    before = {step.name: step.fingerprint for step in plan(make_manifest()).steps}
    after = {step.name: step.fingerprint for step in plan(changed("evaluation.metrics", ["accuracy"])).steps}
    assert {name for name in before if before[name] != after[name]} == {
        name for name in before if name.startswith("evaluate ")
    }


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("title", "Another"),
        ("repo_id", "owner/other"),
        ("metadata", {"license": "mit"}),
        ("prose", {"summary": "Words."}),
        ("evaluation.primary", "f1"),
    ],
)
def test_words_re_run_nothing(path: str, value: Any) -> None:
    assert plan(changed(path, value)).steps == plan(make_manifest()).steps


@pytest.mark.parametrize(
    ("path", "value", "stale"),
    [
        (
            "variants.pytorch.calibration",
            {"samples": 101},
            steps_of("pytorch"),
        ),
        (
            "variants.pytorch.fallback",
            None,
            steps_of("pytorch"),
        ),
        (
            "variants.onnx.options",
            {"per_channel": False},
            steps_of("onnx"),
        ),
        (
            "evaluation.metrics",
            ["accuracy"],
            {"evaluate FP32 pytorch", "evaluate pytorch", "evaluate FP32 onnx", "evaluate onnx"},
        ),
        (
            "variants.onnx.options",
            {"per_channel": True, "opset": 17},
            {
                "export onnx",
                "quantize onnx",
                "snippet onnx",
                "predict FP32 onnx",
                "predict onnx",
                "evaluate FP32 onnx",
                "evaluate onnx",
            },
        ),
    ],
)
def test_a_change_re_runs_what_depends_on_it_and_no_more(path: str, value: Any, stale: set[str]) -> None:
    before = {step.fingerprint for step in plan(make_manifest()).steps}
    after = plan(changed(path, value)).steps
    assert {step.name for step in after if step.fingerprint not in before} == stale


TUNED = changed("title", "Another", tuned=True)


def test_a_tolerance_adds_a_step_between_the_baseline_and_the_quantization() -> None:
    made = plan(TUNED)
    steps = made.variants["pytorch"]
    assert steps.tune is not None
    assert steps.quantize is not None
    assert steps.baseline is not None
    request = steps.tune.request
    assert isinstance(request, TuneRequest)
    assert (request.tolerance, request.absolute, request.metric.type) == (0.01, False, "accuracy")
    assert isinstance(steps.quantize.request, QuantizeRequest)
    assert steps.quantize.request.fallback_modules == "tuned"
    assert request.quantize == steps.quantize.request.model_copy(update={"fallback_modules": ()})
    assert steps.tune.needs == {"model": steps.export.fingerprint, "baseline": steps.baseline.predict.fingerprint}
    assert steps.tune.inputs == {"data": "evaluation", "calibration": "calibration.pytorch"}
    assert steps.quantize.needs == {"model": steps.export.fingerprint, "tune": steps.tune.fingerprint}
    before: set[str] = set()
    for step in made.steps:
        assert before.issuperset(step.needs.values()), f"{step.name} comes before what it needs"
        before.add(step.fingerprint)
    assert plan(make_manifest()).variants["pytorch"].tune is None


def chosen_on(**fallback: Any) -> Manifest:
    """Both variants are tuned."""
    data = manifest_data()
    for variant in data["variants"].values():
        variant["fallback"] = {"tolerance": 0.01, **fallback}
    return Manifest.model_validate(data)


def test_modules_may_be_chosen_on_other_samples() -> None:
    made, same = plan(chosen_on(split="other")), plan(chosen_on())
    steps = made.variants["onnx"]
    assert steps.tune is not None
    assert steps.scoring is not None
    assert steps.baseline is not None
    tune, scored = steps.tune.request, steps.scoring.predict.request
    assert isinstance(tune, TuneRequest)
    assert isinstance(scored, PredictRequest)
    assert scored.data.split == "validation"
    assert tune.predict == scored.model_copy(update={"data": scored.data.model_copy(update={"split": "other"})})
    assert steps.tune.inputs == {"data": "fallback.onnx"}
    baseline = next(step for step in made.steps if step.fingerprint == steps.tune.needs["baseline"])
    assert (baseline.name, baseline.inputs) == ("predict FP32 onnx to tune onnx", {"data": "fallback.onnx"})
    assert isinstance(steps.baseline.predict.request, PredictRequest)
    assert baseline.request == steps.baseline.predict.request.model_copy(update={"data": tune.predict.data})
    before: set[str] = set()
    for step in made.steps:
        assert before.issuperset(step.needs.values()), f"{step.name} comes before what it needs"
        before.add(step.fingerprint)
    names = [step.name for step in made.steps]
    assert sorted(set(names) - {step.name for step in same.steps}) == [
        "predict FP32 onnx to tune onnx",
        "predict FP32 pytorch to tune pytorch",
    ], "nothing of them is evaluated"
    assert names.index("predict FP32 onnx") > names.index("quantize onnx"), "it is needed for the score alone"


def test_variants_share_what_fp32_answers_to_other_samples() -> None:
    data = chosen_on(split="other").model_dump(mode="json", exclude_defaults=True)
    data["variants"]["more"] = {**data["variants"]["onnx"], "options": {"per_channel": False}}
    made = plan(Manifest.model_validate(data))
    tunes = [made.variants[name].tune for name in ("onnx", "more")]
    assert [tune.needs["baseline"] for tune in tunes if tune] == 2 * [
        step.fingerprint for step in made.steps if step.name == "predict FP32 onnx to tune onnx"
    ]


def test_what_a_candidate_scores_does_not_depend_on_the_loss_that_is_allowed() -> None:
    def trials(**fallback: Any) -> str:
        tune = plan(chosen_on(**fallback)).variants["onnx"].tune
        assert tune is not None
        return trials_fingerprint(tune)

    plain = trials()
    assert trials(tolerance=0.02) == trials(tolerance=0.02, absolute=True) == plain
    assert trials(split="other") != plain
    data = chosen_on().model_dump(mode="json", exclude_defaults=True)
    data["evaluation"]["primary"] = "f1"
    tune = plan(Manifest.model_validate(data)).variants["onnx"].tune
    assert tune is not None
    assert trials_fingerprint(tune) not in (plain, tune.fingerprint)


def test_a_candidate_is_scored_as_the_variant_is() -> None:
    steps = plan(changed("evaluation.primary", "f1", tuned=True)).variants["pytorch"]
    assert steps.tune is not None
    assert steps.scoring is not None
    tune, evaluate = steps.tune.request, steps.scoring.evaluate.request
    assert isinstance(tune, TuneRequest)
    assert isinstance(evaluate, EvaluateRequest)
    assert tune.predict == steps.scoring.predict.request
    assert tune.metric == evaluate.metrics[1]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("variants.pytorch.fallback", {"tolerance": 0.02}),
        ("variants.pytorch.fallback", {"tolerance": 0.01, "absolute": True}),
        ("variants.pytorch.calibration", {"samples": 101}),
        ("evaluation.primary", "f1"),
    ],
)
def test_what_decides_a_tuning_re_runs_it_and_what_follows(path: str, value: Any) -> None:
    before = {step.fingerprint for step in plan(TUNED).steps}
    after = plan(changed(path, value, tuned=True)).steps
    stale = {"tune pytorch", "quantize pytorch", "snippet pytorch", "predict pytorch", "evaluate pytorch"}
    assert {step.name for step in after if step.fingerprint not in before} == stale


def test_the_name_of_a_local_model_re_runs_nothing() -> None:
    one, other = (changed("base_model", {"path": "../model", "id": name}) for name in ("owner/a", "owner/b"))
    assert plan(one).steps == plan(other).steps


def test_the_order_of_fallback_modules_does_not_matter() -> None:
    one, other = (changed("variants.pytorch.fallback", {"modules": names}) for names in (["a", "b"], ["b", "a"]))
    assert plan(one).steps == plan(other).steps


def test_new_versions_of_decisive_packages_make_steps_stale() -> None:
    manifest = make_manifest()
    environments = make_environments(manifest)
    newer = {
        backend: Environment(name=environment.name, packages={**environment.packages, "torch": "2.0"})
        for backend, environment in environments.items()
    }
    before, after = (
        {step.fingerprint for step in plan_steps(manifest, manifest.variants, make_resolutions(manifest), each).steps}
        for each in (environments, newer)
    )
    assert not before & after


def test_no_calibration_for_dynamic_and_labels_are_not_calibrated_on() -> None:
    steps = plan(make_manifest()).variants
    dynamic, static = steps["onnx"].made.request, steps["pytorch"].made.request
    assert isinstance(dynamic, QuantizeRequest)
    assert isinstance(static, QuantizeRequest)
    assert dynamic.calibration is None
    assert static.calibration is not None
    assert static.calibration.data.split == "train"
    assert static.calibration.columns == {"text": "sentence"}


SWEEP: dict[str, Any] = {
    "card": "benchmark",
    "variants": {},
    "benchmark": {
        "batch_sizes": [1, 8],
        "input_lengths": [32],
        "threads": 4,
        "grid": {
            "framework": ["onnxruntime", "pytorch"],
            "operators_to_quantize": [["MatMul", "Add"], ["Add"]],
            "per_channel": [False, True],
            "apply_quantization": [False, True],
        },
    },
}
RUN: dict[str, Any] = {"parameters": {"framework": "pytorch"}, "latency_ms": 3, "source": {"name": "a card"}}


def plan_sweep(**benchmark: Any) -> Plan:
    manifest = make_manifest(**{**SWEEP, "benchmark": {**SWEEP["benchmark"], **benchmark}})
    variants = run_variants(manifest, ())
    return plan_steps(manifest, variants, make_resolutions(manifest), make_environments(manifest))


def test_runs_of_a_grid_share_what_is_the_same() -> None:
    assert [step.name for step in plan_sweep().steps] == [
        "export onnx",
        "export pytorch",
        "quantize onnxruntime INT8 MatMul",
        "quantize onnxruntime INT8 MatMul per channel",
        "predict FP32 onnx",
        "predict onnxruntime INT8 MatMul",
        "predict onnxruntime INT8 MatMul per channel",
        "predict FP32 pytorch",
        "evaluate FP32 onnx",
        "evaluate onnxruntime INT8 MatMul",
        "evaluate onnxruntime INT8 MatMul per channel",
        "evaluate FP32 pytorch",
        "benchmark onnxruntime FP32, 1 x 32 tokens",
        "benchmark onnxruntime FP32, 8 x 32 tokens",
        "benchmark onnxruntime INT8 MatMul, 1 x 32 tokens",
        "benchmark onnxruntime INT8 MatMul, 8 x 32 tokens",
        "benchmark onnxruntime INT8 MatMul per channel, 1 x 32 tokens",
        "benchmark onnxruntime INT8 MatMul per channel, 8 x 32 tokens",
        "benchmark pytorch FP32, 1 x 32 tokens",
        "benchmark pytorch FP32, 8 x 32 tokens",
    ]


def test_the_requests_of_an_older_grid_stay_as_they_were() -> None:
    """Whatever else a grid can name since: else what was measured would be measured again."""
    requests = [[step.name, step.request.model_dump(mode="json")] for step in plan_sweep().steps]
    assert fingerprint({"steps": requests}) == "1405459f69c8c8e9f4a83c5a2f699968d0604d14e808ab07d8770f78b79c79e3"


def test_each_opset_is_a_model_with_runs_and_fp32_of_its_own() -> None:
    grid = {"framework": ["onnxruntime", "pytorch"], "opset": [13, 17]}
    old, new, *_quantized, pytorch = (plan := plan_sweep(grid=grid)).sweep
    assert [step.name for step in plan.steps if step.request.kind == "export"] == [
        "export onnx opset 13",
        "export onnx opset 17",
        "export pytorch",
    ]
    assert len({run.baseline.predict.fingerprint for run in plan.sweep}) == 3
    for run, opset in ((old, 13), (new, 17), (pytorch, None)):
        assert isinstance(run.export.request, ExportRequest)
        assert run.export.request.opset == opset
    for run in plan.sweep[2:4]:
        assert run.quantize is not None
        assert run.quantize.needs["model"] == run.export.fingerprint


def test_settings_of_a_quantization_reach_its_request() -> None:
    grid = {"apply_quantization": [True], "reduce_range": [False], "exclude_nodes": [["b", "a"], []]}
    excluding, plain = plan_sweep(grid=grid).sweep
    for run, nodes in ((excluding, ("a", "b")), (plain, ())):
        assert run.quantize is not None
        assert isinstance(run.quantize.request, QuantizeRequest)
        assert run.quantize.request.options.exclude_nodes == nodes
        assert run.quantize.request.options.reduce_range is False


def test_static_runs_are_calibrated_on_what_the_benchmark_names_in_batches_like_fp32() -> None:
    grid = {"apply_quantization": [True], "approach": ["dynamic", "static"], "calibration_samples": [8, 16]}
    plan = plan_sweep(grid=grid, calibration={"split": "train", "batch_size": 4, "seed": 7})
    dynamic, *static = plan.sweep
    assert dynamic.quantize is not None
    assert "data" not in dynamic.quantize.inputs
    for run, samples in zip(static, (8, 16), strict=True):
        assert run.quantize is not None
        assert run.quantize.inputs == {"data": f"calibration.{GRID}"}
        request = run.quantize.request
        assert isinstance(request, QuantizeRequest)
        assert request.approach == "static"
        assert request.calibration is not None
        seen = request.calibration
        assert (seen.samples, seen.batch_size, seen.seed, seen.data.split) == (samples, 4, 7, "train")
        assert isinstance(run.scoring.predict.request, PredictRequest)
        assert run.scoring.predict.request.batch_size == 64
        assert run.quantize.name == f"quantize onnxruntime INT8 static {samples} samples Gather MatMul"


def test_calibration_data_are_only_looked_up_where_a_run_is_static() -> None:
    def names(**grid: Any) -> set[str]:
        return set(dataset_refs(make_manifest(**{**SWEEP, "benchmark": {"grid": grid}}), (GRID,)))

    assert names(approach=["dynamic"]) == {"evaluation"}
    assert names(approach=["static"], framework=["pytorch"]) == {"evaluation"}
    assert names(approach=["static"], apply_quantization=[False]) == {"evaluation"}
    assert names(approach=["static"]) == {"evaluation", f"calibration.{GRID}"}


def test_runs_that_differ_in_threads_are_made_and_scored_once() -> None:
    grid = {"framework": ["onnxruntime", "pytorch"], "threads": [1, 4]}
    plan = plan_sweep(grid=grid, threads=None)
    once = plan_sweep(grid={"framework": grid["framework"]}, threads=None)
    assert [step.name for step in plan.steps if step.request.kind != "benchmark"] == [
        step.name for step in once.steps if step.request.kind != "benchmark"
    ]
    assert len(plan.sweep) == 6
    for run in plan.sweep:
        for step in run.benchmarks:
            assert isinstance(step.request, BenchmarkRequest)
            assert step.request.threads == run.run.threads
    assert plan.sweep[2].benchmarks[0].name == "benchmark onnxruntime INT8 Gather MatMul, 1 thread, 1 x 32 tokens"


def test_a_run_that_quantizes_nothing_is_the_export() -> None:
    fp32, _plain, _channels, nothing, pytorch = plan_sweep().sweep
    assert nothing.quantize is fp32.quantize is pytorch.quantize is None
    assert nothing.scoring == fp32.scoring == fp32.baseline
    assert nothing.benchmarks == fp32.benchmarks


def test_runs_are_scored_against_fp32_of_their_own_runtime_one_by_one() -> None:
    fp32, int8, *_others, pytorch = plan_sweep().sweep
    assert int8.baseline == fp32.scoring
    assert int8.scoring.evaluate.needs["baseline"] == fp32.scoring.predict.fingerprint
    assert pytorch.baseline != fp32.baseline
    for run, size in ((fp32, 64), (int8, 1), (pytorch, 64)):
        assert isinstance(run.scoring.predict.request, PredictRequest)
        assert run.scoring.predict.request.batch_size == size


def test_the_benchmark_decides_what_is_timed() -> None:
    run = plan_sweep(duration_s=2.5, warmup_runs=3).sweep[1]
    assert run.quantize is not None
    for step, size in zip(run.benchmarks, (1, 8), strict=True):
        assert step.needs == {"model": run.quantize.fingerprint}
        assert step.request == BenchmarkRequest(
            backend="onnxruntime",
            task="text-classification",
            batch_size=size,
            input_length=32,
            duration_s=2.5,
            warmup_runs=3,
            threads=4,
        )


@pytest.mark.parametrize("change", [{"duration_s": 1.0}, {"warmup_runs": 3}, {"threads": 1}, {"input_lengths": [33]}])
def test_another_way_to_time_re_runs_the_times_alone(change: dict[str, Any]) -> None:
    before = {step.fingerprint for step in plan_sweep().steps}
    stale = [step for step in plan_sweep(**change).steps if step.fingerprint not in before]
    assert {step.request.kind for step in stale} == {"benchmark"}
    assert len(stale) == 8


def test_a_reported_sweep_is_run_only_where_that_is_asked_for() -> None:
    manifest = make_manifest(**SWEEP, reported=[RUN])
    assert run_variants(manifest, ()) == ()
    assert run_variants(manifest, (GRID,)) == (GRID,)
    assert run_variants(make_manifest(**SWEEP), ()) == (GRID,)
    assert run_variants(make_manifest(), (GRID,)) == ("pytorch", "onnx")


def test_a_sweep_takes_the_backends_of_its_frameworks() -> None:
    assert run_backends(make_manifest(**SWEEP), (GRID,)) == ("onnxruntime", "neural-compressor")
    assert run_backends(make_manifest(**SWEEP), ()) == ()
