"""Results files are published as they are, or the push says what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.card.assemble import card_place
from cardgen.errors import FindingsError
from cardgen.manifest.load import load_manifest
from cardgen.publish.staging import stage
from cardgen.records.store import Store
from tests.results.imported_project import BASE, W4, built, project

COPY = "results/w4/config.json"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    text = W4.replace('"colours"', '"shades"').replace("{\n", '{\n  "_name_or_path": "somewhere",\n', 1)
    path = project(tmp_path, {"base.json": BASE, "config.json": text}, ["base.json"], ["config.json"])
    built(path)
    return path


def staged(path: Path, target: Path) -> dict[str, bytes]:
    loaded = load_manifest(path)
    files = stage(loaded, card_place(loaded), Store(path.parents[1]).artifact, target)
    return {file.path: (target / file.path).read_bytes() for file in files}


def test_they_are_published_byte_for_byte(path: Path, tmp_path: Path) -> None:
    files = staged(path, tmp_path / "stage")
    assert set(files) == {
        ".cardgen.json",
        "README.md",
        "evidence.json",
        "model.yaml",
        "results/base_model/base.json",
        COPY,
    }
    assert files[COPY] == (path.parent / "config.json").read_bytes()


@pytest.mark.parametrize(("edited", "said"), [(True, "is not the results file"), (False, "is missing")])
def test_what_is_not_the_file_that_was_read_is_not_published(
    edited: bool, said: str, path: Path, tmp_path: Path
) -> None:
    copy = path.parents[1] / "cards" / "model" / COPY
    if edited:
        copy.write_text("{}", encoding="utf-8")
    else:
        copy.unlink()
    with pytest.raises(FindingsError, match=said) as caught:
        staged(path, tmp_path / "stage")
    assert "cardgen build" in str(caught.value.remedy)
