"""Texts whose words are labelled: read from a dataset, and aligned with the tokens that a model sees."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cardgen.errors import StepError
from cardgen.evaluation.samples.data import read_column

IGNORED = -100
"""The label id that stands for no label, as in ``torch.nn.CrossEntropyLoss``."""

_ROWS_SHOWN = 5


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
    values = read_column(dataset, column, "text")
    words = [value.split() if isinstance(value, str) else value for value in values]
    wrong = [
        row
        for row, each in enumerate(words)
        if not isinstance(each, list) or not each or not all(isinstance(word, str) for word in each)
    ]
    if wrong:
        raise StepError(
            f"Column `{column}` should hold words, but {len(wrong)} of {len(values)} rows hold none, or something else "
            f"({_rows(wrong)}).",
            remedy="Name a column of texts, or of lists of words, as `text`, and leave empty texts out.",
        )
    return [list(each) for each in words]


def read_word_labels(dataset: Any, column: str, words: Sequence[Sequence[str]]) -> WordLabels:
    """The labels of each text's words: a list of names or ids, or names with spaces between them.

    Raises:
        StepError: if there is no such column, or a row has not one label for each word.
    """
    values = [value.split() if isinstance(value, str) else value for value in read_column(dataset, column, "labels")]
    wrong = [
        row
        for row, (labels, text) in enumerate(zip(values, words, strict=True))
        if not isinstance(labels, list) or len(labels) != len(text)
    ]
    if wrong:
        row = wrong[0]
        found = f"{len(values[row])} labels" if isinstance(values[row], list) else "no list of labels"
        raise StepError(
            f"Column `{column}` should hold a label for each word, but in {len(wrong)} of {len(values)} rows it does "
            f"not ({_rows(wrong)}); the first has {len(words[row])} words and {found}.",
            remedy="Mend the data, or name the columns of the words and of their labels as `text` and `labels`.",
        )
    kinds = {type(label) for labels in values for label in labels}
    if len(kinds) > 1 or not kinds <= {int, str}:
        raise StepError(
            f"Column `{column}` holds {' and '.join(sorted(kind.__name__ for kind in kinds))} values, not labels.",
            remedy="Name a column of lists of label names or whole numbers as `labels`.",
        )
    return _named(values, getattr(dataset.features[column], "feature", None), kinds)


def _named(values: Sequence[Sequence[Any]], feature: Any, kinds: Collection[type]) -> WordLabels:
    from datasets import ClassLabel

    if isinstance(feature, ClassLabel):
        found = tuple(tuple(None if label < 0 else feature.int2str(label) for label in labels) for labels in values)
        seen = {label for labels in found for label in labels}
        return WordLabels(found, tuple(name for name in feature.names if name in seen), numbers=False)
    numbers = kinds == {int}
    ignored = {IGNORED} if numbers else set()
    distinct = sorted({label for labels in values for label in labels} - ignored)
    found = tuple(tuple(None if label in ignored else str(label) for label in labels) for labels in values)
    return WordLabels(found, tuple(map(str, distinct)), numbers)


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


def _rows(rows: Sequence[int]) -> str:
    return f"rows {', '.join(map(str, rows[:_ROWS_SHOWN]))}, counted from 0"
