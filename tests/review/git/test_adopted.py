"""What was read in files of adopted models, merged and shown by git."""

from __future__ import annotations

import json
from typing import Any

from cardgen.records.evidence import Evidence
from cardgen.records.evidence_file import dump_evidence, parse_evidence
from cardgen.records.inspected import InspectedRecord
from cardgen.review.git.merge import Merged, merge_blocks
from cardgen.review.git.readable import readable
from tests.review.diff.test_adopted import RECORD


def record(name: str | None, **changes: object) -> InspectedRecord:
    return RECORD.model_copy(update={"variant": name, **changes})


def merged(base: tuple[InspectedRecord, ...], *sides: tuple[InspectedRecord, ...]) -> Merged:
    blocks: list[dict[str, Any]] = [
        json.loads(dump_evidence(Evidence(cardgen="1.0", inspected=records))) for records in (base, *sides)
    ]
    return merge_blocks(*blocks)


def read(found: Merged) -> tuple[InspectedRecord, ...]:
    parsed = parse_evidence(found.text.encode(), "merged")
    assert parsed.sound
    return parsed.evidence.inspected


def test_what_each_side_read_is_kept() -> None:
    base, other = record(None), record("q4", method="gptq")
    found = merged((base, record("q4")), (base, record("q4"), record("q8")), (base, other))
    assert not found.conflicts
    assert read(found) == (base, other, record("q8"))


def test_what_one_side_reads_no_more_is_gone() -> None:
    assert read(merged((record("q4"), record("q8")), (record("q8"),), (record("q4"), record("q8")))) == (record("q8"),)
    gone = merged((record("q4"),), (), (record("q4"),))
    assert read(gone) == ()
    assert "inspected" not in json.loads(gone.text)


def test_what_both_sides_read_otherwise_is_a_conflict() -> None:
    found = merged((record("q4"),), (record("q4", method="gptq"),), (record("q4", method="awq"),))
    assert found.about == {"inspected": ["inspect q4"]}


def test_evidence_without_adopted_models_is_written_as_before() -> None:
    assert "inspected" not in json.loads(dump_evidence(Evidence(cardgen="1.0")))


def test_a_reader_sees_schemes_and_files() -> None:
    text = readable(dump_evidence(Evidence(cardgen="1.0", inspected=(record("q4"),))).encode())
    assert "[inspect q4]" in text
    assert "method = compressed-tensors" in text
    assert "up, down" in text
    assert "file model.safetensors = 6000 B, aaaaaaaaaaaa" in text
