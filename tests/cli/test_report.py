from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from cardgen.cli import main
from tests.cli.test_export import MANIFEST, write


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("model", "other"):
        write(tmp_path, name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_folder_stands_for_its_manifests_and_each_is_told_once(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "manifests", MANIFEST]) == 0
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith(("| model", "| other"))]
    assert [row.split("|")[1:3] for row in rows] == [
        [f" {name} ", f" {variant} "]
        for name in ("model", "other")
        for variant in ("pytorch (static INT8)", "onnx (dynamic INT8)")
    ]


@pytest.mark.parametrize(("schema", "options"), [("report", []), ("anew", ["--stale-against", "neural-compressor"])])
def test_what_is_printed_as_json_fits_the_published_schema(
    project: Path, schema: str, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["schema", schema]) == 0
    asked = json.loads(capsys.readouterr().out)
    assert main(["report", "--json", *options, "manifests"]) == 0
    told = json.loads(capsys.readouterr().out)
    jsonschema.validate(told, asked)
    assert main(["report", "--format", "json", *options, "manifests"]) == 0
    assert json.loads(capsys.readouterr().out) == told
    assert len(told["lines" if schema == "report" else "steps"]) >= 4


def test_damaged_evidence_is_told_and_all_else_is_told_all_the_same(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "cards" / "model" / "evidence.json").write_text("{", encoding="utf-8")
    for options in ([], ["--stale-against", "neural-compressor"]):
        assert main(["report", *options, "manifests"]) == 3
        captured = capsys.readouterr()
        assert "cards/model/evidence.json" in captured.err
        assert "| other |" in captured.out


def test_a_manifest_that_is_wrong_and_a_folder_without_any_are_refused(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "manifests" / "wrong.yaml").write_text("version: 2\n", encoding="utf-8")
    assert main(["report", "manifests"]) == 3
    captured = capsys.readouterr()
    assert "manifests/wrong.yaml" in captured.err
    assert captured.out == ""
    assert main(["report", "cards"]) == 2
    assert "there is no *.yaml in cards" in capsys.readouterr().err
    assert main(["report", "--stale-against", "onnxrutime", MANIFEST]) == 2
    assert "did you mean `onnxruntime`?" in capsys.readouterr().err
