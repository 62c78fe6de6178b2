"""The demo, and whether what it publishes is what its card says: judged by independent code."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from huggingface_hub import ModelCard

from cardgen.card.assemble import card_place
from cardgen.manifest.load import load_manifest
from cardgen.pipeline.render import render
from cardgen.publish.staging import stage
from cardgen.records.store import Store
from cardgen.run.environments import ensure_environment, worker_environ
from tests.project import MANIFEST, ROOT, Project

INDEPENDENT = Path(__file__).with_name("independent.py")


def test_the_committed_manifest_is_the_demo_s() -> None:
    packaged = (ROOT / "cardgen" / "demo" / "unicode-names.yaml").read_bytes()
    assert (ROOT / MANIFEST).read_bytes() == packaged


def test_the_committed_card_is_what_its_evidence_says(tmp_path: Path) -> None:
    loaded = load_manifest(ROOT / MANIFEST)
    place = render(loaded, tmp_path)
    assert place.readme.read_bytes() == card_place(loaded).readme.read_bytes()


@pytest.fixture(scope="module")
def published(demo: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a push would publish."""
    folder = tmp_path_factory.mktemp("published")
    loaded = load_manifest(demo.folder / MANIFEST)
    stage(loaded, card_place(loaded), Store(demo.folder).artifact, folder)
    return folder


@pytest.mark.slow
def test_it_says_where_the_card_is_and_what_it_says(demo: Project, demo_output: str) -> None:
    assert "14 steps run, 0 stored already" in demo_output
    assert "cards/unicode-names/README.md" in demo_output
    assert re.search(r"pytorch: accuracy 0\.9\d{3} against 0\.9\d{3} in FP32", demo_output)
    assert (demo.card / "README.md").is_file()


@pytest.mark.slow
def test_a_second_run_runs_nothing(project: Project) -> None:
    run = project.run("demo", ".")
    assert run.returncode == 0, run.stderr
    assert "0 steps run, 14 stored already" in run.stdout


@pytest.mark.slow
def test_an_edited_manifest_is_kept(project: Project) -> None:
    project.edit(title="Mine")
    run = project.run("demo", ".")
    assert run.returncode == 0, run.stderr
    assert "# Mine\n" in (project.card / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_data_are_the_same_on_every_python(demo: Project) -> None:
    rows = {}
    for name in ("train", "test"):
        with (demo.folder / "demo" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            rows[name] = [tuple(row) for row in csv.reader(stream)][1:]
    assert len(rows["train"]) + len(rows["test"]) == 12886
    assert not set(rows["train"]) & set(rows["test"])
    evidence = json.loads((ROOT / "cards" / "unicode-names" / "evidence.json").read_bytes())
    assert evidence["resolutions"]["evaluation"]["source"] == demo.evidence()["resolutions"]["evaluation"]["source"]


@pytest.mark.slow
def test_the_hub_s_library_reads_the_card(published: Path) -> None:
    card = ModelCard.load(published / "README.md")
    assert card.data.base_model == "your-name/unicode-names"
    assert card.data.base_model_relation == "quantized"
    results = card.data.eval_results
    assert results is not None
    assert {(result.metric_type, result.metric_name) for result in results} == {
        ("accuracy", "Accuracy, pytorch static INT8"),
        ("f1", "F1 (macro), pytorch static INT8"),
        ("accuracy", "Accuracy, onnx dynamic INT8"),
        ("f1", "F1 (macro), onnx dynamic INT8"),
    }
    for result in results:
        assert f"**{result.metric_value:.4f}**" in card.text


@pytest.mark.slow
def test_independent_code_gets_the_accuracy_that_the_card_prints(demo: Project, published: Path) -> None:
    run = subprocess.run(
        [ensure_environment("neural-compressor"), "-P", INDEPENDENT, published, demo.folder / "demo" / "test.csv"],
        capture_output=True,
        text=True,
        check=False,
        env=worker_environ(offline=True, needs_token=False),
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout.splitlines()[-1])
    card = (published / "README.md").read_text(encoding="utf-8")
    for variant in ("pytorch", "onnx"):
        (printed,) = re.findall(rf"\| `{variant}` \| Accuracy \| \*\*([\d.]+)\*\*", card)
        assert printed == f"{found[variant]:.4f}"


@pytest.mark.slow
@pytest.mark.parametrize("index", [0, 1], ids=["pytorch", "onnx"])
def test_the_printed_snippets_run(published: Path, tmp_path: Path, index: int) -> None:
    card = (published / "README.md").read_text(encoding="utf-8")
    snippet = re.findall(r"```python\n(.*?)```", card, re.DOTALL)[index]
    model = shutil.copytree(published, tmp_path / "your-name" / "unicode-names-int8")
    assert model.is_dir()
    snippet = snippet.replace("Put your text here.", "GREEK SMALL LETTER ALPHA")
    run = subprocess.run(
        [ensure_environment("neural-compressor"), "-P", "-c", snippet],
        cwd=tmp_path,  # where the Hub id is the path of the folder
        capture_output=True,
        text=True,
        check=False,
        env=worker_environ(offline=True, needs_token=False),
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == "Ll"


@pytest.mark.slow
def test_the_printed_versions_fit_together(published: Path) -> None:
    card = (published / "README.md").read_text(encoding="utf-8")
    for install in re.findall(r"```bash\n(pip install .*?)\n```", card):
        requirements = re.findall(r'"([^"]+)"', install)
        run = subprocess.run(
            [ensure_environment("neural-compressor"), "-m", "pip", "install", "--dry-run", "--quiet", *requirements],
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        assert "Would install" not in run.stdout
