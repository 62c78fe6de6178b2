"""Nothing that a person wrote into a card is lost unasked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cardgen.card.assemble import CardPlace, card_place
from cardgen.errors import EvidenceError, FindingsError
from cardgen.manifest.model import LoadedManifest
from cardgen.pipeline.build import build
from cardgen.pipeline.edits import edits
from cardgen.pipeline.prepare import Settings
from cardgen.pipeline.render import render
from cardgen.records.canonical import fingerprint
from cardgen.records.evidence_file import dump_evidence
from cardgen.records.sealed_text import read_seal, text_sha256
from cardgen.review.check.card import check
from tests.factory import load, make_evidence, make_manifest

LISTED = {
    "dataset": {"id": "someone/board", "split": "test", "revision": "2" * 40},
    "columns": {"text": "name", "label": "category"},
    "metrics": ["accuracy"],
    "leaderboard": {"id": "owner/board", "task_id": "reading"},
}


@pytest.fixture
def loaded(tmp_path: Path) -> LoadedManifest:
    return load(make_manifest(evaluation=LISTED), tmp_path)


@pytest.fixture
def place(loaded: LoadedManifest) -> CardPlace:
    """A card as cardgen wrote it."""
    found = card_place(loaded)
    found.folder.mkdir(parents=True)
    found.evidence.write_text(dump_evidence(make_evidence(loaded.manifest)), encoding="utf-8")
    render(loaded)
    return found


def board(loaded: LoadedManifest, place: CardPlace) -> Path:
    return place.folder / ".eval_results" / f"{loaded.name}.yaml"


def edit(path: Path) -> str:
    text = path.read_text(encoding="utf-8") + "\nMy own words.\n"
    path.write_text(text, encoding="utf-8")
    return text


def retitled(loaded: LoadedManifest, tmp_path: Path) -> LoadedManifest:
    return load(make_manifest(evaluation=LISTED, title="Another title"), tmp_path)


def test_what_was_written_has_its_own_hash(loaded: LoadedManifest, place: CardPlace) -> None:
    for path in (place.readme, board(loaded, place)):
        assert read_seal(path.read_text(encoding="utf-8"))[1] == "intact"
    assert list(edits(loaded, place)) == []
    assert check(loaded).findings == ()


@pytest.mark.parametrize("name", ["README.md", ".eval_results/model.yaml"])
def test_an_edit_stops_before_anything_is_written(loaded: LoadedManifest, place: CardPlace, name: str) -> None:
    text = edit(place.folder / name)
    evidence = place.evidence.read_bytes()
    with pytest.raises(FindingsError, match="edited by hand") as refused:
        render(loaded)
    assert "--overwrite" in refused.value.remedy
    assert (place.folder / name).read_text(encoding="utf-8") == text
    assert place.evidence.read_bytes() == evidence


def test_an_edit_stops_a_build_before_anything_runs(loaded: LoadedManifest, place: CardPlace) -> None:
    text = edit(place.readme)
    with pytest.raises(FindingsError, match="edited by hand"):
        build(loaded, Settings(environment="managed"))
    assert place.readme.read_text(encoding="utf-8") == text
    assert not (loaded.root / ".cardgen").exists()


def test_whoever_means_it_overwrites(loaded: LoadedManifest, place: CardPlace) -> None:
    right = place.readme.read_bytes()
    edit(place.readme)
    render(loaded, overwrite=True)
    assert place.readme.read_bytes() == right
    assert sorted(path.name for path in place.folder.iterdir()) == [
        ".eval_results",
        "README.md",
        "assets",
        "evidence.json",
    ]


def test_a_changed_manifest_is_no_edit(loaded: LoadedManifest, place: CardPlace, tmp_path: Path) -> None:
    changed = retitled(loaded, tmp_path)
    assert list(edits(changed, place)) == []
    (finding, *_) = check(changed).findings
    assert "by hand" not in finding.message
    assert "--overwrite" not in finding.remedy
    render(changed)
    assert "Another title" in place.readme.read_text(encoding="utf-8")
    assert check(changed).findings == ()


def test_line_ends_of_version_control_are_no_edit(loaded: LoadedManifest, place: CardPlace) -> None:
    place.readme.write_bytes(place.readme.read_bytes().replace(b"\n", b"\r\n"))
    assert list(edits(loaded, place)) == []


def test_a_card_whose_lines_end_otherwise_is_written_anew_and_told(loaded: LoadedManifest, place: CardPlace) -> None:
    written = place.readme.read_bytes()
    logged: list[str] = []
    render(loaded, log=logged.append)
    assert logged == []
    place.readme.write_bytes(written.replace(b"\n", b"\r\n"))
    render(loaded, log=logged.append)
    assert place.readme.read_bytes() == written
    assert len(logged) == 1
    assert "had CRLF line ends: it is written with LF" in logged[0]


def test_check_tells_an_edit_from_a_stale_card(loaded: LoadedManifest, place: CardPlace) -> None:
    edit(place.readme)
    (finding,) = check(loaded).findings
    assert finding.message.endswith("is not what its manifest and evidence say and was edited by hand")
    assert "--overwrite" in finding.remedy


def test_a_card_that_is_not_cardgens_stays(loaded: LoadedManifest) -> None:
    own = card_place(loaded)
    own.folder.mkdir(parents=True)
    own.readme.write_text("# Mine\n", encoding="utf-8")
    with pytest.raises(FindingsError, match="edited by hand"):
        build(loaded)
    assert own.readme.read_text(encoding="utf-8") == "# Mine\n"


def keep_hashes_in_the_evidence(place: CardPlace) -> None:
    """A card as versions wrote it that kept the hashes of all files there, in format 3."""
    as_format_3(place, {path: text_sha256(text) for path, text in without_hashes(place)})


def forget_hashes(place: CardPlace) -> None:
    """A card as versions wrote it that kept no hashes."""
    for _file in without_hashes(place):
        pass
    as_format_3(place, {})


def without_hashes(place: CardPlace) -> Iterator[tuple[str, str]]:
    for path in (place.readme, *place.folder.glob(".eval_results/*")):
        text, _seal = read_seal(path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
        yield path.relative_to(place.folder).as_posix(), text


def as_format_3(place: CardPlace, written: dict[str, str]) -> None:
    content = place.read_evidence().model_dump(mode="json")
    for record in content["records"]:
        del record["step"]
    content |= {"format": 3, "written": written}
    place.evidence.write_text(json.dumps({**content, "sha256": fingerprint(content)}, indent=2), encoding="utf-8")


def test_hashes_in_the_evidence_still_tell_an_edit(loaded: LoadedManifest, place: CardPlace, tmp_path: Path) -> None:
    keep_hashes_in_the_evidence(place)
    assert check(loaded).findings == ()
    assert list(edits(retitled(loaded, tmp_path), place)) == []
    edit(place.readme)
    with pytest.raises(FindingsError, match="edited by hand"):
        render(loaded)


def test_evidence_of_format_3_is_written_anew_in_format_4(loaded: LoadedManifest, place: CardPlace) -> None:
    written = [place.evidence.read_bytes(), place.readme.read_bytes()]
    keep_hashes_in_the_evidence(place)
    render(loaded)
    assert [place.evidence.read_bytes(), place.readme.read_bytes()] == written


def test_a_moved_or_doubled_hash_is_an_edit(loaded: LoadedManifest, place: CardPlace) -> None:
    text = place.readme.read_text(encoding="utf-8")
    last = text.splitlines()[-1]
    for edited in (f"{last}\n{text}", f"{text}{last}\n", text.replace(last, last.upper()), f"{text}\n"):
        place.readme.write_text(edited, encoding="utf-8")
        assert [edit.path for edit in edits(loaded, place)] == [place.readme]


def test_a_card_of_an_earlier_version_that_is_as_it_was_is_replaced_in_silence(
    loaded: LoadedManifest, place: CardPlace
) -> None:
    forget_hashes(place)
    said: list[str] = []
    render(loaded, log=said.append)
    assert said == []
    assert read_seal(place.readme.read_text(encoding="utf-8"))[1] == "intact"


def test_a_card_of_an_earlier_version_that_may_be_edited_is_kept_beside(
    loaded: LoadedManifest, place: CardPlace
) -> None:
    forget_hashes(place)
    text = edit(place.readme)
    said: list[str] = []
    render(loaded, log=said.append)
    assert (place.folder / "README.before.md").read_text(encoding="utf-8") == text
    (line,) = said
    assert "kept as README.before.md" in line
    assert list(edits(loaded, place)) == []


def test_beside_evidence_that_cannot_be_read_nobody_knows(loaded: LoadedManifest, place: CardPlace) -> None:
    sound = place.evidence.read_bytes()
    place.evidence.write_text("<<<<<<< ours\n", encoding="utf-8")
    assert list(edits(loaded, place)) == []
    place.evidence.write_bytes(sound)
    forget_hashes(place)
    place.evidence.write_text("<<<<<<< ours\n", encoding="utf-8")
    assert {found.by for found in edits(loaded, place)} == {"unknown"}
    with pytest.raises(EvidenceError):
        render(loaded)
