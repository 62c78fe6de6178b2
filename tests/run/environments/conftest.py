from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of environments, and a pip that knows no index but what a test gives it."""
    for name in ("PIP_FIND_LINKS", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CONSTRAINT", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("CARDGEN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "environments"


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A folder for the packages of a test."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    return folder


@pytest.fixture
def pip_args(wheels: Path) -> tuple[str, ...]:
    """Arguments that let pip see the packages of the test, and no others."""
    return ("--no-index", "--find-links", str(wheels))
