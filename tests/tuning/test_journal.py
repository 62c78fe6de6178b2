from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.records.results.tune import Candidate, Ranking, Sensitivity
from cardgen.tuning.journal import Journal

RANKING = Ranking(
    modules=(Sensitivity(module="a", noise=0.5), Sensitivity(module="b", noise=None)), samples=4, seconds=1
)


def candidate(number: int) -> Candidate:
    return Candidate(fp32_modules=(f"layer.{number}",), score=0.5, samples=9, seconds=number, accepted=False)


def written(path: Path, count: int) -> list[Candidate]:
    journal = Journal(path)
    made = [candidate(number) for number in range(count)]
    for number, each in enumerate(made):
        journal.add(each)
        if number == 0:
            journal.add(RANKING)
    return made


def test_what_was_written_is_read(tmp_path: Path) -> None:
    made = written(tmp_path / "tuning" / "journal.jsonl", 3)
    found = Journal(tmp_path / "tuning" / "journal.jsonl")
    assert found.candidates == made
    assert found.ranking == RANKING


def test_a_journal_that_is_not_there_is_empty(tmp_path: Path) -> None:
    found = Journal(tmp_path / "journal.jsonl")
    assert (found.candidates, found.ranking) == ([], None)


@given(cut=st.integers(0, 600))
def test_a_line_that_was_cut_short_is_dropped_and_written_over(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = tmp_path_factory.mktemp("journal") / "journal.jsonl"
    made = written(path, 4)
    whole = path.read_bytes()
    path.write_bytes(whole[: max(0, len(whole) - cut)])
    found = Journal(path)
    assert found.candidates == made[: len(found.candidates)]
    kept = [*found.candidates]
    found.add(candidate(99))
    assert Journal(path).candidates == [*kept, candidate(99)]
    assert Journal(path).ranking == found.ranking


@pytest.mark.parametrize("damage", [b"{}\n", b"\xff\xfe\n", b'{"fp32_modules": 1}\n', b"\n", b"null\n"])
def test_nothing_after_a_damaged_line_is_trusted(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "journal.jsonl"
    made = written(path, 3)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], damage, *lines[2:]]))
    found = Journal(path)
    assert found.candidates == made[:1]
    assert found.ranking == RANKING


def test_nothing_from_a_line_on_with_a_bit_flipped_is_used(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    made = written(path, 2)
    whole = path.read_bytes()
    for bit in range(0, len(whole) * 8, 11):
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        found = Journal(path)
        sound = whole[: bit // 8].count(b"\n")  # lines: a candidate, the ranking, a candidate
        assert found.candidates == made[: 1 if sound else 0]
        assert found.ranking == (RANKING if sound == 2 else None)
