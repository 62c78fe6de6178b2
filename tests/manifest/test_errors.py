"""Golden errors: what a person is told about each wrong manifest, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.errors import ManifestError
from cardgen.manifest.load import load_manifest

FOLDER = Path(__file__).parents[1] / "golden" / "errors"
CASES = sorted(FOLDER.glob("*.yaml"))


def message_for(case: Path) -> str:
    with pytest.raises(ManifestError) as caught:
        load_manifest(case)
    return f"{caught.value}\n".replace(f"{FOLDER}/", "")


def regen_errors() -> None:
    """Write the golden errors anew."""
    for case in CASES:
        case.with_suffix(".txt").write_text(message_for(case), encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_says_every_problem(case: Path) -> None:
    assert message_for(case) == case.with_suffix(".txt").read_text(encoding="utf-8")


def test_every_golden_error_has_its_manifest() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == {case.stem for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_speaks_to_people(case: Path) -> None:
    said = case.with_suffix(".txt").read_text(encoding="utf-8")
    for jargon in ("Input should", "pydantic", "NoneType", "BaseModelRef", "DatasetRef", "dict", "tuple", "None"):
        assert jargon not in said
