"""The same pushes with the other majors of huggingface_hub: 0.36, which speaks through requests, and 1.x."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import hypothesis
import pytest
from filelock import FileLock

from cardgen.run.environments.managed import cache_folder

ROOT = Path(__file__).parents[2]
OTHERS = ("huggingface_hub==0.36.2", "huggingface_hub==1.33.0")


@pytest.fixture(scope="session", params=OTHERS)
def other_client(request: pytest.FixtureRequest) -> tuple[Path, str]:
    """Python of an environment with cardgen's dependencies and another client; made once, in the user's cache."""
    client: str = request.param
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    others = [name for name in project["dependencies"] if not name.startswith("huggingface_hub")]
    tests = [f"pytest=={pytest.__version__}", f"hypothesis=={hypothesis.__version__}"]  # tests/conftest.py sets both up
    wanted = [*others, client, *tests]
    digest = hashlib.sha256("\n".join(wanted).encode()).hexdigest()[:12]
    cache = cache_folder().with_name("tests")
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / f"{client.replace('==', '-')}-{digest}-py{sys.version_info.major}{sys.version_info.minor}"
    python = folder / "bin" / "python"
    with FileLock(f"{folder}.lock"):
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
            (folder / "ready").touch()
    return python, client.partition("==")[2]


@pytest.mark.slow
def test_pushing_with_another_client(other_client: tuple[Path, str]) -> None:
    python, expected = other_client
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "PYTEST"))}
    version = subprocess.run(
        [python, "-c", "import huggingface_hub; print(huggingface_hub.__version__)"],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert version.stdout.strip() == expected
    tests = [
        "tests/publish/hub",
        "tests/publish/test_collection.py",
        "tests/publish/test_commits.py",
        "tests/publish/test_repositories.py",
        "tests/publish/test_faults.py",
        "tests/publish/test_push.py",
        "tests/publish/test_processes.py",
        "tests/hub_server/test_client.py",
        "tests/run/test_resolve.py",
        "tests/review/sides/test_hub.py",
    ]
    ran = subprocess.run(
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "skipped" not in ran.stdout
