"""Whether a classification head answers what its task asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardgen.catalog.tasks import TASKS
from cardgen.weights.fault import ModelFault

_ANSWERS = {
    "regression": "text-regression",
    "multi_label_classification": "multi-label-classification",
    "single_label_classification": "text-classification",
}
"""transformers' ``problem_type`` to the task that it stands for."""

_KINDS = {
    "text-regression": "gives a number",
    "multi-label-classification": "gives each text as many labels as apply",
    "text-classification": "gives each text one label",
}

_OUTPUTS = 2
"""Of a configuration that does not say how many (``PretrainedConfig.num_labels``)."""


def head_fault(task: str, problem_type: str | None, outputs: int) -> ModelFault | None:
    """That a head answers another kind of question, where it does.

    Where the problem type is not said, several labels may be of either kind; one output is a number, as transformers
    takes it.

    Args:
        task: what the model is to do.
        problem_type: as its configuration says.
        outputs: how many numbers it gives an input, or a token.
    """
    if task in _KINDS:
        trained = "text-regression" if outputs == 1 else _ANSWERS.get(problem_type or "")
        if trained is None and task == "text-regression":
            trained = "text-classification"
        if trained in (None, task):
            return None
        return ModelFault(
            f"The base model {_KINDS[str(trained)]} (num_labels {outputs}, problem_type {problem_type or 'not said'} "
            f"in its config.json), which is not what {task} scores.",
            f"Write `task: {trained}`, with the columns and metrics of that.",
        )
    if task in TASKS and TASKS[task].labelled and outputs == 1:
        return ModelFault(
            "The base model has one output (num_labels 1 in its config.json): it gives a number, and no label.",
            f"Only classifiers of two or more labels can be evaluated as {task}.",
        )
    return None


def configured_head_fault(task: str, config: Mapping[str, Any]) -> ModelFault | None:
    """The same of what config.json holds."""
    labels, problem_type = config.get("id2label"), config.get("problem_type")
    outputs = len(labels) if isinstance(labels, dict) else config.get("num_labels", _OUTPUTS)
    if not isinstance(outputs, int):
        return None  # which loading it tells
    return head_fault(task, problem_type if isinstance(problem_type, str) else None, outputs)
