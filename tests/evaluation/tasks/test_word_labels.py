from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.evaluation.tasks.word_labels import IGNORED, align, expected_labels


@pytest.mark.parametrize(
    ("word_ids", "labels", "aligned"),
    [
        ([None, 0, 1, 1, 2, None], [5, 6, 7], [-100, 5, 6, -100, 7, -100]),
        ([None, 0, 0, 2, None], [5, 6, 7], [-100, 5, -100, 7, -100]),  # word 1 has no token
        ([0, 1], [5, 6, 7], [5, 6]),  # cut
        ([None, None, 0], [IGNORED], [-100, -100, -100]),
        ([], [1], []),
    ],
)
def test_the_first_token_of_a_word_has_its_label(
    word_ids: list[int | None], labels: list[int], aligned: list[int]
) -> None:
    assert align(word_ids, labels) == aligned


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1))
def test_each_word_with_a_token_counts_once(words: list[tuple[int, int]]) -> None:
    word_ids = [None, *(word for word, (tokens, _) in enumerate(words) for _ in range(tokens)), None]
    labels = [label for _, label in words]
    counted = [label for label in align(word_ids, labels) if label != IGNORED]
    assert counted == [label for tokens, label in words if tokens]


def test_words_without_a_label_do_not_count() -> None:
    ids = {"per": 1, "o": 0}
    assert expected_labels([("per", None), ("o",)], ids, [[0, 1], [None, 0]]) == [[1, IGNORED], [IGNORED, 0]]


def test_a_word_is_given_what_its_first_token_says() -> None:
    from cardgen.evaluation.tasks.token_classification import of_words

    logits = np.array([[9, 0, 0], [0, 9, 0], [9, 0, 0], [0, 0, 9], [9, 0, 0]], np.float32)
    assert of_words(logits, [IGNORED, 0, IGNORED, 1, IGNORED]).tolist() == [[0, 9, 0], [0, 0, 9]]
