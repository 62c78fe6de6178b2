from __future__ import annotations

import json
from pathlib import Path

import pytest

from cardgen.cli import main
from cardgen.manifest.load import load_manifest
from tests.project import Project
from tests.review.preview.cards import build, write_manifest

PLOTS = ("cards/model/assets/scores.svg", "cards/model/assets/sizes.svg")


def preview(project: Path, folder: Path, *names: str) -> int:
    return main(["preview", *(str(project / "manifests" / f"{name}.yaml") for name in names), "-o", str(folder)])


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_cards_give_the_same_bytes_anywhere(project: Path, tmp_path: Path) -> None:
    elsewhere = Project(project).copy(tmp_path / "elsewhere")
    first = Project(project).run("preview", "manifests/model.yaml", "-o", str(tmp_path / "one"))
    second = elsewhere.run("preview", "manifests/model.yaml", "-o", str(tmp_path / "two"))
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_the_folder_holds_what_it_needs_and_no_more(project: Path, tmp_path: Path) -> None:
    assets = project / "cards" / "model" / "assets"
    assets.mkdir(exist_ok=True)
    (assets / "plot.png").write_bytes(b"a picture")
    (assets / "notes.html").write_text("<script>x()</script>", encoding="utf-8")
    assert preview(project, tmp_path / "pages", "model") == 0
    found = files(tmp_path / "pages")
    assert set(found) == {
        ".cardgen-preview.json",
        "index.html",
        "cards/model/index.html",
        *PLOTS,
        "cards/model/assets/plot.png",
    }
    assert str(tmp_path).encode() not in b"".join(found.values())


def test_a_picture_that_leads_out_of_the_folder_is_left_out(project: Path, tmp_path: Path) -> None:
    assets = project / "cards" / "model" / "assets"
    assets.mkdir(exist_ok=True)
    (project / "secret.png").write_bytes(b"secret")
    (assets / "plot.png").symlink_to(project / "secret.png")
    (assets / "real.png").write_bytes(b"real")
    (assets / "same.png").symlink_to("real.png")
    assert preview(project, tmp_path / "pages", "model") == 0
    assert {name for name in files(tmp_path / "pages") if name.endswith(".png")} == {
        "cards/model/assets/real.png",
        "cards/model/assets/same.png",
    }


def test_a_later_preview_removes_what_it_no_longer_has(project: Path, tmp_path: Path) -> None:
    build(load_manifest(write_manifest(project, "other")))
    assert preview(project, tmp_path / "pages", "model", "other") == 0
    (tmp_path / "pages" / "mine.txt").write_text("kept", encoding="utf-8")
    assert preview(project, tmp_path / "pages", "model") == 0
    assert set(files(tmp_path / "pages")) == {
        ".cardgen-preview.json",
        "index.html",
        "cards/model/index.html",
        *PLOTS,
        "mine.txt",
    }


@pytest.mark.parametrize("listing", [None, "[", "{}", '["../cardgen.toml", "/etc/x", "cards/../../cardgen.toml", 3]'])
def test_a_folder_of_something_else_is_left_as_it_is(project: Path, listing: str | None) -> None:
    if listing is not None:
        (project / ".cardgen-preview.json").write_text(listing, encoding="utf-8")
    before = files(project)
    if listing is None or listing == "[":
        assert preview(project, project, "model") == 2
        assert files(project) == before
    else:
        assert preview(project, project, "model") == 0
        assert (project / "cardgen.toml").exists()


def test_a_folder_that_cannot_be_made_is_told(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert preview(project, project / "cardgen.toml" / "pages", "model") == 2
    assert "error:" in capfd.readouterr().err


def test_evidence_that_cannot_be_read_is_told_and_the_rest_is_shown(
    project: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    build(load_manifest(write_manifest(project, "other")))
    (project / "cards" / "model" / "evidence.json").write_text("{", encoding="utf-8")
    assert preview(project, tmp_path / "pages", "model", "other") == 3
    assert "not shown as it would be built" in capfd.readouterr().err
    page = (tmp_path / "pages" / "cards" / "model" / "index.html").read_text(encoding="utf-8")
    assert "is shown as it lies there" in page
    assert "INT8 model" in page
    assert (tmp_path / "pages" / "cards" / "other" / "index.html").exists()


def test_the_listing_is_of_all_that_was_written(project: Path, tmp_path: Path) -> None:
    assert preview(project, tmp_path / "pages", "model") == 0
    listed = json.loads((tmp_path / "pages" / ".cardgen-preview.json").read_bytes())
    assert listed == [*PLOTS, "cards/model/index.html", "index.html"]
