from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import yaml

from cardgen.card.build import build_card
from cardgen.card.model import Card, Sweep
from cardgen.card.render import render_card
from cardgen.inherit.facts.find import find_facts
from cardgen.inherit.parse import parse_card
from cardgen.lint.engine import lint
from cardgen.manifest.grid import GRID
from cardgen.manifest.model import Manifest
from cardgen.records.evidence import Evidence
from tests.factory import HARDWARE, make_evidence, manifest_data

GRID_DATA: dict[str, Any] = {
    "framework": ["onnxruntime", "pytorch"],
    "operators_to_quantize": [["MatMul"]],
    "per_channel": [False, True],
}
REPORTED: list[dict[str, Any]] = [
    {
        "parameters": {"framework": "onnxruntime", "apply_quantization": applied},
        "metric": "accuracy",
        "value": value,
        "batch_size": 1,
        "input_length": 224,
        "latency_ms": 80.5,
        "samples_per_s": 12.42,
        "source": {"name": "an older card"},
    }
    for applied, value in ((False, 0.911), (True, 0.899))
]


def make(**changes: Any) -> Manifest:
    benchmark = {"batch_sizes": [1], "input_lengths": [224], "threads": 2, "grid": GRID_DATA}
    data = {**manifest_data(), "card": "benchmark", "variants": {}, "benchmark": benchmark, **changes}
    data["evaluation"] = {**data["evaluation"], "metrics": ["accuracy"]}
    return Manifest.model_validate(data)


def build(manifest: Manifest, evidence: Evidence) -> Card:
    return build_card(manifest, evidence, {}, manifest_file="sweep.yaml", evidence_file="evidence.json")


def only(card: Card) -> Sweep:
    (sweep,) = card.sweeps
    return sweep


def rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()[2:]]


def test_scores_stand_with_their_interval_difference_and_size() -> None:
    manifest = make()
    fp32, plain, _channels, pytorch = rows(only(build(manifest, make_evidence(manifest))).scores)
    assert fp32[3:] == ["0.9432 [0.9332, 0.9532]", "n/a", "0 of 5", "265.5 MB"]
    assert plain[3:] == ["0.9401 [0.9301, 0.9501]", "\u22120.0031 [\u22120.0051, \u22120.0011]", "5 of 5", "74.7 MB"]
    assert pytorch[:3] == ["`pytorch`", "n/a", "n/a"]


def test_what_a_grid_names_besides_stands_in_columns_of_its_own() -> None:
    grid = {"framework": ["onnxruntime", "pytorch"], "opset": [13, 17], "exclude_nodes": [[], ["/a", "/b"]]}
    manifest = make(benchmark={"grid": {**grid, "reduce_range": [False]}})
    sweep = only(build(manifest, make_evidence(manifest)))
    assert "`opset`: `13`, `17`" in sweep.varied
    assert "`exclude_nodes`: none, `[/a, /b]`" in sweep.varied
    assert "`reduce_range`: `false` (where it applies: 4 of 7 runs)" in sweep.fixed
    assert not [line for line in sweep.fixed if line.startswith("`opset`")]
    cells = [row[:4] for row in rows(sweep.scores)]
    assert cells[0] == ["`onnxruntime`", "`false`", "`13`", "n/a"]
    assert ["`onnxruntime`", "`true`", "`17`", "`[/a, /b]`"] in cells
    assert cells[-1] == ["`pytorch`", "n/a", "n/a", "n/a"]


def test_threads_that_are_compared_stand_in_a_column() -> None:
    manifest = make(benchmark={"input_lengths": [224], "grid": {"apply_quantization": [True], "threads": [1, 4]}})
    sweep = only(build(manifest, make_evidence(manifest)))
    assert "`threads`: `1`, `4`" in sweep.varied
    assert "Each operator could use 1 and 4 threads" in sweep.setting
    ((_title, table),) = sweep.times
    assert [row[0] for row in rows(table)] == ["`1`", "`4`"]


def test_static_runs_say_what_they_were_calibrated_on() -> None:
    grid = {"approach": ["dynamic", "static"], "operators_to_quantize": [["MatMul", "Add"]]}
    manifest = make(benchmark={"grid": {**grid, "calibration_samples": [16, 20]}})
    sweep = only(build(manifest, make_evidence(manifest)))
    assert "`approach`: `dynamic`, `static`" in sweep.varied
    assert "`calibration_samples`: `16`, `20`" in sweep.varied
    assert not [line for line in sweep.fixed if "approach" in line or "calibration" in line]
    assert "FP32 in batches of 64, dynamic INT8 of 1 and static INT8 of 64" in sweep.setting
    assert "Static INT8 was calibrated on samples of" in sweep.setting
    assert [row[1:3] for row in rows(sweep.scores)] == [
        ["n/a", "n/a"], ["`dynamic`", "n/a"], ["`static`", "`16`"], ["`static`", "`20`"]
    ]  # fmt: skip
    assert "Of 20 samples that were asked for, calibration saw 24: it takes whole batches." in sweep.notes
    assert [note for note in sweep.notes if "no dynamic quantization of `Add`" in note]
    assert not [note for note in sweep.notes if "no static quantization" in note]


def test_what_all_static_runs_share_is_told_as_observed() -> None:
    manifest = make(benchmark={"grid": {"approach": ["static"]}})
    sweep = only(build(manifest, make_evidence(manifest)))
    assert "`calibration_samples`: `104` (where it applies: 1 of 2 runs)" in sweep.fixed
    assert "`approach`: `static` (where it applies: 1 of 2 runs)" in sweep.fixed
    assert "in batches of 64" in sweep.setting


@pytest.mark.parametrize(
    ("task", "columns", "metric", "says"),
    [
        (
            "multiple-choice",
            {"text": "a", "choices": "b", "label": "c"},
            "accuracy",
            "A sample has 4 answers of that length.",
        ),
        ("text-generation", {"text": "a"}, "perplexity", "A pass takes all tokens of a sample at once;"),
        (
            "summarization",
            {"text": "a", "summary": "b"},
            "rouge1",
            "A pass is one of the encoder and one of the decoder",
        ),
    ],
)
def test_what_a_pass_is_of_a_model_that_takes_more_than_a_text_is_told(
    task: str, columns: dict[str, str], metric: str, says: str
) -> None:
    assert says not in only(build(make(), make_evidence(make()))).setting
    evaluation = {**manifest_data()["evaluation"], "columns": columns}
    manifest = make(task=task).model_copy()
    data = manifest.model_dump(mode="json", exclude_unset=True)
    data["evaluation"] = {**evaluation, "metrics": [metric]}
    other = Manifest.model_validate(data)
    assert says in only(build(other, make_evidence(other))).setting


def test_times_stand_with_their_spread() -> None:
    manifest = make()
    ((title, table),) = only(build(manifest, make_evidence(manifest))).times
    assert title == "Batch size 1, input length 224 tokens"
    assert rows(table)[1][3:] == ["44.80", "44.70", "53.76", "22.32", "335"]


def test_one_processor_is_named_once_and_several_beside_each_time() -> None:
    manifest = make()
    evidence = make_evidence(manifest)
    assert "the processor Example CPU, 2 cores" in only(build(manifest, evidence)).setting
    other = HARDWARE.model_copy(update={"cpu": "Other CPU"})
    last = evidence.records[-1].model_copy(update={"hardware": other})
    moved = evidence.model_copy(update={"records": (*evidence.records[:-1], last)})
    sweep = only(build(manifest, moved))
    assert "the processors Example CPU, 2 cores and Other CPU, 2 cores" in sweep.setting
    ((_title, table),) = sweep.times
    assert [row[-1] for row in rows(table)] == [*["Example CPU"] * 3, "Other CPU"]


def with_results(evidence: Evidence, changes: Sequence[Mapping[str, object]]) -> Evidence:
    """The evidence, with these values in the results of its last records."""
    kept, last = evidence.records[: -len(changes)], evidence.records[-len(changes) :]
    changed = [
        record.model_copy(update={"result": record.result.model_copy(update=change)})
        for record, change in zip(last, changes, strict=True)
    ]
    return evidence.model_copy(update={"records": (*kept, *changed)})


def test_what_else_the_machine_did_is_told_with_the_times() -> None:
    manifest = make()
    evidence = make_evidence(manifest)
    plain = only(build(manifest, evidence))
    alike = only(build(manifest, with_results(evidence, [{"load": 0.41, "spinning": False}] * 4)))
    assert alike.setting == plain.setting.replace(
        "2 threads. ",
        "2 threads. Threads that waited for work did not spin. Other work took 0.4 of 2 processors meanwhile. ",
    )
    assert alike.times == plain.times
    changes = [{"load": load, "spinning": load is None} for load in (0.02, 0.37, 1.1, None)]
    apart = only(build(manifest, with_results(evidence, changes)))
    assert "Threads that waited for work spun in some runs and not in others." in apart.setting
    assert "Other work took 0.0 to 1.1 of 2 processors meanwhile, where that is known." in apart.setting
    ((_title, table),) = apart.times
    assert "Other work (processors)" in table
    assert [row[-1] for row in rows(table)] == ["0.0", "0.4", "1.1", "n/a"]


def test_more_threads_than_cores_are_told() -> None:
    manifest = make(benchmark={"threads": 3, "grid": GRID_DATA})
    assert "3 threads, which is more than there are cores" in only(build(manifest, make_evidence(manifest))).setting


def test_a_collapse_is_told_in_the_table_and_beside_it() -> None:
    manifest = make()
    evidence = make_evidence(manifest, {"onnxruntime INT8 MatMul per channel": 0.49})
    card = build(manifest, evidence)
    sweep = only(card)
    assert rows(sweep.scores)[2][3] == "**0.4900, collapsed** [0.4800, 0.5000]"
    (note,) = sweep.notes
    assert note.startswith("Accuracy collapsed to 0.4900, against 0.9432 in FP32, with")
    assert "`per_channel` `true`" in note
    assert "cardgen:disclosed collapse" in note
    report = lint(render_card(card, "benchmark"), "README.md")
    assert report.count("error") == report.count("warning") == 0, report.findings


def test_what_cannot_be_quantized_is_said() -> None:
    manifest = make(benchmark={"grid": {"operators_to_quantize": [["MatMul"], ["Add"]]}})
    sweep = only(build(manifest, make_evidence(manifest)))
    (note,) = sweep.notes
    assert "no dynamic quantization of `Add`" in note
    assert [row[4] for row in rows(sweep.scores)] == ["0 of 5", "5 of 5", "0 of 5"]


def test_metadata_lists_each_run_by_its_settings() -> None:
    manifest = make()
    results = build(manifest, make_evidence(manifest)).front_matter["model-index"][0]["results"]
    assert [(metric["name"], metric["value"]) for metric in results[0]["metrics"]] == [
        ("Accuracy, framework onnxruntime, apply_quantization false", 0.9432),
        ("Accuracy, framework onnxruntime, per_channel false, apply_quantization true", 0.9401),
        ("Accuracy, framework onnxruntime, per_channel true, apply_quantization true", 0.9401),
        ("Accuracy, framework pytorch", 0.9432),
    ]


def test_a_single_run_needs_no_settings_in_its_name() -> None:
    manifest = make(benchmark={"grid": {"framework": ["pytorch"]}})
    results = build(manifest, make_evidence(manifest)).front_matter["model-index"][0]["results"]
    assert [metric["name"] for metric in results[0]["metrics"]] == ["Accuracy"]


def test_measured_and_reported_runs_stand_apart_and_marked() -> None:
    manifest = make(reported=REPORTED)
    evidence = make_evidence(manifest, also=(GRID,))
    card = build(manifest, evidence)
    assert [sweep.whose for sweep in card.sweeps] == ["of the measured runs", "of the reported runs"]
    text = render_card(card, "benchmark")
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings[:6] == [
        "## Setting of the measured runs",
        "## Scores of the measured runs",
        "## Times of the measured runs",
        "## Setting of the reported runs",
        "## Scores of the reported runs",
        "## Times of the reported runs",
    ]
    names = [
        metric["name"]
        for result in yaml.safe_load(text.split("---\n")[1])["model-index"][0]["results"]
        for metric in result["metrics"]
    ]
    assert [name.endswith(", reported") for name in names] == [False] * 4 + [True] * 2
    report = lint(text, "README.md")
    assert report.count("error") == 0, report.findings


def test_a_reported_sweep_with_a_grid_is_not_measured_unasked() -> None:
    manifest = make(reported=REPORTED)
    card = build(manifest, make_evidence(manifest))
    assert not card.measured
    assert only(card).whose == ""
    assert "cardgen measured none of them" in only(card).setting


@pytest.mark.parametrize("metrics", [["accuracy"], ["accuracy", "f1"]])
def test_the_card_is_without_findings(metrics: list[str]) -> None:
    manifest = make()
    manifest = manifest.model_copy(
        update={"evaluation": make(evaluation={**manifest_data()["evaluation"], "metrics": metrics}).evaluation}
    )
    report = lint(render_card(build(manifest, make_evidence(manifest)), "benchmark"), "README.md")
    assert report.count("error") == report.count("warning") == 0, report.findings


def test_lint_reads_every_row_as_a_run() -> None:
    manifest = make()
    evidence = make_evidence(manifest, {"onnxruntime INT8 MatMul per channel": 0.49})
    text = render_card(build(manifest, evidence), "benchmark")
    rows_read = find_facts(parse_card(text)).sweep
    assert [row.parameters["framework"] for row in rows_read] == [*["onnxruntime"] * 3, "pytorch"] * 2
    told = "\n".join(line for line in text.splitlines() if not re.search("collapsed to|What collapsed|^!", line))
    silent = told.replace("**0.4900, collapsed**", "0.4900")
    found = [finding.rule for finding in lint(silent, "README.md").findings if finding.severity == "error"]
    assert found == ["collapse"]
