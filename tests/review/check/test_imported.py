"""Results files that are no longer what the evidence holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.manifest.load import load_manifest
from cardgen.records.evidence_file import dump_evidence, load_evidence
from cardgen.records.imported import imported_record
from cardgen.review.check.card import check
from tests.results.imported_project import BASE, W4, built, project
from tests.results.lm_eval_file import lm_eval_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = project(tmp_path, {"base.json": BASE, "w4.json": W4}, ["base.json"], ["w4.json"])
    built(path)
    return path


def messages(path: Path) -> list[str]:
    return [finding.message for finding in check(load_manifest(path)).findings]


def test_a_fresh_card_has_no_findings(path: Path) -> None:
    report = check(load_manifest(path))
    assert report.findings == ()
    assert report.unverified == ()
    assert [found.rule for found in report.lint] == []


def test_a_file_that_changed_is_stale_whatever_changed(path: Path) -> None:
    (path.parent / "w4.json").write_text(W4 + "\n", encoding="utf-8")
    assert messages(path) == ["variants.w4.results[0]: w4.json has changed since it was read"]
    (path.parent / "w4.json").write_text(W4[:100], encoding="utf-8")
    (message,) = messages(path)
    assert message.startswith("variants.w4.results[0]: w4.json has changed since it was read, and is cut")


def test_a_file_that_is_gone_is_stale(path: Path) -> None:
    (path.parent / "base.json").unlink()
    assert messages(path) == ["base_model.results[0]: base.json is gone, though the card was built from it"]


def test_a_file_that_may_not_be_published_is_not_missed(tmp_path: Path) -> None:
    text = lm_eval_file("owner/model-w4", {"colours": {"acc": 0.76}}, user="alice")
    path = project(tmp_path, {"w4.json": text}, [], ["w4.json"])
    built(path)
    (path.parent / "w4.json").unlink()
    report = check(load_manifest(path))
    assert report.findings == ()
    assert report.unverified == ("w4.json",)


def test_what_the_manifest_names_anew_or_no_more_is_told(path: Path) -> None:
    project(path.parents[1], {"new.json": lm_eval_file(None, {"sums": {"acc": 0.1}})}, [], ["w4.json", "new.json"])
    assert messages(path) == [
        "variants.w4.results[1]: new.json is not in the evidence",
        "the evidence holds what base.json says of base_model, and the manifest does not name it there",
    ]
    project(path.parents[1], {}, ["w4.json"], ["base.json"])
    assert messages(path)[:2] == [
        "base_model.results[0]: w4.json is not in the evidence",
        "variants.w4.results[0]: base.json is not in the evidence",
    ]


def test_another_order_is_told(path: Path) -> None:
    more = {"more.json": lm_eval_file(None, {"sums": {"acc": 0.1}})}
    built(project(path.parents[1], more, ["base.json"], ["w4.json", "more.json"]))
    project(path.parents[1], {}, ["base.json"], ["more.json", "w4.json"])
    assert messages(path) == ["the results files stand in another order than in the evidence"]


def test_a_manifest_that_means_another_model_now_is_told(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("id: org/model", "id: org/other"), encoding="utf-8")
    (message,) = messages(path)
    assert message.startswith("base_model.results[0]: base.json is of another model: it says `org/model`")


def test_figures_that_are_read_otherwise_now_are_told(path: Path) -> None:
    evidence_file = path.parents[1] / "cards" / "model" / "evidence.json"
    evidence = load_evidence(evidence_file)
    base, w4 = evidence.imported
    (figure,) = w4.results.figures
    results = w4.results.model_copy(update={"figures": (figure.model_copy(update={"metric": "accuracy"}),)})

    other = imported_record(w4.variant, w4.path, w4.copy_at, results)
    evidence_file.write_text(dump_evidence(evidence.model_copy(update={"imported": (base, other)})), encoding="utf-8")
    assert messages(path) == ["variants.w4.results[0]: w4.json is read otherwise by this version of cardgen"]


def test_a_copy_that_was_edited_or_is_gone_is_told(path: Path) -> None:
    copy = path.parents[1] / "cards" / "model" / "results" / "w4" / "w4.json"
    copy.write_text(W4.replace("0.76", "0.79"), encoding="utf-8")
    (message,) = messages(path)
    assert message.endswith("results/w4/w4.json is not the results file that was read")
    copy.unlink()
    (message,) = messages(path)
    assert message.endswith("results/w4/w4.json does not exist")
    built(path)
    assert messages(path) == []
