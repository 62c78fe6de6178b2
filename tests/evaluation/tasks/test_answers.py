from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cardgen.evaluation.tasks.answers import LONGEST, N_BEST, Span, Window, best_span, choose, null_score

CONTEXT = "ab cd ef"
SPANS = (None, None, None, (0, 2), (3, 5), (6, 8), None)
WINDOW = Window(0, SPANS, 0)


def logits(**high: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    found = np.zeros(len(SPANS), np.float32)
    for place, value in high.items():
        found[int(place[1:])] = value
    return found


def test_the_likeliest_span_inside_the_context_is_taken() -> None:
    span = best_span(logits(t1=9, t4=3), logits(t6=9, t5=2), WINDOW)
    assert span == Span(5.0, 3, 8)
    assert choose(CONTEXT, [span], [9.0], may_be_none=False) == "cd ef"


def test_a_span_does_not_end_before_it_starts() -> None:
    assert best_span(logits(t5=5), logits(t3=4), WINDOW) == Span(5.0, 6, 8)


def test_without_the_context_there_is_no_span() -> None:
    assert best_span(logits(), logits(), Window(0, (None,) * 7, 0)) is None
    assert choose(CONTEXT, [None], [0.0], may_be_none=False) == ""


def test_no_answer_needs_every_window_to_say_so() -> None:
    spans = [Span(4.0, 0, 2), None, Span(3.0, 3, 5)]
    assert choose(CONTEXT, spans, [9.0, 9.0, 5.0], may_be_none=True) == ""
    assert choose(CONTEXT, spans, [9.0, 9.0, 4.0], may_be_none=True) == "ab"  # as likely is not likelier
    assert choose(CONTEXT, spans, [9.0, 9.0, 5.0], may_be_none=False) == "ab"
    assert null_score(logits(t0=2), logits(t0=1.5), WINDOW) == 3.5


NUMBERS = st.lists(st.integers(-999, 999), min_size=7, max_size=50, unique=True)


@given(NUMBERS, st.integers(0, 6))
def test_it_is_the_best_of_all_spans_that_are_tried(start: list[int], outside: int) -> None:
    size = len(start)
    end = start[::-1]
    window = Window(0, tuple(None if token < outside else (token, token + 1) for token in range(size)), 0)
    tried = [sorted(range(size), key=lambda token: -side[token])[:N_BEST] for side in (start, end)]
    scores = [
        start[first] + end[last]
        for first in tried[0]
        for last in tried[1]
        if outside <= first <= last < first + LONGEST
    ]
    found = best_span(np.array(start, np.float32), np.array(end, np.float32), window)
    assert (found.score if found else None) == max(scores, default=None)
    if found:
        assert start[found.begin] + end[found.end - 1] == found.score
