"""The staging folder is exactly what will be published."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from cardgen.card.assemble import card_place
from cardgen.errors import FindingsError
from cardgen.publish.staging import stage
from tests.publish.project import ONNX, PYTORCH, Project


def test_what_is_described_is_what_lies_there(project: Project, tmp_path: Path) -> None:
    assets = project.card / "assets"
    assets.mkdir(exist_ok=True)
    (assets / "plot.svg").write_text("<svg/>", encoding="utf-8")
    target = tmp_path / "stage"
    files = stage(project.loaded, card_place(project.loaded), project.store.artifact, target)
    there = {path.relative_to(target).as_posix(): path for path in target.rglob("*") if path.is_file()}
    assert {file.path for file in files} == set(there)
    assert "assets/plot.svg" in there
    assert not any(path.is_symlink() for path in target.rglob("*"))
    assert not any("predictions" in path for path in there)
    for file in files:
        content = there[file.path].read_bytes()
        assert file.bytes == len(content)
        assert file.sha256 == hashlib.sha256(content).hexdigest()
        assert file.blob == hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    marker = json.loads(there[".cardgen.json"].read_text(encoding="utf-8"))
    assert set(marker["files"]) == set(there) - {".cardgen.json"}


def test_staging_leaves_the_store_whole(project: Project, tmp_path: Path) -> None:
    artifacts = project.root / ".cardgen" / "artifacts"
    before = {path: path.read_bytes() for path in artifacts.rglob("*") if path.is_file()}
    stage(project.loaded, card_place(project.loaded), project.store.artifact, tmp_path / "stage")
    assert {path: path.read_bytes() for path in artifacts.rglob("*") if path.is_file()} == before


def test_staging_twice_gives_the_same_bytes(project: Project, tmp_path: Path) -> None:
    def staged(name: str) -> list[tuple[str, str]]:
        files = stage(project.loaded, card_place(project.loaded), project.store.artifact, tmp_path / name)
        return [(file.path, file.sha256) for file in files]

    assert staged("one") == staged("two")


def test_a_card_that_was_never_built(project: Project, tmp_path: Path) -> None:
    (project.card / "README.md").unlink()
    with pytest.raises(FindingsError, match="cardgen build"):
        stage(project.loaded, card_place(project.loaded), project.store.artifact, tmp_path / "stage")


def root_of(project: Project, target: Path) -> set[str]:
    files = stage(project.loaded, card_place(project.loaded), project.store.artifact, target)
    return {file.path for file in files if "/" not in file.path} - {
        "README.md",
        "evidence.json",
        "names.yaml",
        ".cardgen.json",
    }


def test_a_repository_of_onnx_alone_has_configuration_and_tokenizer_at_its_root(tmp_path: Path) -> None:
    several = {"a": ONNX, "b": {**ONNX, "options": {"per_channel": True}}}
    project = Project(tmp_path / "onnx", variants=several)
    assert root_of(project, tmp_path / "stage") == {"config.json", "vocab.txt"}
    for name in ("config.json", "vocab.txt"):
        assert (tmp_path / "stage" / name).read_bytes() == (tmp_path / "stage" / "onnx" / name).read_bytes()


def test_what_is_at_the_root_of_others_is_pytorchs(tmp_path: Path) -> None:
    both = Project(tmp_path / "both", variants={"onnx": ONNX, "pytorch": PYTORCH})
    assert root_of(both, tmp_path / "1") == {"config.json", "vocab.txt", "pytorch_model.bin"}
    apart = Project(tmp_path / "apart", variants={"a": PYTORCH, "b": PYTORCH, "onnx": ONNX})
    assert root_of(apart, tmp_path / "2") == set()


def test_plots_are_published_with_the_card_and_without_their_hashes(project: Project, tmp_path: Path) -> None:
    target = tmp_path / "stage"
    stage(project.loaded, card_place(project.loaded), project.store.artifact, target)
    for name in ("scores", "sizes"):
        here = (project.card / "assets" / f"{name}.svg").read_text(encoding="utf-8")
        published = (target / "assets" / f"{name}.svg").read_text(encoding="utf-8")
        assert here.startswith(published)
        assert "cardgen:written" in here
        assert published.endswith("</svg>\n")
        assert f"](assets/{name}.svg)" in (target / "README.md").read_text(encoding="utf-8")


def test_a_plot_that_is_gone_is_missed(project: Project, tmp_path: Path) -> None:
    (project.card / "assets" / "sizes.svg").unlink()
    with pytest.raises(FindingsError, match=r"sizes\.svg is missing"):
        stage(project.loaded, card_place(project.loaded), project.store.artifact, tmp_path / "stage")


def test_each_repository_gets_its_own_plots_and_every_picture_of_a_persons(tmp_path: Path) -> None:
    project = Project(tmp_path / "project", publish={"repositories": "per-variant"})
    (project.card / "assets" / "photo.svg").write_text("<svg/>", encoding="utf-8")
    large = project.card / "assets" / "large.svg"
    with large.open("wb") as stream:
        stream.truncate(20_000_000)
    for part in project.loaded.parts:
        place = card_place(part)
        (place.card_folder / "assets" / "sizes.svg").write_text(f"<svg>{part.variant}</svg>", encoding="utf-8")
        target = tmp_path / str(part.variant)
        stage(part, place, project.store.artifact, target)
        pictures = sorted(path.name for path in (target / "assets").iterdir())
        assert pictures == ["large.svg", "photo.svg", "scores.svg", "sizes.svg"]
        assert (target / "assets" / "sizes.svg").read_text(encoding="utf-8") == f"<svg>{part.variant}</svg>"
