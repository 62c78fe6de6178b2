"""The same pushes with the other major of huggingface_hub: the older requests-based client."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from filelock import FileLock

from cardgen.run.environments.managed import cache_folder

ROOT = Path(__file__).parents[2]
OLD = "huggingface_hub==0.36.2"


@pytest.fixture(scope="session")
def old_client() -> Path:
    """Python of an environment with cardgen's dependencies and the old client; made once, in the user's cache."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    others = [name for name in project["dependencies"] if not name.startswith("huggingface_hub")]
    wanted = [*others, OLD, f"pytest=={pytest.__version__}"]
    digest = hashlib.sha256("\n".join(wanted).encode()).hexdigest()[:12]
    cache = cache_folder().with_name("tests")
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / f"{OLD.replace('==', '-')}-{digest}-py{sys.version_info.major}{sys.version_info.minor}"
    python = folder / "bin" / "python"
    with FileLock(f"{folder}.lock"):
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
            (folder / "ready").touch()
    return python


@pytest.mark.slow
def test_pushing_with_the_old_client(old_client: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "PYTEST"))}
    version = subprocess.run(
        [old_client, "-c", "import huggingface_hub; print(huggingface_hub.__version__)"],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert version.stdout.strip() == OLD.partition("==")[2]
    tests = [
        "tests/publish/test_push.py",
        "tests/publish/test_processes.py",
        "tests/hub_server/test_client.py",
        "tests/run/test_resolve.py",
        "tests/review/sides/test_hub.py",
    ]
    ran = subprocess.run(
        [old_client, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "skipped" not in ran.stdout
