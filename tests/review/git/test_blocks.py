"""The merge of evidence by itself: what each section makes of two sides."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen.records.canonical import fingerprint
from cardgen.records.evidence import Evidence, InheritedCard
from cardgen.records.evidence_file import dump_evidence, load_evidence, parse_evidence
from cardgen.records.imported import imported_record
from cardgen.records.inputs import Source
from cardgen.records.results_file import Figure, ResultsFile
from cardgen.review.git.evidence import merge_evidence
from cardgen.review.git.merge import Merged, merge_blocks
from tests.factory import make_evidence, make_manifest

ONNX = {"backend": "onnxruntime", "approach": "dynamic"}
OPTIONS: list[dict[str, Any]] = [{}, {"per_channel": True}, {"operators": ["MatMul"]}]
SOURCE = Source(origin="local", sha256="ab" * 32)


def blocks(evidence: Evidence) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(dump_evidence(evidence))
    return loaded


def merged(base: Evidence, ours: Evidence, theirs: Evidence) -> Merged:
    return merge_blocks(blocks(base), blocks(ours), blocks(theirs))


def read(found: Merged) -> Evidence:
    parsed = parse_evidence(found.text.encode(), "merged")
    assert parsed.sound
    return parsed.evidence


def of(**variants: dict[str, Any]) -> Evidence:
    """Evidence of ONNX variants by their options."""
    asked = {name: {**ONNX, "options": options} for name, options in variants.items()}
    return make_evidence(make_manifest(variants=asked))


some = st.dictionaries(st.sampled_from("abc"), st.sampled_from(OPTIONS), min_size=1)


@given(some, some)
@settings(max_examples=20)
def test_where_one_side_is_as_it_was_the_other_is_the_merge(old: dict[str, Any], new: dict[str, Any]) -> None:
    base, changed = of(**old), of(**new)
    for found in (merged(base, changed, base), merged(base, base, changed), merged(base, changed, changed)):
        assert found.conflicts == ()
        whole, wanted = read(found), load(changed)
        assert {**vars(whole), "measured": ()} == {**vars(wanted), "measured": ()}
        assert set(whole.measured) == set(wanted.measured)


def load(evidence: Evidence) -> Evidence:
    return parse_evidence(dump_evidence(evidence).encode(), "").evidence


@given(some, some, some)
@settings(max_examples=20)
def test_nothing_that_one_side_measured_is_lost(old: dict[str, Any], one: dict[str, Any], two: dict[str, Any]) -> None:
    base, ours, theirs = of(**old), of(**one), of(**two)
    found = merged(base, ours, theirs)
    before = {record.fingerprint for record in base.records}
    kept = {record.fingerprint for side in (ours, theirs) for record in side.records} - before
    assert all(record in found.text for record in kept)
    assert ("<<<<<<<" in found.text) == bool(found.conflicts)


def reporting(*values: tuple[str, float]) -> Evidence:
    entries = [
        {"variant": "onnx", "metric": metric, "value": value, "source": {"name": "A card"}} for metric, value in values
    ]
    return make_evidence(make_manifest(reported=entries))


def importing(**values: float) -> Evidence:
    """Evidence of a results file for each variant, by the value of its figure."""
    records = []
    for name, value in values.items():
        figures = (Figure(metric="acc", value=value),)
        results = ResultsFile(
            tool="lm-eval", tool_version=None, model=None, revision=None, sha256="0" * 64, figures=figures
        )
        records.append(imported_record(None if name == "base" else name, f"{name}.json", None, results))
    return make_evidence(make_manifest()).model_copy(update={"imported": tuple(records)})


def test_what_results_files_say_merges_file_by_file() -> None:
    base = importing(base=0.8, onnx=0.7)
    found = merged(base, importing(base=0.8, onnx=0.71), importing(base=0.81, onnx=0.7, pytorch=0.6))
    assert read(found).imported == importing(base=0.81, onnx=0.71, pytorch=0.6).imported
    assert read(merged(base, importing(onnx=0.7), base)).imported == importing(onnx=0.7).imported
    assert read(merged(importing(), base, importing())).imported == base.imported
    assert "imported" not in blocks(read(merged(base, importing(), base)))
    found = merged(base, importing(base=0.8, onnx=0.71), importing(base=0.8, onnx=0.72))
    assert list(found.about) == ["imported"]
    assert found.text.count("<<<<<<< ours") == 1


def test_reported_entries_merge_one_by_one() -> None:
    base = reporting(("accuracy", 0.91), ("f1", 0.8))
    found = merged(
        base, reporting(("accuracy", 0.92), ("f1", 0.8)), reporting(("accuracy", 0.91), ("mcc", 0.5), ("f1", 0.8))
    )
    entries = [(record.entry.metric, str(record.entry.value)) for record in read(found).reported]
    assert entries == [("accuracy", "0.92"), ("mcc", "0.5"), ("f1", "0.8")]
    found = merged(base, reporting(("accuracy", 0.92), ("f1", 0.8)), reporting(("accuracy", 0.93), ("f1", 0.8)))
    assert list(found.about) == ["reported"]
    assert found.text.count("<<<<<<< ours") == 1


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "kept"),
    [
        ("0.1.0", "0.2.0", "0.1.0", "0.2.0"),
        ("0.1.0", "0.9.0", "0.10.0", "0.10.0"),
        ("0.3.0", "0.2.0", "0.3.0", "0.2.0"),
        ("0.1.0", "of my own", "0.2.0", "of my own"),
    ],
)
def test_the_version_is_the_changed_or_the_newer_one(base: str, ours: str, theirs: str, kept: str) -> None:
    sides = [of(a={}).model_copy(update={"cardgen": version}) for version in (base, ours, theirs)]
    assert read(merged(*sides)).cardgen == kept


def test_a_card_that_both_took_over_is_in_conflict() -> None:
    base, ours, theirs = (
        of(a={}).model_copy(update={"inherited": InheritedCard(source=SOURCE, text=text)}) for text in "xyz"
    )
    assert read(merged(base, ours, base)).inherited == ours.inherited
    found = merged(base, ours, theirs)
    assert [conflict.key for conflict in found.conflicts] == ["inherited"]
    before, _, after = found.text.partition("<<<<<<< ours\n")
    first, _, after = after.partition("=======\n")
    second, _, after = after.partition(">>>>>>> theirs\n")
    for side, wanted in ((first, ours), (second, theirs)):
        parsed = parse_evidence((before + side + after).encode(), "")
        assert parsed.sound
        assert parsed.evidence == load(wanted)


def test_a_side_of_format_3_merges_with_one_of_format_4(tmp_path: Path) -> None:
    base, ours = make_evidence(make_manifest()), make_evidence(make_manifest(), {"pytorch": 0.9388})
    theirs = make_evidence(make_manifest(), {"onnx": 0.9377})
    for name, evidence in (("base", base), ("ours", ours)):
        content = evidence.model_dump(mode="json") | {"format": 3}
        for record in content["records"]:
            del record["step"]
        (tmp_path / name).write_text(json.dumps({**content, "sha256": fingerprint(content)}), encoding="utf-8")
    (tmp_path / "theirs").write_text(dump_evidence(theirs), encoding="utf-8")
    assert merge_evidence(tmp_path / "base", tmp_path / "ours", tmp_path / "theirs", "evidence.json").clean
    both = make_evidence(make_manifest(), {"pytorch": 0.9388, "onnx": 0.9377})
    assert load_evidence(tmp_path / "ours") == load(both)
