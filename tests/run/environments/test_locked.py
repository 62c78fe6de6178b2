"""The environments that ship, as pip makes them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.environments import ENVIRONMENTS, EnvironmentInfo
from cardgen.run.environments import obtain_environment, worker_environ, worker_path
from cardgen.run.environments.launch import python_environ

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
EVERY = pytest.mark.parametrize("info", ENVIRONMENTS.values(), ids=ENVIRONMENTS.keys())

LIBRARIES: Mapping[str, tuple[str, ...]] = {
    "neural-compressor": ("torch", "neural_compressor.quantization", "optimum.intel.neural_compressor"),
    "onnxruntime": ("torch", "optimum.onnxruntime", "onnx", "onnxruntime"),
}
METRICS = (
    "datasets",
    "evaluate",
    "pydantic",
    "sklearn.metrics",
    "scipy.stats",
    "seqeval",
    "rouge_score",
    "sacrebleu",
    "jiwer",
)


def run(python: Path, *arguments: str, environ: Mapping[str, str]) -> str:
    asked = subprocess.run([python, *arguments], env=environ, cwd="/", capture_output=True, text=True)
    assert asked.returncode == 0, asked.stdout + asked.stderr
    return asked.stdout


@EVERY
def test_pip_finds_the_lock_installed_and_nothing_broken(info: EnvironmentInfo, tmp_path: Path) -> None:
    python = obtain_environment(info).path
    lock = tmp_path / "lock.txt"
    lock.write_text(info.lock, encoding="utf-8")
    environ = python_environ(dict(worker_environ(offline=True, needs_token=False)))
    report = run(
        python, "-m", "pip", "install", "--quiet", "--dry-run", "--report", "-", "-r", str(lock), environ=environ
    )
    assert json.loads(report)["install"] == []
    assert run(python, "-m", "pip", "check", environ=environ) == "No broken requirements found.\n"
    frozen = run(python, "-m", "pip", "list", "--format", "json", "--exclude", "pip", environ=environ)
    assert {row["name"].lower().replace("_", "-"): row["version"].partition("+")[0] for row in json.loads(frozen)} == {
        **info.packages
    }


@EVERY
def test_a_worker_imports_its_libraries_and_the_records_and_nothing_of_the_core(info: EnvironmentInfo) -> None:
    python = obtain_environment(info).path
    backends = [backend for backend in BACKENDS.values() if info.name in backend.environments]
    libraries = [module for backend in backends for module in LIBRARIES[backend.name]]
    modules = [
        "cardgen.records.record",
        "cardgen.run.workers.protocol",
        "click",
        "huggingface_hub",
        *libraries,
        *METRICS,
    ]
    ask = (
        f"import importlib, json, sys\nfound = {{m: importlib.import_module(m).__file__ for m in {modules!r}}}\n"
        "print(json.dumps([found, sys.path]))"
    )
    with worker_path() as path:
        environ = {**worker_environ(offline=True, needs_token=False), "PYTHONPATH": str(path)}
        found, search = json.loads(run(python, "-P", "-W", "ignore", "-c", ask, environ=environ).splitlines()[-1])
        ours = {module for module, file in found.items() if file and file.startswith(str(path))}
    assert ours == {"cardgen.records.record", "cardgen.run.workers.protocol"}
    site = str(python.parent.parent)
    assert all(file.startswith(site) for module, file in found.items() if module not in ours)
    core = Path(sys.prefix) / "lib"
    assert not [entry for entry in search if entry.startswith(str(core))]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Interpreter of a virtual environment with cardgen installed from a wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    environ = python_environ(dict(worker_environ(offline=True, needs_token=False)))
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    run(python, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT), environ=environ)
    (wheel,) = folder.glob("cardgen-*.whl")
    run(python, "-m", "pip", "install", "--quiet", str(wheel), environ=environ)
    return python


def test_an_installed_wheel_renders_cards(installed: Path, tmp_path: Path) -> None:
    for place in ("manifests", "cards"):
        shutil.copytree(ROOT / place, tmp_path / place)
    (tmp_path / "cardgen.toml").touch()
    environ = python_environ(dict(worker_environ(offline=True, needs_token=False)))
    found = run(installed, "-c", "from cardgen.card.render import template_folder as f; print(f())", environ=environ)
    assert Path(found.strip()).is_relative_to(installed.parent.parent)
    checked = run(installed, "-m", "cardgen", "check", str(tmp_path / "manifests/unicode-names.yaml"), environ=environ)
    assert checked == "unicode-names: fine\n"


def test_an_installed_wheel_brings_the_locks_and_a_worker_path_of_its_own(installed: Path) -> None:
    info = ENVIRONMENTS["onnxruntime"]
    ready = obtain_environment(info).path
    environ = python_environ(dict(worker_environ(offline=True, needs_token=False)))

    listed = json.loads(run(installed, "-m", "cardgen", "env", "list", "--json", environ=environ))
    made = {row["name"]: row["python"] for row in listed if row["state"] == "ready"}  # older ones may be there too
    assert made["onnxruntime"] == str(ready)

    ask = "import cardgen.records.record as m, click, os; print(os.path.realpath(m.__file__), click.__file__)"
    launch = (
        "import subprocess, sys\nfrom cardgen.run.environments import worker_environ, worker_path\n"
        "with worker_path() as path:\n"
        "    environ = {**worker_environ(offline=True, needs_token=False), 'PYTHONPATH': str(path)}\n"
        "    subprocess.run([sys.argv[1], '-P', '-c', sys.argv[2]], env=environ, check=True)\n"
    )
    package, click = run(installed, "-c", launch, str(ready), ask, environ=environ).split()
    assert Path(package).is_relative_to(installed.parent.parent.resolve())
    assert Path(click).is_relative_to(ready.parent.parent)
