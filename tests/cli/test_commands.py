"""What a user sees: output, messages and exit codes of whole commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_lightness import project as project  # noqa: PLC0414 - a fixture


def cardgen(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cardgen", *arguments]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environ)


def test_check_of_a_fresh_card(project: Path) -> None:
    run = cardgen(project, "check")
    assert (run.returncode, run.stdout, run.stderr) == (0, "model: fine\n", "")


def test_check_of_an_edited_card(project: Path) -> None:
    card = project / "cards" / "model" / "README.md"
    card.write_text(card.read_text().replace("**0.9401**", "**0.9500**"))
    run = cardgen(project, "check")
    assert run.returncode == 1
    assert "-| `pytorch` | Accuracy | **0.9500**" in run.stdout
    assert "cardgen build --render-only manifests/model.yaml" in run.stderr
    assert str(project) not in run.stdout + run.stderr


def test_check_as_json(project: Path) -> None:
    (project / "cards" / "model" / "README.md").write_text("Typed by hand.\n")
    run = cardgen(project, "check", "--json")
    assert run.returncode == 1
    (report,) = json.loads(run.stdout)
    assert report["name"] == "model"
    assert report["findings"][0]["message"].endswith("its manifest and evidence say and was edited by hand")


def stale(project: Path) -> None:
    manifest = project / "manifests" / "model.yaml"
    text = manifest.read_text(encoding="utf-8")
    assert "per_channel: true" in text
    manifest.write_text(text.replace("per_channel: true", "per_channel: false"), encoding="utf-8")


def test_check_says_which_steps_are_stale_and_why(project: Path) -> None:
    stale(project)
    run = cardgen(project, "check")
    assert run.returncode == 1
    assert "\n    quantize onnx: request.options.per_channel was true, is false\n" in run.stderr
    assert "\n    evaluate onnx: follows quantize onnx\n" in run.stderr
    assert "Run `cardgen build manifests/model.yaml`." in run.stderr


def test_check_explains_each_step(project: Path) -> None:
    stale(project)
    run = cardgen(project, "check", "--explain")
    assert "        request.options.per_channel\n            was true\n            is  false\n" in run.stderr
    assert "        predictions: follows predict onnx, which follows quantize onnx\n" in run.stderr


def test_check_as_json_has_the_reasons_as_data(project: Path) -> None:
    stale(project)
    ((finding,),) = [report["findings"] for report in json.loads(cardgen(project, "check", "--json").stdout)]
    first, *_, last = finding["steps"]
    assert (first["name"], first["causes"]) == ("quantize onnx", [])
    assert first["reasons"] == [
        {"kind": "request", "key": "options.per_channel", "old": True, "new": False, "added": False}
    ]
    assert (last["name"], last["causes"]) == ("evaluate onnx", ["quantize onnx"])


def test_plan_explains_what_is_to_run(project: Path) -> None:
    """With the packages of the environments as they are now, which a check does not compare."""
    run = cardgen(project, "plan", "--explain", "manifests/model.yaml")
    assert run.returncode == 0, run.stderr
    assert "package torch\n" in run.stdout
    rows = json.loads(cardgen(project, "plan", "--explain", "--json", "manifests/model.yaml").stdout)
    packages = {
        reason["key"]: reason["old"] for row in rows for reason in row["reasons"] if reason["kind"] == "package"
    }
    assert packages["torch"] == "1.0"


def test_check_with_broken_evidence(project: Path) -> None:
    (project / "cards" / "model" / "evidence.json").write_text("{\n")
    run = cardgen(project, "check")
    assert run.returncode == 3
    assert "evidence.json:2:1: is not JSON" in run.stderr


def test_render_only_restores_an_edited_card_where_that_is_meant(project: Path) -> None:
    card = project / "cards" / "model" / "README.md"
    right = card.read_text()
    assert cardgen(project, "build", "--render-only", "manifests/model.yaml").returncode == 0
    card.write_text("Typed by hand.\n")
    run = cardgen(project, "build", "--render-only", "manifests/model.yaml")
    assert run.returncode == 1
    assert "cards/model/README.md is not as cardgen wrote it" in run.stderr
    assert card.read_text() == "Typed by hand.\n"
    run = cardgen(project, "build", "--render-only", "--overwrite", "manifests/model.yaml")
    assert run.returncode == 0
    assert card.read_text() == right


def test_output_folder(project: Path) -> None:
    run = cardgen(project, "build", "--render-only", "-o", "out", "manifests/model.yaml")
    assert run.returncode == 0
    assert run.stdout == "out/model/README.md\n"
    assert (project / "out" / "model" / "README.md").read_bytes() == (project / "cards/model/README.md").read_bytes()


def test_a_manifest_that_is_wrong_tells_every_problem(project: Path) -> None:
    manifest = project / "manifests" / "model.yaml"
    manifest.write_text(manifest.read_text().replace("approach:", "aproach:").replace("accuracy", "acuracy"))
    run = cardgen(project, "build", "manifests/model.yaml")
    assert run.returncode == 3
    assert run.stderr.count("did you mean `approach`") == 2
    assert "did you mean `accuracy`" in run.stderr
    assert "manifests/model.yaml:10:" in run.stderr


def test_two_manifests_of_one_name(project: Path) -> None:
    (project / "more").mkdir()
    (project / "more" / "model.yaml").write_bytes((project / "manifests" / "model.yaml").read_bytes())
    run = cardgen(project, "check", "manifests/model.yaml", "more/model.yaml")
    assert run.returncode == 3
    assert "both would write the same card" in run.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("biuld",), "did you mean `build`"),
        (("build",), "Missing argument 'MANIFEST...'"),
        (("build", "--forse", "manifests/model.yaml"), "--force"),
        (("env", "create", "onxruntime"), "onnxruntime"),
    ],
    ids=str,
)
def test_wrong_usage(project: Path, arguments: tuple[str, ...], says: str) -> None:
    run = cardgen(project, *arguments)
    assert run.returncode == 2
    assert says in run.stderr
    assert "Traceback" not in run.stderr


def test_no_command_shows_help(project: Path) -> None:
    run = cardgen(project)
    assert run.returncode == 2
    assert "Commands:" in run.stderr


def test_a_reader_that_goes_away_is_no_error(project: Path) -> None:
    command = f"{sys.executable} -m cardgen schema | head -c 10"
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    run = subprocess.run(["bash", "-c", command], cwd=project, capture_output=True, text=True, check=False, env=environ)
    assert run.stderr == ""


def test_a_bug_is_told_as_one(project: Path) -> None:
    program = (
        "import cardgen.review.check.card as module, sys\n"
        "from cardgen.cli import main\n"
        "module.check = lambda loaded: 1 / 0\n"
        "sys.exit(main(['check', 'manifests/model.yaml']))\n"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=project, capture_output=True, text=True, check=False)
    assert run.returncode == 70
    assert "This is a bug in cardgen" in run.stderr
    assert "ZeroDivisionError" in run.stderr


@pytest.mark.parametrize("option", ["--pip-args=", "--no-such-option="])
def test_neither_a_bugs_report_nor_a_usage_error_shows_a_password(project: Path, option: str) -> None:
    program = (
        "import cardgen.pipeline.build as module, sys\n"
        "from cardgen.cli import main\n"
        "def fail(*_): raise ZeroDivisionError('at https://me:s3cret@index.example/simple')\n"
        "module.build_all = fail\n"
        "sys.exit(main(['build', 'manifests/model.yaml', sys.argv[1]]))\n"
    )
    argument = f"{option}--index-url=https://me:s3cret@index.example/simple"
    run = subprocess.run(
        [sys.executable, "-c", program, argument], cwd=project, capture_output=True, text=True, check=False
    )
    assert run.returncode == (70 if option == "--pip-args=" else 2)
    assert "s3cret" not in run.stdout + run.stderr
    assert ("index.example" in run.stderr) == (option == "--pip-args=")


LOCAL = """version: 1
repo_id: owner/local-int8
title: Local
task: text-classification
base_model: {path: model}
variants:
  onnx:
    backend: onnxruntime
    approach: static
    calibration: {dataset: {path: copy.csv}, samples: 1}
evaluation:
  dataset: {path: test.csv}
  columns: {text: text, label: label}
  metrics: [accuracy]
"""


@pytest.fixture
def local(tmp_path: Path) -> Path:
    """A project of local files; nothing in it is run."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text('{"id2label": {"0": "bad", "1": "good"}}')
    (tmp_path / "test.csv").write_text("text,label\nfine,good\nawful,bad\n")
    (tmp_path / "copy.csv").write_text("text,label\nso so,bad\n")
    (tmp_path / "local.yaml").write_text(LOCAL)
    return tmp_path


def test_a_plan_of_local_files(local: Path) -> None:
    run = cardgen(local, "plan", "--json", "local.yaml")
    assert run.returncode == 0, run.stderr
    assert [(row["step"], row["state"]) for row in json.loads(run.stdout)] == [
        ("export onnx", "to run"),
        ("quantize onnx", "to run"),
        ("snippet onnx", "to run"),
        ("predict FP32 onnx", "to run"),
        ("predict onnx", "to run"),
        ("evaluate FP32 onnx", "to run"),
        ("evaluate onnx", "to run"),
    ]
    assert "no licence is known" in run.stderr


def test_calibration_on_a_copy_of_the_test_data_is_refused(local: Path) -> None:
    (local / "copy.csv").write_bytes((local / "test.csv").read_bytes())
    run = cardgen(local, "plan", "local.yaml")
    assert run.returncode == 3
    assert "variants.onnx.calibration.dataset: has the same content as the evaluation's file" in run.stderr


@pytest.mark.parametrize(
    ("copied", "says"),
    [
        ("test.csv", "has the same content as the evaluation's file"),
        ("train.csv", "has the same content as the file that calibrates the model"),
    ],
)
def test_choosing_on_a_copy_of_data_that_were_seen_is_refused(local: Path, copied: str, says: str) -> None:
    (local / "train.csv").write_text("text,label\ngrim,bad\nlovely,good\n")
    (local / "copy.csv").write_text("text,label\ndull,bad\nwarm,good\n")
    manifest = local / "local.yaml"
    fallback = "\n    fallback: {tolerance: 0.01, dataset: {path: copy.csv}}"
    calibration = "calibration: {dataset: {path: train.csv}, samples: 1}"
    manifest.write_text(LOCAL.replace("calibration: {dataset: {path: copy.csv}, samples: 1}", calibration + fallback))
    assert cardgen(local, "plan", "local.yaml").returncode == 0
    (local / "copy.csv").write_bytes((local / copied).read_bytes())
    run = cardgen(local, "plan", "local.yaml")
    assert run.returncode == 3
    assert f"variants.onnx.fallback.dataset: {says}" in run.stderr


def test_a_slice_of_a_file_is_refused(local: Path) -> None:
    manifest = local / "local.yaml"
    manifest.write_text(LOCAL.replace("{path: test.csv}", '{path: test.csv, split: "test[:50%]"}'))
    run = cardgen(local, "plan", "local.yaml")
    assert run.returncode == 3
    assert "evaluation.dataset.split: `test[:50%]` is a slice" in run.stderr


def test_a_missing_file_is_told_with_its_place(local: Path) -> None:
    (local / "copy.csv").rename(local / "copies.csv")
    run = cardgen(local, "plan", "local.yaml")
    assert run.returncode == 4
    assert "local.yaml: variants.onnx.calibration: the file `copy.csv` does not exist" in run.stderr
    assert "did you mean `copies.csv`" in run.stderr


def test_the_demo_does_not_write_into_a_folder_of_somebody_else(local: Path) -> None:
    before = sorted(local.iterdir())
    run = cardgen(local, "demo", ".")
    assert run.returncode == 2
    assert "is not the demo's" in run.stderr
    assert sorted(local.iterdir()) == before
