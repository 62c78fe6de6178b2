"""The same reading of metadata with the other majors of huggingface_hub."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.publish.test_client_majors import other_client

__all__ = ["other_client"]  # a fixture

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_another_client_reads_the_metadata_too(other_client: tuple[Path, str]) -> None:
    python, expected = other_client
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "PYTEST"))}
    script = "import huggingface_hub; print(huggingface_hub.__version__)"
    version = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert version.stdout.strip() == expected
    ran = subprocess.run(
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/card/metadata/test_index_readers.py"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "skipped" not in ran.stdout
