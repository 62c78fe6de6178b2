"""What evaluation tools measured is exported with the tool, the task and its settings."""

from __future__ import annotations

import json
from pathlib import Path

from cardgen.export.model import Export
from cardgen.manifest.load import load_manifest
from cardgen.manifest.publish import ExportFormat
from cardgen.review.report.fleet import fleet_lines
from tests.export.asked import exported
from tests.results.imported_project import BASE, W4, built, project
from tests.results.lm_eval_file import lm_eval_file


def of(root: Path, name: ExportFormat, w4: str = W4) -> Export:
    path = project(root, {"base.json": BASE, "w4.json": w4}, ["base.json"], ["w4.json"])
    return exported(load_manifest(path), built(path).place.read_evidence(), name)


def test_each_results_file_is_a_document_of_its_tool(tmp_path: Path) -> None:
    w4, base = of(tmp_path, "every-eval-ever").documents
    assert (w4.name, base.name) == ("every-eval-ever/w4.imported.json", "every-eval-ever/base-model/imported.json")
    assert (w4.content["model_info"]["id"], base.content["model_info"]["id"]) == ("owner/model-w4", "org/model")
    assert w4.content["model_info"]["additional_details"]["precision"] == "W4A16"
    assert base.content["model_info"]["additional_details"]["precision"] == "BF16"
    assert w4.content["eval_library"] == {"name": "lm-eval", "version": "0.4.13"}
    assert w4.content["source_metadata"]["source_type"] == "evaluation_run"
    (result,) = w4.content["evaluation_results"]
    assert result["evaluation_name"] == "colours"
    assert result["metric_config"]["lower_is_better"] is False
    score = result["score_details"]
    assert (score["score"], score["uncertainty"]) == (0.76, {"num_samples": 1000, "standard_error": {"value": 0.01}})
    settings = result["generation_config"]["additional_details"]
    assert settings["few_shot"] == "0"
    assert settings["task_version"] == "1"


def test_in_a_bill_a_metric_says_which_tool_measured_it(tmp_path: Path) -> None:
    (document,) = of(tmp_path, "cyclonedx").documents
    (variant,) = [each for each in document.content["components"] if each["bom-ref"] == "variant:w4"]
    (metric,) = variant["modelCard"]["quantitativeAnalysis"]["performanceMetrics"]
    assert (metric["type"], metric["value"]) == ("acc", "0.76")
    told = {each["name"]: each["value"] for each in variant["modelCard"]["properties"]}
    assert told["cardgen:metric:0:source"] == "lm-eval 0.4.13"
    assert told["cardgen:metric:0:standard_error"] == "0.01"
    assert len(told["cardgen:imported by lm-eval:results_file_sha256"]) == 64


def test_what_no_tool_says_the_direction_of_is_left_out_and_said(tmp_path: Path) -> None:
    file = json.loads(lm_eval_file("owner/model-w4", {"colours": {"acc": 0.76}, "shapes": {"roundness": 3.0}}))
    del file["higher_is_better"]["shapes"]
    export = of(tmp_path, "every-eval-ever", json.dumps(file))
    results = export.documents[0].content["evaluation_results"]
    assert [result["metric_config"]["metric_kind"] for result in results] == ["acc"]
    why = {each.what: each.why for each in export.left_out}
    assert why["roundness of w4 W4A16"] == "lm-eval does not say whether more is better"
    assert of(tmp_path, "cyclonedx", json.dumps(file)).documents


def test_a_fleet_tells_what_a_tool_measured(tmp_path: Path) -> None:
    path = project(tmp_path, {"base.json": BASE, "w4.json": W4}, ["base.json"], ["w4.json"])
    built(path)
    (line,), error = fleet_lines(load_manifest(path))
    assert error is None
    assert (line.origin, line.metric, line.kind) == ("imported", "acc", "W4A16")
    assert line.loss is not None
    assert line.loss.low is not None
