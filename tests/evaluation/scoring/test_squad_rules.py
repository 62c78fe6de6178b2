from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.evaluation.scoring.squad_rules import Verdict, judge, judge_v2, normalize

WORDS = st.lists(st.sampled_from(["the", "cat", "Cat.", "a", "mat", "Ünder", "…", "1,2"]), max_size=5).map(" ".join)


@pytest.mark.parametrize(
    ("answer", "counts"),
    [
        ("The  Eiffel Tower.", "eiffel tower"),
        ("a.", ""),
        ("An apple a day", "apple day"),
        ("theatre-goers", "theatregoers"),
        ("1,5 %", "15"),
        ("„Große“ Ähren…", "„große“ ähren…"),  # only ASCII punctuation goes
    ],
)
def test_what_counts_of_an_answer(answer: str, counts: str) -> None:
    assert normalize(answer) == counts


def test_the_best_of_the_expected_answers_counts() -> None:
    assert judge(["in Paris", "Paris, France"], "Paris") == Verdict(0.0, 2 / 3)
    assert judge(["Lyon", "the paris"], "Paris") == Verdict(1.0, 1.0)


def test_repeated_words_count_as_often_as_both_have_them() -> None:
    assert judge(["very very big"], "very very very small").f1 == pytest.approx(2 * 2 / 7)


def test_no_answer_is_right_only_where_there_is_none() -> None:
    assert judge_v2([], "") == Verdict(1.0, 1.0)
    assert judge_v2(["the"], "") == Verdict(1.0, 1.0)
    assert judge_v2([], "Paris") == Verdict(0.0, 0.0)
    assert judge_v2(["Paris"], "") == Verdict(0.0, 0.0)
    assert judge(["the"], "a") == Verdict(1.0, 0.0)  # as the script of version 1.1 has it


@given(st.lists(WORDS, min_size=1, max_size=3), WORDS)
def test_versions_agree_where_something_is_expected_and_given(expected: list[str], found: str) -> None:
    if all(map(normalize, [*expected, found])):
        verdict = judge(expected, found)
        assert verdict == judge_v2(expected, found)
        assert 0 <= verdict.f1 <= 1
        assert verdict.f1 == 1 or not verdict.exact
