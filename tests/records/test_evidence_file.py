"""Evidence as git sees it: an order that stays, a hash a block, and what an edit by hand is told as."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cardgen.errors import EvidenceError
from cardgen.manifest.model import Manifest
from cardgen.plan.steps import reported_records
from cardgen.records.canonical import fingerprint
from cardgen.records.evidence import Evidence
from cardgen.records.evidence_file import dump_evidence, in_file_order, load_evidence, parse_evidence
from cardgen.records.imported import imported_record
from cardgen.records.results_file import Figure, ResultsFile
from tests.factory import make_evidence, make_manifest, manifest_data


def test_records_of_a_variant_stand_together() -> None:
    records = json.loads(dump_evidence(make_evidence(make_manifest())))["records"]
    assert list(records) == [
        "predict FP32 onnx",
        "evaluate FP32 onnx",
        "predict FP32 pytorch",
        "evaluate FP32 pytorch",
        "export onnx",
        "quantize onnx",
        "snippet onnx",
        "predict onnx",
        "evaluate onnx",
        "export pytorch",
        "quantize pytorch",
        "snippet pytorch",
        "predict pytorch",
        "evaluate pytorch",
    ]


def test_a_variant_more_moves_no_other_record() -> None:
    data = manifest_data()
    data["variants"]["more"] = {"backend": "onnxruntime", "approach": "dynamic"}
    before = list(json.loads(dump_evidence(make_evidence(make_manifest())))["records"])
    after = list(json.loads(dump_evidence(make_evidence(Manifest.model_validate(data))))["records"])
    assert [name for name in after if name in before] == before
    assert {name for name in after if name not in before} == {
        f"{kind} more" for kind in ("quantize", "snippet", "predict", "evaluate")
    }


def test_the_manifests_order_of_variants_changes_nothing_but_the_list_of_them() -> None:
    variants = dict(reversed(manifest_data()["variants"].items()))
    one, other = (
        dump_evidence(make_evidence(manifest)) for manifest in (make_manifest(), make_manifest(variants=variants))
    )
    old, new = json.loads(one), json.loads(other)
    assert old["records"] == new["records"]
    assert list(old["records"]) == list(new["records"])
    assert [key for key in old if old[key] != new[key]] == ["measured", "seal"]


def test_a_figure_that_was_measured_again_changes_only_its_own_block() -> None:
    text = dump_evidence(make_evidence(make_manifest()))
    again = dump_evidence(make_evidence(make_manifest(), {"onnx": 0.9388}))
    old, new = json.loads(text), json.loads(again)
    assert [name for name in old["records"] if old["records"][name] != new["records"][name]] == ["evaluate onnx"]
    assert [key for key in old if old[key] != new[key]] == ["records"]


def test_records_without_a_name_get_one_of_their_own() -> None:
    records = [record.model_copy(update={"step": ""}) for record in make_evidence(make_manifest()).records]
    names = [record.step for record in in_file_order(records)]
    assert len(set(names)) == len(names)
    assert "predict onnxruntime (2)" in names


def edited(path: tuple[str | int, ...], value: Any) -> Callable[[Any], None]:
    def change(content: Any) -> None:
        *parents, last = path
        for key in parents:
            content = content[key]
        assert content[last] != value
        content[last] = value

    return change


def swapped(content: Any) -> None:
    records = content["records"]
    records["evaluate onnx"], records["evaluate pytorch"] = records["evaluate pytorch"], records["evaluate onnx"]


ENTRY = {
    "variant": "onnx",
    "metric": "accuracy",
    "value": 0.91,
    "source": {"name": "A card", "url": "https://example.com"},
}


RESULTS = ResultsFile(
    tool="lm-eval",
    tool_version="0.4.13",
    model=None,
    revision=None,
    sha256="ab" * 32,
    figures=(Figure(metric="acc", value=0.5, limit="all"), Figure(metric="PPL", value=12.0, limit=0.5)),
)
IMPORTED = (imported_record(None, "base.json", None, RESULTS), imported_record("onnx", "a.json", "a.json", RESULTS))


@pytest.mark.parametrize(
    ("change", "blocks"),
    [
        (edited(("records", "evaluate onnx", "result", "scores", 0, "value"), 0.99), ["records.evaluate onnx"]),
        (edited(("records", "predict onnx", "started"), "2027"), ["records.predict onnx"]),
        (edited(("records", "export onnx", "seal"), "0" * 16), ["records.export onnx"]),
        (edited(("resolutions", "base_model", "license"), "mit"), ["resolutions.base_model"]),
        (edited(("environments", "onnxruntime", "packages", "torch"), "9"), ["environments.onnxruntime"]),
        (edited(("cardgen",), "9.9"), ["seal"]),
        (edited(("measured",), ["onnx"]), ["seal"]),
        (edited(("reported", 0, "entry", "value"), "0.99"), ["reported.0"]),
        (edited(("imported", 1, "results", "figures", 0, "value"), 0.99), ["imported.1"]),
        (edited(("imported", 0, "path"), "other.json"), ["imported.0"]),
        (edited(("imported", 0, "variant"), "onnx"), ["imported.0"]),
        (swapped, ["records.evaluate onnx", "records.evaluate pytorch"]),
    ],
)
def test_what_was_edited_is_named(tmp_path: Path, change: Callable[[Any], None], blocks: list[str]) -> None:
    manifest = make_manifest(reported=[ENTRY])
    evidence = make_evidence(manifest, also=("onnx",)).model_copy(update={"imported": IMPORTED})
    content = json.loads(dump_evidence(evidence))
    change(content)
    path = tmp_path / "evidence.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    assert list(parse_evidence(path.read_bytes(), "evidence.json").edited) == blocks
    with pytest.raises(EvidenceError, match="was edited") as caught:
        load_evidence(path)
    assert [problem.key for problem in caught.value.problems] == blocks


def test_how_the_file_is_laid_out_is_no_edit(tmp_path: Path) -> None:
    evidence = make_evidence(make_manifest())
    path = tmp_path / "evidence.json"
    path.write_text(json.dumps(json.loads(dump_evidence(evidence)), indent=7), encoding="utf-8")
    assert dump_evidence(load_evidence(path)) == dump_evidence(evidence)


def test_a_conflict_is_told_with_its_line(tmp_path: Path) -> None:
    lines = dump_evidence(make_evidence(make_manifest())).splitlines()
    lines[9:9] = ["<<<<<<< HEAD", lines[9], "=======", lines[9], ">>>>>>> theirs"]
    path = tmp_path / "evidence.json"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(EvidenceError, match=r"evidence\.json:10: holds a conflict") as caught:
        load_evidence(path)
    assert "cardgen build --render-only" in str(caught.value)


def test_what_results_files_say_is_read_as_it_was_written(tmp_path: Path) -> None:
    evidence = make_evidence(make_manifest())
    without = dump_evidence(evidence)
    assert '"imported"' not in without
    path = tmp_path / "evidence.json"
    path.write_text(dump_evidence(evidence.model_copy(update={"imported": IMPORTED})), encoding="utf-8")
    assert load_evidence(path).imported == IMPORTED
    old, new = json.loads(without), json.loads(path.read_bytes())
    assert {key for key in new if new[key] != old.get(key)} == {"imported"}
    assert new["imported"][0]["results"]["figures"][0] == {"metric": "acc", "value": 0.5, "limit": "all"}


def test_format_3_is_read(tmp_path: Path) -> None:
    manifest = make_manifest(reported=[ENTRY])
    evidence = Evidence(format=3, cardgen="0.1.0", reported=reported_records(manifest), written={"README.md": "0" * 64})
    content = evidence.model_dump(mode="json")
    path = tmp_path / "evidence.json"
    path.write_text(json.dumps({**content, "sha256": fingerprint(content)}), encoding="utf-8")
    assert load_evidence(path) == evidence
    path.write_text(json.dumps({**content, "sha256": fingerprint(content), "cardgen": "0.2.0"}), encoding="utf-8")
    with pytest.raises(EvidenceError, match="was edited"):
        load_evidence(path)
