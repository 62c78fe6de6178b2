"""Which models that somebody else made are run, and by which steps."""

from __future__ import annotations

from typing import Any

import pytest

from cardgen.manifest.model import Manifest
from cardgen.plan.adopted import can_be_scored
from cardgen.plan.steps import plan_steps, run_backends, run_variants
from cardgen.records.environment import Environment
from cardgen.records.inputs import Resolution, Source
from cardgen.records.inspected import InspectedRecord
from cardgen.records.inspection import InspectedFile
from cardgen.records.request import AdoptRequest
from tests.factory import COMMIT, manifest_data

RECORD = InspectedRecord(
    fingerprint="f" * 64,
    variant="q4",
    path="models",
    source=Source(origin="local", sha256="a" * 64),
    format="onnx",
    size_bytes=10,
    weight_files=("onnx/model_q4.onnx", "onnx/model_q4.onnx_data"),
    files=tuple(
        InspectedFile(path=path, size_bytes=5, sha256="b" * 64)
        for path in ("onnx/model_q4.onnx", "onnx/model_q4.onnx_data", "config.json")
    ),
)


def manifest(**changes: Any) -> Manifest:
    made = {"made": {"path": "models", "file": "onnx/model_q4.onnx"}}
    return Manifest.model_validate(manifest_data(**{"card": "quantized", "variants": {"q4": made}, **changes}))


def evaluation(**changes: Any) -> dict[str, Any]:
    return {**manifest_data()["evaluation"], **changes}


def test_a_graph_of_a_task_that_takes_one_is_scored() -> None:
    assert can_be_scored(manifest(), RECORD)
    assert run_variants(manifest(), (), (RECORD,)) == ("q4",)
    assert run_variants(manifest(), ()) == ()


@pytest.mark.parametrize(
    ("asked", "record"),
    [
        ({}, {"format": "gguf"}),
        ({}, {"format": "safetensors"}),
        ({}, {"path": None, "source": Source(origin="hub", id="acme/gull", commit=COMMIT)}),
        ({}, {"variant": None}),
        ({}, {"variant": "gone"}),
        ({"evaluation": None}, {}),
        ({"evaluation": evaluation(metrics=[])}, {}),
        ({"evaluation": evaluation(dataset=None)}, {}),
        ({"task": "summarization"}, {}),
        ({"task": "text-to-image"}, {}),
        ({"variants": {"q4": {"made": {"path": "models"}, "results": ["r.json"]}}}, {}),
        ({"variants": {"q4": {"backend": "onnxruntime", "approach": "dynamic"}}}, {}),
    ],
)
def test_what_nothing_can_run_or_others_measured_is_not(asked: dict[str, Any], record: dict[str, Any]) -> None:
    assert not can_be_scored(manifest(**asked), RECORD.model_copy(update=record))


def test_what_is_reported_is_run_only_where_that_is_asked() -> None:
    entry = {"variant": "q4", "metric": "accuracy", "value": 0.5, "source": {"name": "Its card"}}
    told = manifest(reported=[entry])
    assert run_variants(told, (), (RECORD,)) == ()
    assert run_variants(told, ("q4",), (RECORD,)) == ("q4",)


def test_it_is_scored_beside_the_export_of_the_base_model() -> None:
    asked = manifest()
    assert run_backends(asked, ("q4",)) == ("onnxruntime",)
    source = Source(origin="hub", id="owner/model", commit=COMMIT)
    resolutions = {
        "base_model": Resolution(what="model", source=source),
        "evaluation": Resolution(what="dataset", source=source),
    }
    environments = {"onnxruntime": Environment(name="onnxruntime", packages={"onnxruntime": "1"})}
    plan = plan_steps(asked, ("q4",), resolutions, environments, (RECORD,))
    assert [step.name for step in plan.steps] == [
        "export onnx",
        "adopt q4",
        "predict FP32 onnx",
        "predict q4",
        "evaluate FP32 onnx",
        "evaluate q4",
    ]
    adopt = plan.variants["q4"].adopt
    assert adopt is not None
    assert plan.variants["q4"].made is adopt
    assert adopt.inputs == {"adopted": "made.q4"}
    assert isinstance(adopt.request, AdoptRequest)
    assert (adopt.request.model, adopt.request.beside) == (RECORD.source, ("config.json",))
    changed = RECORD.model_copy(update={"source": Source(origin="local", sha256="c" * 64)})
    again = plan_steps(asked, ("q4",), resolutions, environments, (changed,))
    same = {step.fingerprint for step in plan.steps} & {step.fingerprint for step in again.steps}
    assert {step.name for step in plan.steps if step.fingerprint in same} == {
        "export onnx",
        "predict FP32 onnx",
        "evaluate FP32 onnx",
    }
