from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.annotations import SHOWN_OF_A_LEVEL
from cardgen.review.diff.change import Change, Comparison
from cardgen.review.diff.formats.github import as_github
from tests.review.diff.formats.comparisons import HOSTILE, change, comparisons, many, prose

GOLDEN = Path(__file__).parents[3] / "golden" / "cards" / "two-variants" / "manifest.yaml"
_COMMAND = re.compile(r"::(error|warning|notice) ((?:\w+=[^,:\r\n]*)(?:,\w+=[^,:\r\n]*)*)?::([^\r\n]*)")


def read(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Level, properties and message of each line, as the runner reads them."""
    found = []
    for line in text.removesuffix("\n").split("\n") if text else []:
        command = _COMMAND.fullmatch(line)
        assert command, line
        properties = dict(part.split("=", 1) for part in (command[2] or "").split(",") if part)
        found.append((command[1], {key: unquote(value) for key, value in properties.items()}, unquote(command[3])))
    return found


def test_each_change_is_told_beside_its_key() -> None:
    moved = Change("run-gone", "variants.onnx.size", "notable", {"variant": "onnx"})
    other = Change("prose-new", "title", "breaking", {"section": "a", "text": "b"})
    gone = Change("prose-new", "nowhere.at[0].all", "note", {"section": "a", "text": "b"})
    card = Comparison("two-variants", "main", "here", (moved, other, gone))
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()
    (error, warning, notice) = read(as_github([card], manifests={"two-variants": GOLDEN}))
    assert (error[0], error[1]["title"]) == ("error", "prose-new")
    assert lines[int(error[1]["line"]) - 1].startswith("title:")
    assert (warning[0], Path(warning[1]["file"]).absolute()) == ("warning", GOLDEN)
    assert lines[int(warning[1]["line"]) - 1].strip() == "onnx:"
    assert (notice[0], notice[1]["line"]) == ("notice", "1")
    assert moved.fingerprint in warning[2]


def test_files_are_named_from_the_root_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inner" / "manifests").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "inner")
    path = Path("manifests", "a.yaml")
    path.write_bytes(GOLDEN.read_bytes())
    card = Comparison("a", "main", "here", (Change("run-gone", "title", "note", {"variant": "a"}),))
    (found,) = read(as_github([card], manifests={"a": path}, root=tmp_path))
    assert found[1]["file"] == "inner/manifests/a.yaml"
    assert int(found[1]["line"]) > 1


def test_a_card_without_a_manifest_has_no_place(tmp_path: Path) -> None:
    card = Comparison("gone", "main", None, (change(1, "breaking"),), "no evidence")
    for manifests in ({}, {"gone": tmp_path / "gone.yaml"}):
        failed, changed = read(as_github([card], manifests=manifests))
        assert "line" not in {**failed[1], **changed[1]}
        assert ("file" in failed[1]) == bool(manifests)
        assert failed[2] == "gone could not be compared: no evidence"


def test_an_accepted_change_is_no_error() -> None:
    card = Comparison("a", "main", "here", (change(1, "breaking"),))
    assert [level for level, *_rest in read(as_github([card], lambda _name, _change: "accepted"))] == ["notice"]
    assert [level for level, *_rest in read(as_github([card], lambda _name, _change: "rejected"))] == ["error"]


def test_what_is_open_is_an_error_however_bad_it_is() -> None:
    card = Comparison("a", "main", "here", (change(1, "notable"), change(2, "notable")))
    found = read(as_github([card], is_open=lambda _name, each: each == card.changes[1]))
    assert [level for level, *_rest in found] == ["error", "warning"]
    assert "section-2" in found[0][2]


def test_ten_of_a_level_are_shown_and_the_last_counts_the_rest() -> None:
    found = read(as_github(many(1, 99)))
    levels = [level for level, *_rest in found]
    assert levels == [level for level in ("error", "warning", "notice") for _each in range(SHOWN_OF_A_LEVEL)]
    assert found[9][2] == "24 more changes of this kind; cardgen diff shows all of them"
    assert len(read(as_github(many(1, 30)))) == 30


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_card_says_ends_no_line_and_no_property(text: str) -> None:
    card = Comparison(text, "main", "here", (prose(text, "breaking", text),), text)
    path = Path(f"manifests/{text or 'a'}.yaml")
    failed, changed = read(as_github([card], manifests={text: path}))
    assert failed[1]["file"] == path.as_posix()
    assert changed[2].isprintable()


@given(st.lists(comparisons, max_size=4))
def test_any_comparisons_give_commands(cards: list[Comparison]) -> None:
    read(as_github(cards))
