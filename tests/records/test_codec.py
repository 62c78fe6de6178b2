from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.errors import EvidenceError
from cardgen.records.canonical import canonical_json, fingerprint
from cardgen.records.codec import dump_sealed, load_record
from cardgen.records.evidence_file import dump_evidence, in_file_order, load_evidence
from tests.factory import make_evidence, make_manifest

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


def test_evidence_reads_back_equal(tmp_path: Path) -> None:
    evidence = make_evidence(make_manifest())
    path = tmp_path / "evidence.json"
    path.write_text(dump_evidence(evidence), encoding="utf-8")
    assert load_evidence(path) == evidence.model_copy(update={"records": in_file_order(evidence.records)})


def test_records_read_back_equal() -> None:
    for record in make_evidence(make_manifest()).records:
        assert load_record(dump_sealed(record)) == record


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "is not JSON"),
        ("[]", "is no evidence"),
        ("null", "is no evidence"),
        ("{}", "is no evidence"),
        ('{"format": null}', "has format null"),
        ('{"format": 4}', "cardgen: is missing"),
        ('{"format": 4, "cardgn": "1.0"}', "cardgn: does not belong here"),
        ('{"format": 4, "records": 5}', "records: is not what cardgen writes here"),
        ('{"format": 3, "cardgn": "1.0"}', "cardgn: does not belong here"),
        ('{"format": 4, "cardgen": "1", "cardgen": "2"}', 'holds "cardgen" twice'),
        ('{"format": 5}', "has format 5; this version of cardgen reads formats 3 and 4"),
        ('{"format": 1}', "has format 1"),
        ('{"format": 2, "cardgn": "1.0"}', "cardgen"),
        ("[" * 1000 + "]" * 1000, "is nested too deeply"),
        ('{"format": 4, "records": ' + "[" * 900 + "]" * 900 + "}", "records"),
        ('{"format": 4, "records": ' + "[" * 100_000, "is nested too deeply"),
        ('{"format": 4, "cardgen": "\\ud800"}', "half of a surrogate pair"),
        ('{"format": 4, "\\udfff": 1}', "half of a surrogate pair"),
        ('{"format": "\\ud800"}', "half of a surrogate pair"),
        ('{"format": 4, "cardgen": NaN}', "holds NaN"),
        ('{"format": -Infinity}', "holds -Infinity"),
        ('{"format": ' + "9" * 5000 + "}", "Exceeds the limit"),
        (b'{"format": 4, "cardgen": "\xff"}', "is not UTF-8"),
    ],
)
def test_bad_evidence_says_what_is_wrong(tmp_path: Path, content: str | bytes, says: str) -> None:
    path = tmp_path / "evidence.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(EvidenceError, match=says) as caught:
        load_evidence(path)
    assert caught.value.exit_code == 3
    assert str(path) in str(caught.value)


def test_missing_evidence_says_so(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="cannot be read"):
        load_evidence(tmp_path / "evidence.json")


@given(st.dictionaries(st.text(), JSON))
def test_canonical_json_is_json_and_ignores_key_order(value: dict[str, Any]) -> None:
    try:
        text = canonical_json(value)
    except UnicodeEncodeError:
        return  # a lone surrogate is no Unicode text, and no file that cardgen reads can hold one
    assert json.loads(text) == value
    assert fingerprint(dict(reversed(value.items()))) == fingerprint(value)


@given(st.dictionaries(st.text(st.characters(categories=["L"])), JSON, min_size=1))
def test_any_change_changes_the_fingerprint(value: dict[str, Any]) -> None:
    changed = {**value, next(iter(value)): ["something else", value[next(iter(value))]]}
    try:
        before = fingerprint(value)
    except UnicodeEncodeError:
        return
    assert fingerprint(changed) != before


def test_nan_has_no_fingerprint() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        fingerprint({"value": math.nan})


def test_fingerprints_stay_what_they_are() -> None:
    assert fingerprint({"b": [1, "é"], "a": None}) == (
        "f8f17faab95c024891d173fa43442b0e52007736a1f36715ac721ab22deeefc5"
    )
