"""What stands for manifests on a command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.cli.options import load_all
from cardgen.errors import ManifestError

ROOT = Path(__file__).parents[2]


def test_a_folder_stands_for_the_manifests_in_it() -> None:
    folder = ROOT / "manifests"
    every = sorted(folder.glob("*.yaml"))
    assert [loaded.path for loaded in load_all([folder])] == every
    assert [loaded.path for loaded in load_all([every[2], folder])] == [every[2], *every[:2], *every[3:]]


def test_a_folder_without_manifests_is_told(tmp_path: Path) -> None:
    (tmp_path / "card.yaml").mkdir()
    with pytest.raises(ManifestError) as raised:
        load_all([tmp_path, tmp_path / "card.yaml"])
    assert [problem.message for problem in raised.value.problems] == ["is a folder, not a manifest"] * 2
