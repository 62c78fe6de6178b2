"""What the steps of a plan need of a dataset, and which rules its columns must keep to for that.

A new task has its rules named here; a new kind of column is a file in ``cardgen.data.rules``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cardgen.catalog.tasks import TASKS
from cardgen.data.rules.answers import AnswerRule
from cardgen.data.rules.choices import RightRule, choice_rule
from cardgen.data.rules.label_sets import LabelSetRule
from cardgen.data.rules.labels import LabelRule, NamedLabels
from cardgen.data.rules.rule import Rule
from cardgen.data.rules.scores import ScoreRule
from cardgen.data.rules.texts import TextRule
from cardgen.data.rules.words import WordLabelRule, WordRule
from cardgen.records.frozen import Frozen
from cardgen.records.inputs import DatasetSlice

Columns = Mapping[str, str]
"""Role to column."""
Named = Mapping[str, NamedLabels]
"""Column to the names of its labels, where a dataset knows them."""


class Need(Frozen):
    """One use of a dataset."""

    name: str
    """Of its resolution: ``evaluation``, or ``calibration.`` and a variant's name."""
    data: DatasetSlice
    task: str
    columns: dict[str, str]
    """Role to column."""
    expected: bool = False
    """Whether what is expected of the model is read too, and not its inputs alone."""
    spans: bool = False
    """Whether labels of words are scored as spans."""
    labels: dict[str, str] | None = None
    """Dataset label to the model's, where the manifest gives the mapping."""
    limit: int | None = None
    """Only so many rows are read, drawn from all that there are."""
    samples: int | None = None
    """So many rows are drawn for a calibration, which asks for no fewer."""
    seed: int = 0
    """Decides which are drawn."""

    @property
    def labelled(self) -> bool:
        """Whether labels are read, which must be the model's."""
        return self.expected and TASKS[self.task].labelled


def rules_of(need: Need, named: Named) -> list[Rule]:
    """The rules of all columns that are read, but for images, which only a library can look at."""
    rules = [_input_rule(need.task, role, column) for role, column in _inputs(need) if role != "image"]
    if need.expected and need.task in _EXPECTED:
        rules.append(_EXPECTED[need.task](need.columns, named))
    return rules


def _inputs(need: Need) -> list[tuple[str, str]]:
    roles = TASKS[need.task].input_columns
    return [(role, column) for role, column in need.columns.items() if role in roles]


def _input_rule(task: str, role: str, column: str) -> Rule:
    if role == "choices":
        return choice_rule(column)
    return WordRule(column) if task == "token-classification" else TextRule(role, column)


def _label(columns: Columns, named: Named) -> Rule:
    return LabelRule(columns["label"], named.get(columns["label"]))


def _word_labels(columns: Columns, named: Named) -> Rule:
    return WordLabelRule(columns["text"], columns["labels"], named.get(columns["labels"]))


def _label_sets(columns: Columns, named: Named) -> Rule:
    return LabelSetRule(columns["labels"], named.get(columns["labels"]))


_EXPECTED: Mapping[str, Callable[[Columns, Named], Rule]] = {
    "text-classification": _label,
    "multi-label-classification": _label_sets,
    "text-regression": lambda columns, _named: ScoreRule(columns["score"]),
    "image-classification": _label,
    "token-classification": _word_labels,
    "question-answering": lambda columns, _named: AnswerRule(columns["answers"]),
    "summarization": lambda columns, _named: TextRule("summary", columns["summary"]),
    "translation": lambda columns, _named: TextRule("translation", columns["translation"]),
    "multiple-choice": lambda columns, _named: RightRule(columns["label"], columns["choices"]),
    "sentence-similarity": lambda columns, _named: ScoreRule(columns["score"]),
}
