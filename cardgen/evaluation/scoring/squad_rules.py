"""When an answer counts as right: the rules of SQuAD v1.1 and v2.0.

Rajpurkar et al., EMNLP 2016, section 6.1: articles, punctuation, case and spaces do not count, and the expected answer
that fits best does. Where neither side has a word that counts, version 1.1 gives an F1 of 0, and version 2.0, which has
questions without an answer (Rajpurkar, Jia and Liang, ACL 2018), gives 1.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalize(answer: str) -> str:
    """What of an answer counts: lower-case words, without articles and ASCII punctuation."""
    # In this order: taking punctuation away may make an article of what was none ("a.").
    return " ".join(_ARTICLES.sub(" ", answer.lower().translate(_NO_PUNCTUATION)).split())


@dataclass(frozen=True)
class Verdict:
    """How right one answer is."""

    exact: float
    """1 if it is one of the expected answers, else 0."""
    f1: float
    """The best F1 of its words, against those of each expected answer."""


def judge(expected: Sequence[str], found: str) -> Verdict:
    """By version 1.1, where each question has an answer."""
    return _best(expected, found, both_empty=0.0)


def judge_v2(expected: Sequence[str], found: str) -> Verdict:
    """By version 2.0, where ``expected`` and ``found`` may be empty."""
    # An expected answer of which nothing counts, such as "the", is none.
    return _best([answer for answer in expected if normalize(answer)] or [""], found, both_empty=1.0)


def _best(expected: Sequence[str], found: str, both_empty: float) -> Verdict:
    answer = normalize(found)
    others = [normalize(other) for other in expected]
    words = answer.split()
    return Verdict(float(answer in others), max(_f1(other.split(), words, both_empty) for other in others))


def _f1(expected: Sequence[str], found: Sequence[str], both_empty: float) -> float:
    if not expected and not found:
        return both_empty
    shared = (Counter(expected) & Counter(found)).total()
    return 2 * shared / (len(expected) + len(found))
