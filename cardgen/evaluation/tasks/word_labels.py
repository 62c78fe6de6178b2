"""Texts whose words are labelled: read from a dataset, and aligned with the tokens that a model sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cardgen.data.rules.words import IGNORED, WordLabelRule, WordRule, parts
from cardgen.evaluation.samples.data import checked, named_labels

__all__ = ["IGNORED", "WordLabels", "align", "expected_labels", "read_word_labels", "read_words"]


@dataclass(frozen=True)
class WordLabels:
    """The labels of the words of some texts, as text."""

    values: tuple[tuple[str | None, ...], ...]
    """For each text, the label of each word; ``None`` for a word that does not count."""
    distinct: tuple[str, ...]
    """Each once: for ClassLabels in their order, else sorted."""
    numbers: bool
    """Whether they are bare numbers."""


def read_words(dataset: Any, column: str) -> list[list[str]]:
    """The words of each text: those of a list, or a text's parts between spaces.

    Raises:
        StepError: if there is no such column, or a row holds neither, or nothing.
    """
    values = checked(dataset, WordRule(column)).column(column)
    return [list(parts(value)) for value in values]


def read_word_labels(dataset: Any, text: str, labels: str) -> WordLabels:
    """The labels of each text's words: a list of names or ids, or names with spaces between them.

    Args:
        dataset: a dataset.
        text: the column of words.
        labels: the column of their labels.

    Raises:
        StepError: if there is no such column, or a row has not one label for each word.
    """
    rule = WordLabelRule(text, labels, named_labels(getattr(dataset.features.get(labels), "feature", None)))
    rows = checked(dataset, rule).column(labels)
    return WordLabels(tuple(tuple(map(rule.text, parts(row))) for row in rows), rule.distinct, rule.numbers)


def align(word_ids: Sequence[int | None], labels: Sequence[int]) -> list[int]:
    """A label id for each token: that of its word for the first token of a word, else :data:`IGNORED`.

    Args:
        word_ids: which word each token is part of; ``None`` for a mark such as ``[CLS]``.
        labels: the label id of each word.
    """
    firsts = (word if word != before else None for before, word in zip([None, *word_ids], word_ids, strict=False))
    return [IGNORED if word is None else labels[word] for word in firsts]


def expected_labels(
    labels: Sequence[Sequence[str | None]], ids: Mapping[str, int], word_ids: Sequence[Sequence[int | None]]
) -> list[list[int]]:
    """For each text, the expected label id of each of its tokens, as :func:`align` has it."""
    return [
        align(words, [IGNORED if label is None else ids[label] for label in row])
        for row, words in zip(labels, word_ids, strict=True)
    ]
