"""Exports lie beside the card as the manifest asks for: written, checked, published, and lost by no accident."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cardgen.card.assemble import CardPlace, card_place
from cardgen.errors import FindingsError
from cardgen.manifest.model import LoadedManifest
from cardgen.pipeline.edits import edits
from cardgen.pipeline.render import render
from cardgen.records.evidence_file import dump_evidence
from cardgen.records.sealed_text import read_seal, seal_text
from cardgen.review.check.card import check
from cardgen.review.diff.compare import compare
from cardgen.review.git.cards import merge_cards
from cardgen.review.state import State
from tests.factory import load, make_evidence, make_manifest
from tests.hub_server import HubServer
from tests.hub_server.fixtures import hub
from tests.publish.conftest import run
from tests.publish.project import Project

__all__ = ["hub", "run"]

EVERY = {"exports": ["every-eval-ever", "cyclonedx"]}
BILL = "exports/bom.cdx.json"
FILES = (
    BILL,
    *(f"exports/every-eval-ever/{key}.json" for key in ("base-model/onnx", "base-model/pytorch", "onnx", "pytorch")),
)


@pytest.fixture
def loaded(tmp_path: Path) -> LoadedManifest:
    return load(make_manifest(publish=EVERY), tmp_path)


@pytest.fixture
def place(loaded: LoadedManifest) -> CardPlace:
    """A card as cardgen wrote it."""
    return written(loaded)


def written(loaded: LoadedManifest) -> CardPlace:
    place = card_place(loaded)
    place.folder.mkdir(parents=True, exist_ok=True)
    place.evidence.write_text(dump_evidence(make_evidence(loaded.manifest)), encoding="utf-8")
    render(loaded)
    return place


def files(place: CardPlace) -> list[str]:
    return sorted(path.relative_to(place.folder).as_posix() for path in (place.folder / "exports").rglob("*.json"))


def test_what_the_manifest_asks_for_is_written_and_fine(loaded: LoadedManifest, place: CardPlace) -> None:
    assert files(place) == sorted(FILES)
    for name in FILES:
        assert read_seal((place.folder / name).read_text(encoding="utf-8"))[1] == "intact"
    assert list(edits(loaded, place)) == []
    assert check(loaded).findings == ()


def test_writing_again_changes_no_byte(loaded: LoadedManifest, place: CardPlace) -> None:
    before = {name: (place.folder / name).read_bytes() for name in FILES}
    render(loaded)
    assert {name: (place.folder / name).read_bytes() for name in FILES} == before


def test_nothing_is_written_unasked(tmp_path: Path) -> None:
    place = written(load(make_manifest(), tmp_path))
    assert not (place.folder / "exports").exists()


@pytest.mark.parametrize("name", FILES)
def test_an_export_that_was_edited_is_found_and_not_written_over(
    loaded: LoadedManifest, place: CardPlace, name: str
) -> None:
    path = place.folder / name
    text = path.read_text(encoding="utf-8").replace("0.9401", "0.9999").replace("0.9432", "0.9999")
    path.write_text(text, encoding="utf-8")
    (finding,) = check(loaded).findings
    assert f"{name} is not what its manifest and evidence say and was edited by hand" in finding.message
    with pytest.raises(FindingsError, match="edited by hand"):
        render(loaded)
    assert path.read_text(encoding="utf-8") == text
    render(loaded, overwrite=True)
    assert check(loaded).findings == ()


@pytest.mark.parametrize("content", ['{"mine": true}\n', "not JSON\n", ""])
def test_a_person_s_own_file_in_the_place_of_an_export_is_not_written_over(
    loaded: LoadedManifest, place: CardPlace, content: str
) -> None:
    (place.folder / BILL).write_text(content, encoding="utf-8")
    with pytest.raises(FindingsError, match=r"bom\.cdx\.json"):
        render(loaded)
    assert (place.folder / BILL).read_text(encoding="utf-8") == content


def test_an_export_of_earlier_evidence_is_stale_and_made_anew(loaded: LoadedManifest, place: CardPlace) -> None:
    evidence = make_evidence(loaded.manifest, {"onnx": 0.91})
    place.evidence.write_text(dump_evidence(evidence), encoding="utf-8")
    stale = [finding.message for finding in check(loaded).findings if "exports/" in finding.message]
    assert len(stale) == 2
    assert all("edited" not in message for message in stale)
    render(loaded)
    assert check(loaded).findings == ()
    document = json.loads((place.folder / "exports/every-eval-ever/onnx.json").read_text(encoding="utf-8"))
    assert document["evaluation_results"][0]["score_details"]["score"] == 0.91


def test_an_export_that_is_missing_is_told(loaded: LoadedManifest, place: CardPlace) -> None:
    (place.folder / BILL).unlink()
    (finding,) = check(loaded).findings
    assert finding.message.endswith(f"{BILL} does not exist")


def test_what_is_not_asked_for_any_more_is_told_and_removed(
    loaded: LoadedManifest, place: CardPlace, tmp_path: Path
) -> None:
    own = place.folder / "exports" / "mine.txt"
    own.write_text("Mine.\n", encoding="utf-8")
    other = load(make_manifest(publish={"exports": ["cyclonedx"]}), tmp_path)
    told = [finding.message for finding in check(other).findings]
    assert len(told) == 5
    assert all("does not come from the evidence" in message for message in told)
    render(other)
    assert files(place) == [BILL]
    assert not (place.folder / "exports" / "every-eval-ever").exists()
    assert own.read_text(encoding="utf-8") == "Mine.\n"


def test_each_variant_with_a_repository_of_its_own_has_its_exports(tmp_path: Path) -> None:
    loaded = load(make_manifest(publish={**EVERY, "repositories": "per-variant"}), tmp_path)
    place = written(loaded)
    found = sorted(path.relative_to(place.folder).as_posix() for path in place.folder.glob("*/exports/**/*.json"))
    assert "onnx/exports/bom.cdx.json" in found
    assert "pytorch/exports/every-eval-ever/pytorch.json" in found
    assert "pytorch/exports/every-eval-ever/onnx.json" not in found
    assert not (place.folder / "exports").exists()
    assert not [finding for finding in check(loaded).findings if "exports" in finding.message]


def test_a_manifest_that_asks_for_other_exports_is_a_change(loaded: LoadedManifest, tmp_path: Path) -> None:
    old, new = (State("model", "model", manifest) for manifest in (make_manifest(), loaded.manifest))
    assert [change.place for change in compare(old, new).changes] == ["publish.exports"]


def test_exports_of_two_branches_are_made_anew_and_an_edited_one_is_merged_as_text(
    place: CardPlace, tmp_path: Path
) -> None:
    text, _seal = read_seal((place.folder / BILL).read_text(encoding="utf-8"))
    base, ours, theirs = (tmp_path / name for name in ("base", "ours", "theirs"))
    for path, score in ((base, "0.9401"), (ours, "0.91"), (theirs, "0.92")):
        path.write_text(seal_text(text.replace("0.9401", score), BILL), encoding="utf-8")
    outcome = merge_cards(base, ours, theirs, BILL)
    assert outcome.clean
    assert "to be made anew" in outcome.told[0]
    theirs.write_text(base.read_text(encoding="utf-8").replace("owner/data", "owner/mine"), encoding="utf-8")
    assert "was edited by hand (theirs)" in merge_cards(base, ours, theirs, BILL).told[0]
    assert "owner/mine" in ours.read_text(encoding="utf-8")
    assert read_seal(ours.read_text(encoding="utf-8"))[1] == "broken"


@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
def test_exports_are_pushed_with_the_card_and_gone_when_they_are_not_asked_for(
    hub: HubServer, tmp_path: Path, run: object
) -> None:
    assert callable(run)
    project = Project(tmp_path / "project", publish=dict(EVERY))
    code, _out, err = run("push", project.manifest)
    assert code == 0, err
    there = hub.model(project.repo_id).resolve("main").files
    assert set(FILES) <= set(there)
    assert there[BILL].data == (project.card / BILL).read_bytes()
    assert run("verify", project.manifest)[0] == 0
    (project.card / BILL).unlink()
    code, _out, err = run("push", project.manifest)
    assert code == 1
    assert f"{BILL} does not exist" in err
    project.publish = {}
    project.build()
    code, _out, err = run("push", project.manifest)
    assert code == 0, err
    assert not [path for path in hub.model(project.repo_id).resolve("main").files if path.startswith("exports/")]
