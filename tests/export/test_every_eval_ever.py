from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cardgen.manifest.model import Manifest
from cardgen.manifest.publish import ExportFormat
from cardgen.records.results.evaluate import EvaluateResult
from tests.export.asked import check_every_eval_ever, exported
from tests.factory import COMMIT, load, make_evidence, make_manifest

OWN = ("agreement", "answers_lost", "answers_gained", "kl_divergence")
REPORT = {"source": {"name": "Somebody", "url": "https://example.org/card", "date": "2022-03-29"}}


def told(manifest: Manifest, tmp_path: Path, **changes: Any) -> dict[str, dict[str, Any]]:
    evidence = make_evidence(manifest, **changes)
    return {
        each.name.removeprefix("every-eval-ever/"): each.content
        for each in exported(load(manifest, tmp_path), evidence, "every-eval-ever").documents
    }


def test_the_schema_refuses_what_is_no_document() -> None:
    with pytest.raises(jsonschema.ValidationError):
        check_every_eval_ever({"schema_version": "0.3.0"})


def test_there_is_a_document_for_each_variant_and_for_the_base_model_in_each_runtime(tmp_path: Path) -> None:
    found = told(make_manifest(), tmp_path)
    assert list(found) == [f"{key}.json" for key in ("pytorch", "onnx", "base-model/pytorch", "base-model/onnx")]
    models = [document["model_info"] for document in found.values()]
    assert [model["id"] for model in models] == ["owner/model-int8", "owner/model-int8", "owner/model", "owner/model"]
    assert [model["inference_engine"]["name"] for model in models] == [
        "pytorch",
        "onnxruntime",
        "pytorch",
        "onnxruntime",
    ]
    assert [model["additional_details"]["precision"] for model in models] == ["INT8", "INT8", "FP32", "FP32"]
    assert models[2]["additional_details"]["revision"] == COMMIT
    assert len({document["evaluation_id"] for document in found.values()}) == 4


def test_a_measured_score_has_its_interval_its_samples_and_its_difference(tmp_path: Path) -> None:
    document = told(make_manifest(), tmp_path)["onnx.json"]
    assert document["source_metadata"]["source_type"] == "evaluation_run"
    assert document["source_metadata"]["evaluator_relationship"] == "first_party"
    assert document["eval_library"]["name"] == "cardgen"
    accuracy, macro, *_fidelity = document["evaluation_results"]
    assert accuracy["evaluation_name"] == "data.main"
    assert accuracy["source_data"] == {
        "dataset_name": "owner/data",
        "source_type": "hf_dataset",
        "hf_repo": "owner/data",
        "hf_split": "validation",
        "samples_number": 872,
        "additional_details": {"config": "main", "revision": COMMIT},
    }
    assert accuracy["score_details"]["score"] == 0.9401
    interval = accuracy["score_details"]["uncertainty"]["confidence_interval"]
    assert (interval["confidence_level"], interval["method"]) == (0.95, "wilson")
    assert interval["lower"] < 0.9401 < interval["upper"]
    assert accuracy["score_details"]["uncertainty"]["num_samples"] == 872
    assert accuracy["score_details"]["details"]["mcnemar_p"] == "0.0412"
    assert accuracy["score_details"]["details"]["difference_to_baseline"].startswith("-0.003")
    assert macro["metric_config"]["metric_id"] == "f1_macro"
    assert macro["metric_config"]["metric_parameters"] == {"average": "macro"}
    assert macro["metric_config"]["lower_is_better"] is False


def test_how_often_a_variant_answers_as_its_baseline_is_told(tmp_path: Path) -> None:
    manifest = make_manifest()
    evidence = make_evidence(manifest)
    (seen,) = [record.result for record in evidence.records if record.step == "evaluate onnx"]
    assert isinstance(seen, EvaluateResult)
    assert seen.fidelity is not None
    found = told(manifest, tmp_path)["onnx.json"]["evaluation_results"]
    results = {each["metric_config"]["metric_kind"]: each for each in found}
    same, apart = results["agreement"], results["kl_divergence"]
    assert same["metric_config"]["metric_id"] == "cardgen.agreement"
    assert same["score_details"]["score"] == seen.fidelity.same.count / seen.fidelity.units
    assert same["score_details"]["uncertainty"]["confidence_interval"]["method"] == seen.fidelity.same.interval
    assert same["source_data"]["hf_repo"] == "owner/data"
    assert results["answers_lost"]["metric_config"]["lower_is_better"] is True
    assert results["answers_gained"]["metric_config"]["lower_is_better"] is False
    assert (apart["metric_config"]["min_score"], apart["metric_config"]["max_score"]) == (0.0, "Infinity")
    assert apart["metric_config"]["metric_unit"] == "nats"


@pytest.mark.parametrize(
    ("metric", "lower_is_better", "bounds", "unit"),
    [
        ("perplexity", True, (1.0, "Infinity"), None),
        ("wer", True, (0.0, "Infinity"), "proportion"),
        ("matthews_correlation", False, (-1.0, 1.0), None),
        ("sacrebleu", False, (0.0, 1.0), "proportion"),
    ],
)
def test_a_metric_says_which_way_is_better_and_between_what_it_lies(
    metric: str, lower_is_better: bool, bounds: tuple[Any, Any], unit: str | None, tmp_path: Path
) -> None:
    entry = {**REPORT, "variant": "onnx", "metric": metric, "value": "0.5" if bounds[0] != 1.0 else "20.5"}
    found = told(make_manifest(reported=[entry]), tmp_path)["onnx.reported.json"]
    config = found["evaluation_results"][0]["metric_config"]
    assert config["lower_is_better"] is lower_is_better
    assert (config["min_score"], config["max_score"]) == bounds
    assert config.get("metric_unit") == unit


@pytest.mark.parametrize(("metric", "value"), [("accuracy", "1.7"), ("their_own_score", "12")])
def test_a_value_outside_its_bounds_and_a_metric_nobody_knows_have_none(
    metric: str, value: str, tmp_path: Path
) -> None:
    entry = {**REPORT, "variant": "onnx", "metric": metric, "value": value}
    found = told(make_manifest(reported=[entry]), tmp_path)["onnx.reported.json"]
    config = found["evaluation_results"][0]["metric_config"]
    assert "score_type" not in config
    assert config["additional_details"] == {"bounds_status": "unknown"}


def test_what_others_report_names_them_and_is_on_the_scale_of_its_bounds(tmp_path: Path) -> None:
    entry = {
        **REPORT, "variant": "onnx", "metric": "accuracy", "value": "90.37", "baseline": "91.06", "scale": "percent",
        "size_mb": "65.2", "latency_ms": "12.5", "batch_size": 1, "made_with": "A tool",
    }  # fmt: skip
    found = told(make_manifest(reported=[entry]), tmp_path)
    document, base = found["onnx.reported.json"], found["base-model/reported.json"]
    assert document["source_metadata"]["source_name"] == "Somebody"
    assert document["source_metadata"]["source_type"] == "documentation"
    assert document["source_metadata"]["evaluator_relationship"] == "other"
    assert document["eval_library"] == {"name": "unknown", "version": "unknown"}
    assert document["evaluation_timestamp"] == "2022-03-29"
    accuracy, latency = document["evaluation_results"]
    assert accuracy["score_details"] == {"score": 0.9037, "details": {"stated": "90.37 (in percent)"}}
    assert latency["metric_config"]["metric_unit"] == "ms"
    assert latency["generation_config"]["additional_details"] == {"batch_size": "1"}
    assert document["model_info"]["additional_details"]["size_mb"] == "65.2"
    assert document["model_info"]["additional_details"]["made_with"] == "A tool"
    assert "inference_engine" not in document["model_info"]
    assert base["evaluation_results"][0]["score_details"]["score"] == 0.9106


def test_a_variant_that_is_measured_and_reported_has_two_documents(tmp_path: Path) -> None:
    entry = {**REPORT, "variant": "onnx", "metric": "accuracy", "value": "0.9"}
    other = {"variant": "onnx", "metric": "accuracy", "value": "0.8", "source": {"name": "Somebody else"}}
    found = told(make_manifest(reported=[entry, other]), tmp_path, also=("onnx",))
    assert {
        "onnx.json",
        "onnx.reported.json",
        "onnx.reported-2.json",
    } <= set(found)


def test_a_metric_without_a_number_is_left_out_and_said(tmp_path: Path) -> None:
    entry = {**REPORT, "variant": "onnx", "metric": "accuracy"}
    manifest = make_manifest(reported=[entry], prose={"summary": "Words."})
    export = exported(load(manifest, tmp_path), make_evidence(manifest), "every-eval-ever")
    said = {each.what: each.why for each in export.left_out}
    assert said["reported accuracy of onnx"] == "Somebody gives no number"
    assert "prose.summary" in said
    assert "loading code" in said
    assert not any("onnx.reported" in document.name for document in export.documents)


def test_a_base_model_without_an_id_is_left_out_and_said(tmp_path: Path) -> None:
    manifest = make_manifest(base_model={"path": "model"})
    export = exported(load(manifest, tmp_path), make_evidence(manifest), "every-eval-ever")
    assert [document.name.rpartition("/")[2] for document in export.documents] == [
        "pytorch.json",
        "onnx.json",
    ]
    assert any("it has no id" in each.why for each in export.left_out)


def test_times_of_a_sweep_are_told_with_their_settings(tmp_path: Path) -> None:
    manifest = make_manifest(variants={}, benchmark={"grid": {}, "input_lengths": [16]})
    found = told(manifest, tmp_path)
    runs = [document for name, document in found.items() if name.startswith("runs/")]
    assert len(runs) == 2
    for document in runs:
        assert document["model_info"]["id"] == "owner/model"
        kinds = [result["metric_config"]["metric_kind"] for result in document["evaluation_results"]]
        assert [kind for kind in kinds if kind not in OWN] == [
            "accuracy",
            "f1",
            "latency_ms",
            "samples_per_s",
            "peak_memory_bytes",
        ]
        latency = document["evaluation_results"][kinds.index("latency_ms")]
        assert latency["score_details"]["uncertainty"]["standard_deviation"] > 0
        assert latency["generation_config"]["additional_details"] == {"batch_size": "1", "input_length": "16"}
    assert {document["model_info"]["additional_details"]["precision"] for document in runs} == {"FP32", "INT8"}


def test_an_export_is_told_by_how_far_it_is_from_the_base_model(tmp_path: Path) -> None:
    manifest = make_manifest(card="onnx-export", variants={"onnx": {"backend": "onnxruntime", "approach": "none"}})
    document = told(manifest, tmp_path)["onnx.json"]
    (result,) = document["evaluation_results"]
    assert result["metric_config"]["metric_id"] == "cardgen.largest_output_difference"
    assert document["model_info"]["additional_details"]["precision"] == "FP32"


def test_how_a_text_was_asked_for_is_told(tmp_path: Path) -> None:
    manifest = make_manifest(
        task="summarization",
        variants={"onnx": {"backend": "onnxruntime", "approach": "dynamic"}},
        evaluation={
            "dataset": {"id": "owner/data", "split": "test"},
            "columns": {"text": "article", "summary": "highlights"},
            "metrics": ["rouge1"],
            "batch_size": 4,
        },
    )
    document = told(manifest, tmp_path)["onnx.json"]
    batched, alone = [
        each for each in document["evaluation_results"] if each["metric_config"]["metric_kind"] not in OWN
    ]
    assert batched["generation_config"]["additional_details"] == {"max_length": "20", "prefix": "summarize: "}
    assert alone["generation_config"]["additional_details"]["batch_size"] == "1"


def test_a_local_dataset_is_told_by_its_hash(tmp_path: Path) -> None:
    evaluation = {
        "dataset": {"path": "data/My test, v1.csv", "split": "test"},
        "columns": {"text": "sentence", "label": "label"},
        "metrics": ["accuracy"],
    }
    variant = {"onnx": {"backend": "onnxruntime", "approach": "dynamic"}}
    document = told(make_manifest(evaluation=evaluation, variants=variant), tmp_path)["onnx.json"]
    result = document["evaluation_results"][0]
    assert result["evaluation_name"] == "my-test-v1.csv"
    assert result["source_data"]["source_type"] == "other"
    assert result["source_data"]["additional_details"] == {"sha256": "ab" * 32, "split": "test", "rows": "872"}


@pytest.mark.parametrize(
    ("dataset", "folder"), [("owner/Data", "data_"), ("con", "con_"), ("owner/nul.one", "nul_.one")]
)
def test_a_folder_of_a_collection_has_a_name_that_every_system_takes(dataset: str, folder: str, tmp_path: Path) -> None:
    evaluation = {"dataset": {"id": dataset}, "columns": {"text": "t", "label": "l"}, "metrics": ["accuracy"]}
    manifest = make_manifest(evaluation=evaluation, repo_id="owner/con")
    export = exported(load(manifest, tmp_path), make_evidence(manifest), "every-eval-ever")
    assert export.documents[0].target.startswith(f"data/{folder}/owner/con_/")


@pytest.mark.parametrize("name", ["every-eval-ever", "cyclonedx"])
def test_no_name_of_a_variant_is_taken_for_another_model_s(name: ExportFormat, tmp_path: Path) -> None:
    names = ("base-model", "base", "onnx", "reported", "runs", "run-1", "onnx-reported", "variant")
    variants = {each: {"backend": "onnxruntime", "approach": "dynamic"} for each in names}
    entries = [{**REPORT, "variant": each, "metric": "accuracy", "value": "0.9", "baseline": "0.91"} for each in names]
    manifest = make_manifest(variants=variants, reported=entries, benchmark={"grid": {}})
    exported(load(manifest, tmp_path), make_evidence(manifest, also=names), name)
