from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from cardgen.card.assemble import card_place
from cardgen.catalog.environments import locked_packages
from cardgen.manifest.model import LoadedManifest, Manifest
from cardgen.pipeline.render import render
from cardgen.records.evidence import Evidence
from cardgen.records.evidence_file import dump_evidence
from cardgen.review.report.fleet import FleetLine, FleetReport, LossTold, SpeedUp, fleet_lines
from cardgen.review.report.formats import fleet_as_csv, fleet_as_markdown
from tests.adopted import built as adopted
from tests.adopted import copied, gguf_set
from tests.factory import load, make_evidence, make_manifest

SOURCE = {"name": "Somebody"}


def built(manifest: Manifest, root: Path, evidence: Evidence | None = None) -> LoadedManifest:
    loaded = load(manifest, root)
    place = card_place(loaded)
    place.folder.mkdir(parents=True)
    place.evidence.write_text(dump_evidence(evidence or make_evidence(manifest)), encoding="utf-8")
    render(loaded)
    return loaded


def lines(manifest: Manifest, root: Path, evidence: Evidence | None = None) -> dict[str | None, FleetLine]:
    told, error = fleet_lines(built(manifest, root, evidence))
    assert error is None
    return {line.variant: line for line in told}


def test_a_measured_variant_is_told_with_what_it_lost_and_how_sure_that_is(tmp_path: Path) -> None:
    line = lines(make_manifest(), tmp_path)["onnx"]
    assert (line.state, line.origin, line.kind, line.metric) == ("fine", "measured", "dynamic INT8", "Accuracy")
    assert (line.value, line.baseline) == ("0.9401", "0.9432")
    assert line.loss is not None
    assert line.loss.value == pytest.approx(0.0031 / 0.9432)
    assert line.loss.low is not None
    assert line.loss.high is not None
    assert line.loss.low < line.loss.value < line.loss.high
    assert line.size_ratio == pytest.approx(74_660_000 / 265_490_000)
    assert (line.fp32_modules, line.modules) == (0, 5)
    assert (line.measured_from, line.measured_to) == ("2026-01-02", "2026-01-02")
    assert line.libraries == {"onnxruntime": "1.0"}
    assert line.speed_up is None


def test_packages_that_are_locked_otherwise_now_are_told(tmp_path: Path) -> None:
    found = lines(make_manifest(), tmp_path)["onnx"].outdated
    versions = {each.package: (each.measured, each.locked) for each in found}
    assert versions["onnxruntime"] == ("1.0", locked_packages("neural-compressor", ("onnxruntime",))["onnxruntime"])
    assert all(each.environment == "neural-compressor" for each in found)
    assert "packages not as locked now" in fleet_as_markdown(
        FleetReport(lines=(lines(make_manifest(), tmp_path / "b")["onnx"],))
    )


def test_what_others_report_is_told_as_reported(tmp_path: Path) -> None:
    entries = [
        {
            "variant": "onnx",
            "metric": "accuracy",
            "value": "0.90",
            "baseline": "0.91",
            "latency_ms": "5",
            "batch_size": 1,
        },
        {"metric": "accuracy", "latency_ms": "10", "batch_size": 1},
        {"metric": "accuracy", "latency_ms": "40", "batch_size": 8},
    ]
    manifest = make_manifest(reported=[{**each, "source": SOURCE} for each in entries])
    line = lines(manifest, tmp_path)["onnx"]
    assert (line.origin, line.value) == ("reported", "0.90")
    assert line.loss is not None
    assert (line.loss.low, line.loss.within_noise) == (None, None)
    assert line.speed_up == SpeedUp(least=2.0, most=2.0)
    assert (line.measured_from, line.libraries, line.outdated) == (None, {}, ())


def test_times_of_different_sources_or_shapes_make_no_speed_up(tmp_path: Path) -> None:
    entries = [
        {"variant": "onnx", "latency_ms": "5", "batch_size": 1, "source": SOURCE},
        {"latency_ms": "10", "batch_size": 2, "source": SOURCE},
        {"latency_ms": "10", "batch_size": 1, "source": {"name": "Another"}},
        {"latency_ms": "0", "batch_size": 1, "source": SOURCE},
    ]
    assert lines(make_manifest(reported=entries), tmp_path)["onnx"].speed_up is None


def test_a_measured_sweep_says_how_much_faster_its_runs_are(tmp_path: Path) -> None:
    grid = {"operators_to_quantize": [["MatMul"], ["Gather", "MatMul"]]}
    manifest = make_manifest(variants={}, card="benchmark", benchmark={"grid": grid, "input_lengths": [16, 32]})
    line = lines(manifest, tmp_path)["sweep"]
    assert line.kind == "3 runs"
    assert line.speed_up is not None
    assert (line.speed_up.least, line.speed_up.most) == pytest.approx((2.0, 2.0))
    assert line.libraries == {"onnxruntime": "1.0"}


def test_a_card_that_is_not_built_stale_or_damaged_has_a_line(tmp_path: Path) -> None:
    loaded = load(make_manifest(), tmp_path / "none")
    ((line,), error) = fleet_lines(loaded)
    assert (line.state, line.variant, error) == ("not built", None, None)

    stale = built(make_manifest(), tmp_path / "stale")
    other = stale.model_copy(update={"manifest": make_manifest(evaluation={**manifest_evaluation(), "batch_size": 4})})
    ((line,), error) = fleet_lines(other)
    assert (line.state, error) == ("needs a look", None)
    assert line.errors >= 1

    damaged = built(make_manifest(), tmp_path / "damaged")
    card_place(damaged).evidence.write_text("{", encoding="utf-8")
    ((line,), error) = fleet_lines(damaged)
    assert line.state == "unreadable"
    assert error is not None
    text = fleet_as_markdown(FleetReport(lines=(line,)))
    assert "| unreadable |" in text
    assert text.endswith("1 card: 1 unreadable.\n")


def manifest_evaluation() -> dict[str, Any]:
    evaluation = make_manifest().evaluation
    assert evaluation is not None
    return evaluation.model_dump(exclude_none=True, include={"dataset", "columns", "metrics"})


def test_each_variant_with_a_repository_of_its_own_names_it(tmp_path: Path) -> None:
    told = lines(make_manifest(publish={"repositories": "per-variant"}), tmp_path)
    assert [line.repo_id for line in told.values()] == ["owner/model-int8-pytorch", "owner/model-int8-onnx"]


def test_a_spreadsheet_runs_nothing_of_it(tmp_path: Path) -> None:
    line = FleetLine(
        manifest="=1+1", repo_id="owner/name", state="fine", variant="-x", kind="+1", metric="@a", loss=None
    )
    (row,) = csv.DictReader(io.StringIO(fleet_as_csv(FleetReport(lines=(line,)))))
    assert (row["manifest"], row["variant"], row["kind"], row["metric"]) == ("'=1+1", "'-x", "'+1", "'@a")
    assert row["errors"] == "0"


def test_csv_holds_every_number_in_full(tmp_path: Path) -> None:
    told = lines(make_manifest(), tmp_path)
    rows = {
        row["variant"]: row
        for row in csv.DictReader(io.StringIO(fleet_as_csv(FleetReport(lines=tuple(told.values())))))
    }
    line = told["pytorch"]
    assert line.loss is not None
    assert float(rows["pytorch"]["loss"]) == line.loss.value
    assert float(rows["pytorch"]["size_ratio"]) == line.size_ratio
    assert rows["pytorch"]["fp32_modules"] == "1"
    assert rows["pytorch"]["within_noise"] == str(line.loss.within_noise)


def test_text_of_a_manifest_breaks_no_table(tmp_path: Path) -> None:
    line = FleetLine(
        manifest="a|b", repo_id="o/n", state="fine", variant="x", kind="W4|A16\n", value="1", metric="a*b*"
    )
    (row,) = [each for each in fleet_as_markdown(FleetReport(lines=(line,))).splitlines() if "W4" in each]
    assert row.replace("\\|", "").count("|") == 11


def test_a_model_that_nobody_scored_is_told_with_what_its_files_show(tmp_path: Path) -> None:
    loaded, _evidence, _card = adopted(gguf_set(tmp_path))
    told, error = fleet_lines(loaded)
    assert error is None
    assert [(line.variant, line.kind, line.origin, line.value) for line in told] == [
        ("q4", "Q4_K_M", "inspected", ""),
        ("q2", "Q2_K", "inspected", ""),
    ]
    assert all(line.size and line.modules for line in told)
    assert "Not quantized" in fleet_as_markdown(FleetReport(lines=told))


def test_what_others_report_of_a_model_takes_nothing_from_what_its_files_show(tmp_path: Path) -> None:
    manifest = gguf_set(tmp_path)
    entry = "{variant: q4, metric: accuracy, value: 0.7, baseline: 0.8, scale: fraction, source: {name: Somebody}}"
    manifest.write_text(f"{manifest.read_text()}reported: [{entry}]\n")
    (line, _other), error = fleet_lines(adopted(manifest)[0])
    assert error is None
    assert (line.origin, line.value, line.baseline) == ("reported", "0.7", "0.8")
    assert line.size
    assert line.modules


def test_models_that_others_made_are_told_by_what_their_files_say(tmp_path: Path) -> None:
    told, error = fleet_lines(adopted(gguf_set(tmp_path))[0])
    assert error is None
    assert [(line.variant, line.kind, line.origin, line.size) for line in told] == [
        ("q4", "Q4_K_M", "inspected", "0.26 MB"),
        ("q2", "Q2_K", "inspected", "0.17 MB"),
    ]
    (mixed,), _ = fleet_lines(adopted(copied(tmp_path / "b", "ar-mixed"))[0])
    assert (mixed.fp32_modules, mixed.modules) == (2, 8)


def test_a_gain_is_told_with_an_interval_of_the_gain() -> None:
    loss = LossTold(value=-0.01, low=-0.05, high=0.03, within_noise=True)
    line = FleetLine(manifest="a", repo_id="a/b", state="fine", variant="q8", loss=loss)
    assert "1.00 % gain, 95 % interval from −3.00 % to 5.00 %, within noise" in fleet_as_markdown(
        FleetReport(lines=(line,))
    )
