from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from cardgen.cli import main
from cardgen.manifest.load import load_manifest
from cardgen.records.evidence_file import dump_evidence
from cardgen.records.sealed_text import read_seal
from tests.export.asked import check_cyclonedx, check_every_eval_ever
from tests.factory import make_evidence, manifest_data

MANIFEST = "manifests/model.yaml"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A manifest with evidence."""
    write(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(root: Path, name: str = "model", **changes: object) -> None:
    path = root / "manifests" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    (root / "cardgen.toml").touch()
    path.write_text(yaml.safe_dump(manifest_data(**changes), sort_keys=False), encoding="utf-8")
    card = root / "cards" / name
    card.mkdir(parents=True, exist_ok=True)
    evidence = make_evidence(load_manifest(path).manifest)
    (card / "evidence.json").write_text(dump_evidence(evidence), encoding="utf-8")


def documents(text: str) -> list[dict[str, object]]:
    """One JSON value after another."""
    found, decoder = [], json.JSONDecoder()
    while text.strip():
        value, end = decoder.raw_decode(text.lstrip())
        found.append(value)
        text = text.lstrip()[end:]
    return found


def test_documents_are_printed_one_after_another(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--format", "every-eval-ever", MANIFEST]) == 0
    captured = capsys.readouterr()
    found = documents(captured.out)
    assert len(found) == 4
    for each in found:
        check_every_eval_ever(each)
    assert f"{MANIFEST}: not in Every Eval Ever: loading code: the format holds results" in captured.err


def test_a_bill_is_one_document(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--format", "cyclonedx", MANIFEST]) == 0
    text = capsys.readouterr().out
    assert read_seal(text)[1] == "intact"
    check_cyclonedx(json.loads(text))


def test_files_are_laid_out_as_the_format_s_collections_are(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--format", "every-eval-ever", "-o", "out", MANIFEST]) == 0
    told = capsys.readouterr().out.splitlines()
    assert sorted(told) == sorted(str(path.relative_to(project)) for path in Path("out").absolute().rglob("*.json"))
    assert len(told) == 4
    assert all(
        path.startswith(("out/data/data.main/owner/model-int8/", "out/data/data.main/owner/model/")) for path in told
    )
    assert main(["export", "--format", "cyclonedx", "-o", "out", MANIFEST]) == 0
    assert capsys.readouterr().out == "out/model.cdx.json\n"
    assert main(["export", "--format", "cyclonedx", "-o", "out", MANIFEST]) == 2
    assert "out/model.cdx.json is there already" in capsys.readouterr().err


def test_what_is_printed_as_json_fits_the_published_schema(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, "other")
    assert main(["schema", "export"]) == 0
    schema = json.loads(capsys.readouterr().out)
    for name in ("every-eval-ever", "cyclonedx"):
        assert main(["export", "--json", "--format", name, MANIFEST, "manifests/other.yaml"]) == 0
        captured = capsys.readouterr()
        first, second = json.loads(captured.out)
        jsonschema.validate(first, schema)
        assert (first["manifest"], second["manifest"]) == ("model", "other")
        assert "loading code" in {each["what"] for each in first["left_out"]}
        assert captured.err == ""


def test_each_repository_of_a_variant_has_an_export_of_its_own(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, publish={"repositories": "per-variant"})
    assert main(["export", "--json", "--format", "cyclonedx", MANIFEST]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["repo_id"] for each in found] == ["owner/model-int8-pytorch", "owner/model-int8-onnx"]
    assert [each["documents"][0]["target"] for each in found] == ["model-pytorch.cdx.json", "model-onnx.cdx.json"]
    refs = [each["bom-ref"] for each in found[0]["documents"][0]["document"]["components"]]
    assert "variant:pytorch" in refs
    assert "variant:onnx" not in refs


@pytest.mark.parametrize(
    ("damage", "code", "said"),
    [
        ("absent", 3, "cannot be read: No such file"),
        ("cut", 3, "is not JSON"),
        ("edited", 3, "was edited"),
        ("other", 3, "no record fits the manifest as it is now"),
    ],
)
def test_evidence_that_does_not_hold_is_refused(
    project: Path, damage: str, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    evidence = project / "cards" / "model" / "evidence.json"
    text = evidence.read_text(encoding="utf-8")
    if damage == "absent":
        evidence.unlink()
    elif damage == "cut":
        evidence.write_text(text[: len(text) // 2], encoding="utf-8")
    elif damage == "edited":
        evidence.write_text(text.replace("0.9401", "0.9901"), encoding="utf-8")
    else:
        path = project / MANIFEST
        path.write_text(path.read_text(encoding="utf-8").replace("samples: 100", "samples: 50"), encoding="utf-8")
    for name in ("every-eval-ever", "cyclonedx"):
        assert main(["export", "--format", name, "-o", "out", MANIFEST]) == code
        captured = capsys.readouterr()
        assert said in captured.err
        assert captured.out == ""
    assert not (project / "out").exists()


def test_a_format_that_is_none_and_a_folder_that_is_a_file_are_refused(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "--format", "spdx", MANIFEST]) == 2
    assert "'every-eval-ever', 'cyclonedx'" in capsys.readouterr().err
    assert main(["export", MANIFEST]) == 2
    assert "--format" in capsys.readouterr().err
    (project / "out").touch()
    assert main(["export", "--format", "cyclonedx", "-o", "out", MANIFEST]) == 2
    assert "out is a file, and no folder" in capsys.readouterr().err
