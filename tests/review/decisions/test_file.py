from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cardgen.errors import DecisionsError, StepError
from cardgen.review.decisions.decision import FILES, Decision
from cardgen.review.decisions.file import read_decisions, write_decisions
from cardgen.review.sides.files import Disk

SHA256 = dict.fromkeys(FILES, "ab" * 32)
ONE = Decision(
    fingerprint="0a1b2c3d4e5f",
    verdict="accepted",
    rule="score-worse",
    place="variants.onnx.accuracy",
    change="onnx accuracy is worse: 0.9121 → 0.9108",
    reason="within noise: see the run",
    by="A Person <person@example.org>",
)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1)


def read(path: Path) -> dict[str, Decision]:
    return dict(read_decisions(Disk(), path).by_fingerprint)


def faults(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "one.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DecisionsError) as caught:
        read(path)
    assert caught.value.exit_code == 3
    return [str(problem).removeprefix(f"{path}:") for problem in caught.value.problems]


def entry(**changes: object) -> str:
    data = {
        "fingerprint": "0a1b2c3d4e5f",
        "decision": "accepted",
        "rule": "score-worse",
        "place": "variants.onnx.accuracy",
        "change": "worse",
        "reason": "noise",
        "by": "A <a@b>",
        **changes,
    }
    return yaml.safe_dump([{key: value for key, value in data.items() if value is not ...}], sort_keys=False)


def test_a_file_reads_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "reviews/one.yaml"
    other = Decision("00000000000a", "rejected", "license-changed", "metadata.license", "c", "r", "b")
    write_decisions(path, [ONE, other])
    assert path.read_text(encoding="utf-8").splitlines() == [
        "# Decisions on changes of this card, written by `cardgen review`; each stands while its change is the same.",
        "",
        "- fingerprint: 00000000000a",
        "  decision: rejected",
        "  rule: license-changed",
        "  place: metadata.license",
        "  change: c",
        "  reason: r",
        "  by: b",
        "",
        "- fingerprint: 0a1b2c3d4e5f",
        "  decision: accepted",
        "  rule: score-worse",
        "  place: variants.onnx.accuracy",
        "  change: 'onnx accuracy is worse: 0.9121 → 0.9108'",
        "  reason: 'within noise: see the run'",
        "  by: A Person <person@example.org>",
    ]


@given(
    st.lists(
        st.builds(
            Decision,
            fingerprint=st.text("0123456789abcdef", min_size=12, max_size=12),
            verdict=st.sampled_from(["accepted", "rejected"]),
            rule=TEXT,
            place=TEXT,
            change=TEXT,
            reason=TEXT,
            by=TEXT,
            reviewed=st.sampled_from([None, SHA256]),
        ),
        unique_by=lambda decision: decision.fingerprint,
    )
)
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, made: list[Decision]) -> None:
    path = tmp_path_factory.mktemp("decisions") / "one.yaml"
    write_decisions(path, made)
    assert read(path) == {decision.fingerprint: decision for decision in made}


def test_fingerprints_that_look_like_numbers_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    for fingerprint in ("123456789012", "1234567890e5", "000000000000", "0b0101010101"):
        decision = Decision(fingerprint, "accepted", *"abcde")
        write_decisions(path, [decision])
        assert read(path) == {fingerprint: decision}


@pytest.mark.parametrize("text", ["", "# nothing\n", "[]\n"])
def test_nothing_decided_is_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "one.yaml"
    assert read(path) == {}
    path.write_text(text)
    assert read(path) == {}


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "reviews").write_text("")
    with pytest.raises(StepError, match="cannot be written"):
        write_decisions(tmp_path / "reviews/one.yaml", [ONE])


@pytest.mark.parametrize("marker", ["<<<<<<< HEAD", "=======", ">>>>>>> change", "||||||| 1234567"])
def test_a_line_of_a_merge_is_told_with_what_to_do(tmp_path: Path, marker: str) -> None:
    (found,) = faults(tmp_path, f"# x\n{entry()}{marker}\n{entry()}")
    assert found.startswith("9:1: is a line that git left there")
    assert "keep the entries of both sides" in found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: b\n", "1:1: must be a list of decisions"),
        ("- a\n", "1:3: [0]: must be a mapping"),
        ("- [\n", "not valid YAML"),
        (entry(fingerprint="0a1b2c"), "[0].fingerprint: `0a1b2c` is no fingerprint of a change"),
        (entry(fingerprint="0A1B2C3D4E5F"), "[0].fingerprint: `0A1B2C3D4E5F` is no fingerprint of a change"),
        (entry(fingerprint=...), "[0].fingerprint: is missing"),
        ("- {fingerprint: 123456789012}\n", '[0].fingerprint: must be text\n    write "123456789012" in quotes'),
        (entry(decision="acepted"), "[0].decision: `acepted` is not known\n    did you mean `accepted`?"),
        (entry(reason=""), "[0].reason: must be text"),
        (entry(by=...), "[0].by: is missing"),
        (entry(resaon="x"), "[0].resaon: is not a key that cardgen knows\n    did you mean `reason`?"),
        (entry(reviewed="x"), "[0].reviewed: must be a mapping"),
        (entry(reviewed={"evidnce": "ab" * 32}), "[0].reviewed.evidnce: is not known here"),
        (entry(reviewed={"evidence": "ab"}), "[0].reviewed.evidence: is no SHA-256"),
        (entry() + entry(), "8:16: [1].fingerprint: `0a1b2c3d4e5f` is decided twice; first on line 1"),
        (entry() + entry(decision="rejected"), "8:16: [1].fingerprint: `0a1b2c3d4e5f` is decided both ways; first on"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, text: str, told: str) -> None:
    assert any(told in found for found in faults(tmp_path, text))


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    assert len(faults(tmp_path, entry(fingerprint="x", decision="y") + entry(by=...))) == 3


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    path.write_bytes(b"\xff")
    with pytest.raises(DecisionsError, match="is not UTF-8"):
        read(path)
