"""Samples of which a text is blank: a model answers them too, and it says little how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cardgen.catalog.tasks import TASKS
from cardgen.data.rules.choices import numbered


def count_blank(dataset: Any, task: str, columns: Mapping[str, str]) -> int:
    """How many rows have a blank text, in whichever of their columns of text.

    Args:
        dataset: a dataset whose columns hold what the task reads.
        task: decides which columns are texts: those that the model reads, and texts that are expected of it.
        columns: role to column.
    """
    info = TASKS[task]
    roles = [role for role in columns if role in info.input_columns and role != "image"]
    if info.generates:  # else what is expected of it is no text, or may well be none
        roles += [role for role in columns if role in info.required_columns and role not in info.input_columns]
    names = dict.fromkeys(name for role in roles for name in _names(dataset, role, columns[role]))
    blank = _no_word if task == "token-classification" else _has_blank
    texts = [list(dataset[name][:]) for name in names]
    return sum(any(map(blank, row)) for row in zip(*texts, strict=True))


def is_blank(text: str) -> bool:
    """Whether a text is empty, or holds white space and marks that take no room alone."""
    return not any(character.isprintable() and not character.isspace() for character in text)


def _names(dataset: Any, role: str, column: str) -> Iterator[str]:
    pattern = role == "choices" and column.endswith("*")
    yield from numbered(dataset.column_names, column) if pattern else (column,)


def _has_blank(value: str | list[str]) -> bool:
    """Whether a text is blank, or one of several answers."""
    return is_blank(value) if isinstance(value, str) else any(map(is_blank, value))


def _no_word(value: str | list[str]) -> bool:
    """Whether all words of a text are blank; one that is blank among others is none to a tokenizer."""
    return is_blank(value if isinstance(value, str) else "".join(value))
