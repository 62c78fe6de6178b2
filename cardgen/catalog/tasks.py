"""The tasks that cardgen can evaluate, by their Hub pipeline tag."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class TaskInfo:
    """What a manifest for this task must and may say."""

    name: str
    """The Hub's pipeline tag."""
    title: str
    """For people."""
    required_columns: Mapping[str, str]
    """Role that ``evaluation.columns`` must fill, to what the column holds."""
    optional_columns: Mapping[str, str]
    metrics: tuple[str, ...]
    """Names in :data:`cardgen.catalog.metrics.METRICS`."""
    input_columns: tuple[str, ...]
    """Roles of the columns that the model sees, required ones first."""
    labelled: bool = False
    """Whether its models give one of their labels."""
    generates: bool = False
    """Whether its models write a text, a token at a time; these are quantized dynamically alone."""

    @property
    def columns(self) -> Mapping[str, str]:
        """All roles."""
        return {**self.required_columns, **self.optional_columns}


TASKS: Mapping[str, TaskInfo] = {
    info.name: info
    for info in (
        TaskInfo(
            name="text-classification",
            title="text classification",
            required_columns={"text": "The text, or the first of a pair.", "label": "The expected label."},
            optional_columns={"text_pair": "The second text of a pair."},
            metrics=("accuracy", "f1", "matthews_correlation"),
            input_columns=("text", "text_pair"),
            labelled=True,
        ),
        TaskInfo(
            name="token-classification",
            title="token classification",
            required_columns={
                "text": "The text, or the list of its words.",
                "labels": "The expected label of each word.",
            },
            optional_columns={},
            metrics=("f1", "precision", "recall", "accuracy"),
            input_columns=("text",),
            labelled=True,
        ),
        TaskInfo(
            name="question-answering",
            title="question answering",
            required_columns={
                "question": "The question.",
                "context": "The text that answers it.",
                "answers": "The expected answers, with where they start.",
            },
            optional_columns={"id": "What tells samples apart."},
            metrics=("exact_match", "f1"),
            input_columns=("question", "context"),
        ),
        TaskInfo(
            name="summarization",
            title="summarization",
            required_columns={"text": "The text to summarize.", "summary": "The expected summary."},
            optional_columns={},
            metrics=("rouge1", "rouge2", "rougeL", "rougeLsum"),
            input_columns=("text",),
            generates=True,
        ),
        TaskInfo(
            name="translation",
            title="translation",
            required_columns={"text": "The text to translate.", "translation": "The expected translation."},
            optional_columns={},
            metrics=("sacrebleu", "chrf"),
            input_columns=("text",),
            generates=True,
        ),
        TaskInfo(
            name="fill-mask",
            title="masked language modelling",
            required_columns={"text": "The text."},
            optional_columns={},
            metrics=("perplexity",),
            input_columns=("text",),
        ),
        TaskInfo(
            name="feature-extraction",
            title="feature extraction",
            required_columns={"text": "The text."},
            optional_columns={},
            metrics=(),
            input_columns=("text",),
        ),
    )
}
