from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.review.diff.prose import Edit, word_edits

TEXTS = st.lists(st.sampled_from(["one", "two", "three.", "\n\n", "\n", "four"]), max_size=30).map(" ".join)


def test_words_that_changed_stand_between_those_that_stayed() -> None:
    assert word_edits("Use it with care, always.", "Use it with\nno care, always.") == (
        Edit("kept", "Use it with"),
        Edit("added", "no"),
        Edit("kept", "care, always."),
    )


def test_a_paragraph_that_was_added_leaves_the_others() -> None:
    assert word_edits("First.\n\nLast.", "First.\n\nBetween.\n\nLast.") == (
        Edit("kept", "First."),
        Edit("added", "Between."),
        Edit("kept", "Last."),
    )


def test_a_word_of_a_long_text_is_told_alone() -> None:
    old = " ".join(f"word{number}" for number in range(50_000))
    edits = word_edits(old, old.replace("word7 ", "other "))
    assert [(edit.kind, edit.text) for edit in edits if edit.kind != "kept"] == [
        ("removed", "word7"),
        ("added", "other"),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x " + "a b " * 20_000, "y " + "b a " * 20_000 + "z"),
        ("x\n\n" + "a\n\nb\n\n" * 20_000, "y\n\n" + "b\n\na\n\n" * 20_000 + "z"),
        ("x" + "\n\nx a b" * 5_000, "y" + "\n\ny b a" * 5_000),
    ],
    ids=["words", "paragraphs", "words of paragraphs"],
)
def test_what_would_take_too_long_to_match_is_told_whole(old: str, new: str) -> None:
    edits = word_edits(old, new)
    assert {edit.kind for edit in edits} == {"removed", "added"}
    assert len(edits) == 2


@given(TEXTS, TEXTS)
def test_the_words_of_both_texts_are_in_the_edits(old: str, new: str) -> None:
    edits = word_edits(old, new)
    for text, kind in ((old, "removed"), (new, "added")):
        assert " ".join(edit.text for edit in edits if edit.kind in ("kept", kind)).split() == text.split()
    assert all(edit.text.strip() for edit in edits)
    assert all(one.kind != other.kind for one, other in pairwise(edits))
    if old.split() == new.split():
        assert {edit.kind for edit in edits} <= {"kept"} or old != new
