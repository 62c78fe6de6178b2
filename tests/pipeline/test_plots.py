"""Plots on the disk: written with the card, never over an edit, and removed with what they were of."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.card.assemble import CardPlace, card_place
from cardgen.errors import FindingsError
from cardgen.manifest.model import LoadedManifest
from cardgen.pipeline.render import render
from cardgen.records.evidence_file import dump_evidence
from cardgen.records.sealed_text import read_seal
from cardgen.review.check.card import check
from tests.card.plots.pictures import Seen
from tests.card.plots.test_build import tuned
from tests.factory import load, make_evidence


@pytest.fixture
def loaded(tmp_path: Path) -> LoadedManifest:
    return load(tuned(), tmp_path)


@pytest.fixture
def place(loaded: LoadedManifest) -> CardPlace:
    """A card as cardgen wrote it."""
    found = card_place(loaded)
    found.folder.mkdir(parents=True)
    found.evidence.write_text(dump_evidence(make_evidence(loaded.manifest)), encoding="utf-8")
    render(loaded)
    return found


def plots(place: CardPlace) -> list[str]:
    return sorted(path.relative_to(place.folder).as_posix() for path in place.folder.rglob("*.svg"))


ALL = [f"assets/{name}.svg" for name in ("scores", "sensitivity-pytorch", "sizes", "trials-pytorch")]


def test_they_are_written_with_a_hash_and_checked(loaded: LoadedManifest, place: CardPlace) -> None:
    assert plots(place) == ALL
    for path in ALL:
        text = (place.folder / path).read_text(encoding="utf-8")
        assert read_seal(text)[1] == "intact"
        assert Seen(text).title
    assert check(loaded).findings == ()


def test_one_that_is_gone_or_stale_is_a_finding(loaded: LoadedManifest, place: CardPlace) -> None:
    (place.folder / "assets" / "sizes.svg").unlink()
    (finding,) = check(loaded).findings
    assert finding.message.endswith("assets/sizes.svg does not exist")
    render(loaded)
    (place.folder / "assets" / "sizes.svg").write_bytes((place.folder / "assets" / "scores.svg").read_bytes())
    (finding,) = check(loaded).findings
    assert finding.message.endswith("assets/sizes.svg is not what its manifest and evidence say")
    assert finding.detail == ""
    render(loaded)
    assert check(loaded).findings == ()


def test_one_that_was_edited_is_not_written_over(loaded: LoadedManifest, place: CardPlace) -> None:
    path = place.folder / "assets" / "scores.svg"
    edited = path.read_text(encoding="utf-8").replace("#0969da", "#ff0000")
    path.write_text(edited, encoding="utf-8")
    (finding,) = check(loaded).findings
    assert "was edited by hand" in finding.message
    assert "--overwrite" in finding.remedy
    with pytest.raises(FindingsError, match=r"assets/scores\.svg is not as cardgen wrote it"):
        render(loaded)
    assert path.read_text(encoding="utf-8") == edited
    render(loaded, overwrite=True)
    assert check(loaded).findings == ()


def test_a_picture_of_a_persons_is_not_written_over(loaded: LoadedManifest, place: CardPlace) -> None:
    path = place.folder / "assets" / "scores.svg"
    path.write_text("<svg/>", encoding="utf-8")
    with pytest.raises(FindingsError, match=r"assets/scores\.svg"):
        render(loaded)
    assert path.read_text(encoding="utf-8") == "<svg/>"


def test_ends_of_lines_are_no_edit(loaded: LoadedManifest, place: CardPlace) -> None:
    path = place.folder / "assets" / "scores.svg"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (finding,) = check(loaded).findings
    assert "`*.svg text eol=lf`" in finding.remedy
    render(loaded)
    assert check(loaded).findings == ()


def test_what_a_manifest_turns_off_is_removed(loaded: LoadedManifest, place: CardPlace, tmp_path: Path) -> None:
    own = place.folder / "assets" / "photo.svg"
    own.write_text("<svg/>", encoding="utf-8")
    fewer = load(tuned(plots=["sizes"]), tmp_path)
    messages = [finding.message for finding in check(fewer).findings]
    assert sum("is a plot that the card does not show" in message for message in messages) == 3
    render(fewer)
    assert plots(place) == ["assets/photo.svg", "assets/sizes.svg"]
    own.unlink()
    render(load(tuned(plots=[]), tmp_path))
    assert not (place.folder / "assets").exists()


def test_a_spare_one_that_was_edited_stays(loaded: LoadedManifest, place: CardPlace, tmp_path: Path) -> None:
    path = place.folder / "assets" / "trials-pytorch.svg"
    path.write_text(path.read_text(encoding="utf-8").replace("#0969da", "#ff0000"), encoding="utf-8")
    none = load(tuned(plots=[]), tmp_path)
    render(none)
    assert plots(place) == ["assets/trials-pytorch.svg"]
    (finding,) = check(none).findings
    assert finding.message.endswith("trials-pytorch.svg is a plot that the card does not show")


def test_each_variant_with_a_repository_has_its_own(tmp_path: Path) -> None:
    loaded = load(tuned(publish={"repositories": "per-variant"}), tmp_path)
    place = card_place(loaded)
    place.folder.mkdir(parents=True)
    place.evidence.write_text(dump_evidence(make_evidence(loaded.manifest)), encoding="utf-8")
    render(loaded)
    assert plots(place) == [
        *ALL,
        *("onnx/assets/scores.svg", "onnx/assets/sizes.svg"),
        *(f"pytorch/{path}" for path in ALL),
    ]
    assert check(loaded).findings == ()
    one = load(tuned(), tmp_path)
    render(one)
    assert plots(place) == ALL
    assert sorted(path.name for path in place.folder.iterdir()) == ["README.md", "assets", "evidence.json"]
