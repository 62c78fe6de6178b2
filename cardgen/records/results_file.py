"""What a results file of an evaluation tool says: frozen types, which are also the JSON of ``cardgen results``."""

from __future__ import annotations

from typing import Literal

from cardgen.records.frozen import Frozen

ALL: Literal["all"] = "all"


class Setting(Frozen):
    """A condition of a measurement that no other field holds."""

    name: str
    value: str


class Data(Frozen):
    """A dataset on the Hub that a task is made of."""

    id: str
    config: str | None = None
    split: str | None = None
    revision: str | None = None
    """A commit, a branch or a tag."""


class Figure(Frozen):
    """One value of one metric, and under which conditions it was measured.

    ``None`` is what the file does not state.
    """

    metric: str
    """As the tool names it: ``acc``, ``exact_match``, ``cosine_spearman``."""
    variant: str | None = None
    """How the tool got from answers to this value, where it has several ways: lm-eval's filter, inspect_ai's scorer."""
    value: float
    """Finite, on the tool's own scale."""
    unit: str | None = None
    """``s``, ``samples/s``, ``tokens/s``, ``MB``, ``%``; ``None`` for what has none, such as a fraction."""
    higher_is_better: bool | None = None
    standard_error: float | None = None
    low: float | None = None
    """Of the interval that the tool computed."""
    high: float | None = None
    samples: int | None = None
    """That the value was computed from, after a limit."""
    task: str | None = None
    task_version: str | None = None
    data: Data | None = None
    """What the task is made of, where the file tells."""
    group: bool = False
    """Whether the task is a group, whose value is made of those of other tasks."""
    part_of: str | None = None
    """The group whose value this one is a part of, where the file tells."""
    few_shot: int | None = None
    chat_template: bool | None = None
    limit: int | float | Literal["all"] | None = None
    """Samples of a task that were asked for, or a share of them where it is below 1; ``all``: the file states that
    there was no limit."""
    settings: tuple[Setting, ...] = ()


class ResultsFile(Frozen):
    """What a results file says."""

    version: Literal[1] = 1
    tool: str
    tool_version: str | None
    model: str | None
    """Id or name of what was measured; never a path of the machine that measured."""
    model_file: str | None = None
    """Which of several models in its repository or folder, where the file tells."""
    computed_in: str | None = None
    """The type that the model's numbers had when it ran, such as ``float32``, where the file tells: not always the one
    that they are stored in."""
    revision: str | None
    """Of the model: a commit, a branch or a tag."""
    sha256: str
    """Of the results file, as 64 hex digits."""
    figures: tuple[Figure, ...]
    """In the order of the file."""
    findings: tuple[str, ...] = ()
    """What is no figure although it stands where one should, and what bears on those that are."""
