"""`--env current`: cardgen and the heavy libraries in one environment."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cardgen.catalog.environments import ENVIRONMENTS
from cardgen.run.environments import ensure_environment
from cardgen.run.environments.launch import python_environ
from tests.project import MANIFEST, ROOT, Project


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Interpreter of an environment with cardgen and, by a path file, what the onnxruntime environment holds."""
    heavy = ensure_environment("onnxruntime").parent.parent / "lib" / "python3.11" / "site-packages"
    venv = tmp_path_factory.mktemp("current") / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    (venv / "lib" / "python3.11" / "site-packages" / "heavy.pth").write_text(f"{heavy}\n", encoding="utf-8")
    python = venv / "bin" / "python"
    setuptools = f"setuptools=={ENVIRONMENTS['onnxruntime'].packages['setuptools']}"  # venv brings one of its own
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(ROOT), setuptools], check=True)
    return python


@pytest.mark.slow
def test_a_build_in_the_current_environment(everything: Path, project: Project) -> None:
    project.keep_only("onnx")
    project.edit(evaluation__limit=50)
    run = subprocess.run(
        [everything, "-m", "cardgen", "build", "--json", "--env", "current", MANIFEST],
        cwd=project.folder,
        env=python_environ({}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    (report,) = json.loads(run.stdout)
    assert len(report["ran"]) == 7
    environment = project.evidence()["environments"]["onnxruntime"]
    assert environment["name"] == "current"
    assert environment["packages"]["onnxruntime"] == ENVIRONMENTS["onnxruntime"].packages["onnxruntime"]
    assert "`current` environment" in (project.card / "README.md").read_text(encoding="utf-8")
    assert project.run("check", MANIFEST).returncode == 0


@pytest.mark.slow
def test_what_the_current_environment_lacks_is_listed(project: Project) -> None:
    run = project.run("build", "--env", "current", MANIFEST)
    assert run.returncode == 5
    assert "neural-compressor==3.7.1 (not installed)" in run.stderr
    assert "leave out --env current" in run.stderr
