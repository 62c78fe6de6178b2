"""The same reading of metadata with the other major of huggingface_hub."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.publish.test_client_majors import OLD, old_client

__all__ = ["old_client"]  # a fixture

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_old_client_reads_the_metadata_too(old_client: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "PYTEST"))}
    script = "import huggingface_hub; print(huggingface_hub.__version__)"
    version = subprocess.run([old_client, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert version.stdout.strip() == OLD.partition("==")[2]
    ran = subprocess.run(
        [old_client, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/card/metadata/test_index_readers.py"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "skipped" not in ran.stdout
