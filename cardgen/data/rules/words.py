"""A column of texts as words, and one of a label for each word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cardgen.data.fault import Fault, Misfits
from cardgen.data.rules.labels import NamedLabels, named_kinds
from cardgen.data.rules.rule import Rule

IGNORED = -100
"""The label id that stands for no label, as in ``torch.nn.CrossEntropyLoss``."""


class WordRule(Rule):
    """Every row holds words: a list of them, or a text of parts between spaces."""

    def __init__(self, column: str) -> None:
        """Take the column of texts or lists of words."""
        super().__init__(text=column)
        self._wrong = Misfits()

    def look(self, *values: Sequence[Any]) -> None:
        """Look at some more texts."""
        (texts,) = values
        self._wrong.add([_are_words(parts(text)) for text in texts], texts, self.positions)

    def found(self) -> list[Fault]:
        """That some rows hold no words, if so."""
        if not self._wrong.count:
            return []
        message = (
            f"Column `{self.columns['text']}` should hold words, but {self._wrong.count} of {self.rows} rows hold "
            f"none, or something else ({self._wrong.places})."
        )
        remedy = "Name a column of texts, or of lists of words, as `text`, and leave empty texts out."
        return [Fault(("columns", "text"), message, remedy, self._wrong.count)]


class WordLabelRule(Rule):
    """Every row has a label for each word: a list of names or ids, or names with spaces between them."""

    def __init__(self, text: str, labels: str, named: NamedLabels | None = None) -> None:
        """Take the columns of words and labels, and the labels' names where the dataset knows them."""
        super().__init__(text=text, labels=labels)
        self._named = named
        self._wrong = Misfits()
        self._first = ""
        self._values: dict[Any, None] = {}
        self._kinds: dict[type, None] = {}

    def look(self, *values: Sequence[Any]) -> None:
        """Look at the words and labels of some more rows."""
        texts, labels = ([parts(value) for value in column] for column in values)
        fit = [
            isinstance(found, list) and (not _are_words(words) or len(found) == len(words))
            for words, found in zip(texts, labels, strict=True)
        ]
        if not self._wrong.count and not all(fit):
            words, found = next(
                pair for pair, fits in zip(zip(texts, labels, strict=True), fit, strict=True) if not fits
            )
            count = f"{len(words)} words" if _are_words(words) else "no words"
            self._first = f"{count} and " + (f"{len(found)} labels" if isinstance(found, list) else "no list of labels")
        self._wrong.add(fit, labels, self.positions)
        there = [label for row in labels if isinstance(row, list) for label in row]
        self._kinds |= dict.fromkeys(map(type, there))
        if self._alike:
            self._values |= dict.fromkeys(there)

    def found(self) -> list[Fault]:
        """That rows have not a label for each word, or something else than labels."""
        key, column, faults = ("columns", "labels"), self.columns["labels"], []
        if self._wrong.count:
            message = (
                f"Column `{column}` should hold a label for each word, but in {self._wrong.count} of {self.rows} rows "
                f"it does not ({self._wrong.places}); the first has {self._first}."
            )
            remedy = "Mend the data, or name the columns of the words and of their labels as `text` and `labels`."
            faults.append(Fault(key, message, remedy, self._wrong.count))
        if not self._alike:
            message = f"Column `{column}` holds {named_kinds(self._kinds)} values, not labels."
            faults.append(Fault(key, message, "Name a column of lists of label names or whole numbers as `labels`."))
        return faults

    @property
    def distinct(self) -> tuple[str, ...]:
        """Each label once, as text: for named ones in the dataset's order, else sorted; none of what is no label."""
        if self._named is not None:
            return tuple(name for value, name in enumerate(self._named.names) if value in self._values)
        values = sorted(self._values) if self._alike else ()
        return tuple(text for text in map(self.text, values) if text is not None)

    @property
    def numbers(self) -> bool:
        """Whether they are bare numbers."""
        return self._named is None and self._kinds.keys() == {int}

    def text(self, label: Any) -> str | None:
        """A label as text; ``None`` for that of a word that does not count."""
        if self._named is not None:
            return None if label < 0 else self._named.names[label]
        return None if label == IGNORED else str(label)

    @property
    def _alike(self) -> bool:
        return len(self._kinds) <= 1 and self._kinds.keys() <= {int, str}


def parts(value: Any) -> Any:
    """The parts of a text between spaces; what is no text, as it is."""
    return value.split() if isinstance(value, str) else value


def _are_words(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(word, str) for word in value)
