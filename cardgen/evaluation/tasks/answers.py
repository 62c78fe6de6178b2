"""Answers out of what a model computes for the windows of a context.

As in transformers' ``utils_qa.py`` and BERT's ``run_squad.py``: of each window the spans between its likeliest starts
and ends, of all windows the likeliest span; where there may be no answer, none if that is likelier than the span.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float32]

N_BEST = 20
"""Starts and ends of each window that are tried."""
LONGEST = 30
"""Tokens of the longest answer."""


@dataclass(frozen=True)
class Window:
    """A part of a context that fits into the model, after its question."""

    sample: int
    """The row of the dataset."""
    spans: tuple[tuple[int, int] | None, ...]
    """For each token where it begins and ends in the context's text, in characters; ``None`` outside the context."""
    null: int
    """The token at which a model says that there is no answer: ``[CLS]``."""


@dataclass(frozen=True)
class Span:
    """A possible answer."""

    score: float
    """The sum of the logits of its start and end."""
    begin: int
    end: int
    """In the context's text, in characters."""


def best_span(start: Array, end: Array, window: Window) -> Span | None:
    """The likeliest span of a window; ``None`` where none of those tried is in the context.

    Args:
        start: a logit for each token of the window, without padding.
        end: the same.
        window: the window.
    """
    starts, ends = (np.argsort(-logits, kind="stable")[:N_BEST] for logits in (start, end))
    inside = np.array([span is not None for span in window.spans])
    length = ends[None, :] - starts[:, None] + 1
    allowed = inside[starts][:, None] & inside[ends][None, :] & (length >= 1) & (length <= LONGEST)
    if not allowed.any():
        return None
    scores = np.where(allowed, start[starts][:, None] + end[ends][None, :], -np.inf)
    row, column = np.unravel_index(scores.argmax(), scores.shape)
    first, last = window.spans[starts[row]], window.spans[ends[column]]
    if first is None or last is None:  # not with `allowed`
        return None
    return Span(float(scores[row, column]), first[0], last[1])


def null_score(start: Array, end: Array, window: Window) -> float:
    """How likely it is that a window does not answer the question."""
    return float(start[window.null] + end[window.null])


def choose(context: str, spans: Sequence[Span | None], nulls: Sequence[float], *, may_be_none: bool) -> str:
    """The answer to one question.

    Args:
        context: the text that answers it.
        spans: the best span of each of its windows.
        nulls: how likely it is that the window has no answer.
        may_be_none: whether a question can be without an answer (SQuAD v2.0).

    Returns:
        The answer; empty for none.
    """
    best = max((span for span in spans if span is not None), key=lambda span: span.score, default=None)
    if best is None or (may_be_none and min(nulls) > best.score):
        return ""
    return context[best.begin : best.end]
