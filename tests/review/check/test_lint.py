"""What ``check`` says of a card's text, and of what a card takes over or has beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cardgen.card.assemble import card_place
from cardgen.manifest.model import LoadedManifest
from cardgen.records.evidence import InheritedCard
from cardgen.records.inputs import Source
from cardgen.review.check.card import check
from cardgen.review.check.report import CheckReport
from tests.factory import commit_card, load, make_evidence, make_manifest

EXPORT: dict[str, Any] = {
    "card": "onnx-export",
    "variants": {"onnx": {"backend": "onnxruntime", "approach": "none"}},
}
WORDS = "# Model\n\nA model that reads.\n"


def commit(loaded: LoadedManifest, text: str | None = None, *, named: bool = False) -> None:
    """Write a card, its evidence and what lies beside it; ``text`` is the base model's card."""
    evidence = make_evidence(loaded.manifest)
    if text is not None:
        own = Source(origin="local", sha256="ab" * 32)
        source = own if named else evidence.resolutions["base_model"].source
        evidence = evidence.model_copy(update={"inherited": InheritedCard(source=source, text=text)})
    commit_card(loaded, evidence)


def messages(report: CheckReport) -> list[str]:
    return [finding.message for finding in report.findings]


def test_an_error_in_what_was_taken_over_is_a_finding_with_its_line(tmp_path: Path) -> None:
    loaded = load(make_manifest(**EXPORT), tmp_path)
    commit(loaded, "# T\n\n| a | b |\n|---|---|\n| 1 | 2 | 3 |\n")
    (finding,) = check(loaded).findings
    lines = card_place(loaded).readme.read_text(encoding="utf-8").splitlines()
    number = int(finding.message.split(":")[1])
    assert lines[number - 1] == "| 1 | 2 | 3 |"
    assert finding.message.endswith("[table-ragged]")
    assert finding.remedy.endswith(", in a copy of the base model's card that `base_model.card` names")


def test_warnings_are_told_and_let_a_card_pass(tmp_path: Path) -> None:
    loaded = load(make_manifest(**EXPORT), tmp_path)
    commit(loaded, "# T\n\nFill in {{ name }} here.\n")
    report = check(loaded)
    assert report.findings == ()
    assert "template-tag" in {found.rule for found in report.lint if found.severity == "warning"}
    assert not any(found.severity == "note" for found in report.lint)


def local(tmp_path: Path, **base: str) -> LoadedManifest:
    """An export of a local model, whose folder is there, and holds nothing but a card."""
    loaded = load(make_manifest(base_model={"id": "owner/model", **base}, **EXPORT), tmp_path)
    loaded.folder.mkdir(exist_ok=True)
    return loaded


def test_a_named_card_that_changes(tmp_path: Path) -> None:
    loaded = local(tmp_path, card="base.md")
    file = loaded.folder / "base.md"
    file.write_bytes(WORDS.replace("\n", "\r\n").encode())
    commit(loaded, WORDS, named=True)
    assert check(loaded).findings == ()
    file.write_text(WORDS + "More.\n", encoding="utf-8")
    assert messages(check(loaded)) == ["base.md is not what was taken over"]
    file.unlink()
    report = check(loaded)
    assert report.findings == ()
    assert report.unverified == ("base.md",)


def test_a_card_that_is_named_later(tmp_path: Path) -> None:
    commit(local(tmp_path), None)
    assert messages(check(local(tmp_path, card="base.md"))) == ["base.md is not what was taken over"]


def test_a_card_that_is_no_longer_named(tmp_path: Path) -> None:
    commit(local(tmp_path, card="base.md"), WORDS, named=True)
    assert messages(check(local(tmp_path))) == [
        "the base model's card in the evidence is another one than the manifest takes over"
    ]


def test_a_card_that_is_no_longer_taken_over(tmp_path: Path) -> None:
    template = tmp_path / "manifests" / "own.jinja"
    template.parent.mkdir()
    template.write_text("{{ front_matter }}\n# {{ title }}\n", encoding="utf-8")
    commit(local(tmp_path), WORDS)
    found = messages(check(load(make_manifest(**{**EXPORT, "card": "own.jinja"}), tmp_path)))
    assert found == ["the evidence holds the base model's card, which the manifest does not take over"]


BOARD = ".eval_results/model.yaml"


@pytest.fixture
def listed(tmp_path: Path) -> LoadedManifest:
    """A card with results for a leaderboard."""
    evaluation = make_manifest().model_dump(mode="json", exclude_unset=True)["evaluation"]
    board = {"id": "owner/board", "task_id": "reading"}
    loaded = load(make_manifest(evaluation={**evaluation, "leaderboard": board}), tmp_path)
    commit(loaded)
    assert check(loaded).findings == ()
    return loaded


def test_leaderboard_results_that_were_edited(listed: LoadedManifest) -> None:
    path = card_place(listed).folder / BOARD
    path.write_text(path.read_text(encoding="utf-8").replace("0.9401", "0.9999", 1), encoding="utf-8")
    (finding,) = check(listed).findings
    assert f"{BOARD} is not what its manifest and evidence say" in finding.message
    assert "-  value: 0.9999" in finding.detail


def test_leaderboard_results_that_are_gone(listed: LoadedManifest) -> None:
    (card_place(listed).folder / BOARD).unlink()
    assert [message.endswith(f"{BOARD} does not exist") for message in messages(check(listed))] == [True]


def test_leaderboard_results_that_nobody_asks_for(listed: LoadedManifest) -> None:
    (card_place(listed).folder / ".eval_results" / "mine.yaml").write_text("- {}\n", encoding="utf-8")
    (finding,) = check(listed).findings
    assert "mine.yaml does not come from the evidence" in finding.message
    assert "evaluation.leaderboard" in finding.remedy
