from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cardgen.card.assemble import card_place
from cardgen.errors import EvidenceError
from cardgen.manifest.model import LoadedManifest, Manifest
from cardgen.records.content import content_sha256
from cardgen.records.evidence import Evidence
from cardgen.review.check.card import check
from tests.factory import commit_card, load, make_evidence, make_manifest, manifest_data


def commit(loaded: LoadedManifest, evidence: Evidence) -> Path:
    return commit_card(loaded, evidence).readme


@pytest.fixture
def loaded(tmp_path: Path) -> LoadedManifest:
    return load(make_manifest(), tmp_path)


def messages(loaded: LoadedManifest) -> list[str]:
    return [finding.message for finding in check(loaded).findings]


def test_a_fresh_card_has_no_findings(loaded: LoadedManifest) -> None:
    commit(loaded, make_evidence(loaded.manifest))
    report = check(loaded)
    assert report.findings == ()
    assert report.unverified == ()


def test_an_edited_card_is_shown_as_a_diff(loaded: LoadedManifest) -> None:
    readme = commit(loaded, make_evidence(loaded.manifest))
    readme.write_text(readme.read_text().replace("**0.9401**", "**0.9999**"), encoding="utf-8")
    (finding,) = check(loaded).findings
    assert "is not what" in finding.message
    assert "-| `pytorch` | Accuracy | **0.9999**" in finding.detail
    assert "+| `pytorch` | Accuracy | **0.9401**" in finding.detail


def test_a_missing_newline_at_the_end_is_a_difference(loaded: LoadedManifest) -> None:
    readme = commit(loaded, make_evidence(loaded.manifest))
    readme.write_text(readme.read_text().rstrip("\n"), encoding="utf-8")
    (finding,) = check(loaded).findings
    assert "\\ No newline at end of file" in finding.detail


def test_other_line_ends_are_told_in_words(loaded: LoadedManifest) -> None:
    readme = commit(loaded, make_evidence(loaded.manifest))
    readme.write_bytes(readme.read_bytes().replace(b"\n", b"\r\n"))
    (finding,) = check(loaded).findings
    assert finding.message.endswith("README.md has CRLF line ends, and cardgen writes LF; nothing else differs")
    assert ".gitattributes" in finding.remedy
    assert finding.detail == ""


def test_beside_an_edit_line_ends_are_no_difference(loaded: LoadedManifest) -> None:
    readme = commit(loaded, make_evidence(loaded.manifest))
    edited = readme.read_bytes().replace(b"**0.9401**", b"**0.9999**", 1)
    readme.write_bytes(edited.replace(b"\n", b"\r\n"))
    (finding,) = check(loaded).findings
    changed = [line for line in finding.detail.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert len(changed) == 2


def test_a_manifest_without_a_card_is_not_built_yet(loaded: LoadedManifest) -> None:
    report = check(loaded)
    assert (report.findings, report.built) == ((), False)


def test_a_card_without_evidence(loaded: LoadedManifest) -> None:
    commit(loaded, make_evidence(loaded.manifest))
    card_place(loaded).evidence.unlink()
    assert "evidence.json does not exist" in messages(loaded)[0]


def test_a_figure_that_was_typed_into_the_evidence_is_noticed(loaded: LoadedManifest) -> None:
    commit(loaded, make_evidence(loaded.manifest))
    path = card_place(loaded).evidence
    path.write_text(path.read_text().replace("0.9401", "0.9999"), encoding="utf-8")
    with pytest.raises(EvidenceError, match="was edited"):
        check(loaded)


def test_a_deleted_card(loaded: LoadedManifest) -> None:
    commit(loaded, make_evidence(loaded.manifest)).unlink()
    assert "does not exist" in messages(loaded)[0]


def test_unreadable_evidence_is_an_error(loaded: LoadedManifest) -> None:
    commit(loaded, make_evidence(loaded.manifest))
    card_place(loaded).evidence.write_text("{")
    with pytest.raises(EvidenceError, match="is not JSON"):
        check(loaded)


def variant(**changes: Any) -> dict[str, Any]:
    data = manifest_data()["variants"]
    data["pytorch"].update(changes)
    return {"variants": data}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"title": "A new title"}, "is not what its manifest and evidence say"),
        (variant(fallback=None), "quantize pytorch, snippet pytorch, predict pytorch, evaluate pytorch"),
        ({"variants": {"pytorch": manifest_data()["variants"]["pytorch"]}}, "7 records that the manifest does not ask"),
        (
            {"variants": {**manifest_data()["variants"], "more": manifest_data()["variants"]["pytorch"]}},
            "variants.more.calibration: owner/data was not looked up",
        ),
    ],
)
def test_a_changed_manifest(tmp_path: Path, changes: dict[str, Any], says: str) -> None:
    commit(load(make_manifest(), tmp_path), make_evidence(make_manifest()))
    changed = load(Manifest.model_validate(manifest_data(**changes)), tmp_path)
    assert says in messages(changed)[0]


def test_local_inputs_are_compared_where_they_are(tmp_path: Path) -> None:
    loaded = load(make_manifest(base_model={"path": "../model"}), tmp_path)
    (tmp_path / "manifests").mkdir()
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}")
    evidence = make_evidence(loaded.manifest)
    base = evidence.resolutions["base_model"]
    source = base.source.model_copy(update={"sha256": content_sha256(tmp_path / "model")})
    resolutions = {**evidence.resolutions, "base_model": base.model_copy(update={"source": source})}
    rebuilt = _with_resolutions(loaded.manifest, evidence, resolutions)
    commit(loaded, rebuilt)
    assert check(loaded).findings == ()
    (tmp_path / "model" / "README.md").write_text("A model's own card may be edited.")
    assert check(loaded).findings == ()
    (tmp_path / "model" / "config.json").write_text('{"changed": true}')
    assert messages(loaded) == ["../model has changed since it was measured"]


def test_local_inputs_that_are_absent_are_not_verified(tmp_path: Path) -> None:
    loaded = load(make_manifest(base_model={"path": "../model"}), tmp_path)
    commit(loaded, make_evidence(loaded.manifest))
    report = check(loaded)
    assert report.findings == ()
    assert report.unverified == ("../model",)


def _with_resolutions(manifest: Manifest, evidence: Evidence, resolutions: dict[str, Any]) -> Evidence:
    """The same outcomes under the fingerprints that ``resolutions`` give."""
    from cardgen.plan.steps import plan_steps

    steps = plan_steps(manifest, manifest.variants, resolutions, evidence.environments).steps
    records = tuple(
        record.model_copy(update={"fingerprint": step.fingerprint, "request": step.request, "needs": dict(step.needs)})
        for record, step in zip(evidence.records, steps, strict=True)
    )
    return evidence.model_copy(update={"resolutions": resolutions, "records": records})
