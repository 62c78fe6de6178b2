"""A repository with two cards, which is the current folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.review.repository import CardRepository


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CardRepository:
    made = CardRepository.new(tmp_path / "repository")
    monkeypatch.chdir(made.folder)
    monkeypatch.delenv("GIT_DIR", raising=False)
    made.write("manifests/prose/notes.md", "What there is to say.\n")
    made.card("one", prose={"notes": "prose/notes.md"})
    made.card("two")
    made.commit("Begin")
    return made
