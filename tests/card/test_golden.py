from __future__ import annotations

import shutil
from pathlib import Path

import mistune
import pytest
import yaml

from cardgen.card.assemble import CardPlace
from cardgen.export.beside import card_files
from cardgen.manifest.load import load_manifest
from tests.card import golden
from tests.factory import make_evidence

GOLDEN = Path(__file__).parent.parent / "golden" / "cards"
CASES = sorted(path.name for path in GOLDEN.iterdir())


def files(case: str) -> dict[str, str]:
    loaded = load_manifest(GOLDEN / case / "manifest.yaml")
    return card_files(loaded, make_evidence(loaded.manifest), CardPlace(GOLDEN / case))


def render(case: str) -> str:
    return files(case)["README.md"]


def regen_cards() -> None:
    """Write the golden cards anew."""
    for case in CASES:
        golden.write(GOLDEN / case, files(case))


@pytest.mark.parametrize("case", CASES)
def test_card_is_as_committed(case: str) -> None:
    assert files(case) == golden.committed(GOLDEN / case)


@pytest.mark.parametrize("case", CASES)
def test_card_is_whole(case: str) -> None:
    text = render(case)
    _before, front_matter, body = text.split("---\n", 2)
    assert yaml.safe_load(front_matter)["model-index"][0]["results"]
    page = mistune.create_markdown(plugins=["table"])(body)
    assert isinstance(page, str)
    assert page.count("<h1>") == 1
    assert page.count("<table>") == 4 + text.count("| Within the tolerance |")  # one for the trials of each variant
    assert "| :---" not in page, "a table did not close or open"
    assert "\n\n\n" not in text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_rendering_is_the_same_in_another_place(tmp_path: Path) -> None:
    for case in CASES:
        moved = tmp_path / "elsewhere" / case
        shutil.copytree(GOLDEN / case, moved)
        loaded = load_manifest(moved / "manifest.yaml")
        assert card_files(loaded, make_evidence(loaded.manifest), CardPlace(moved)) == files(case)
