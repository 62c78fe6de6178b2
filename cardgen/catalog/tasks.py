"""The tasks that cardgen can evaluate, by their Hub pipeline tag."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cardgen.catalog.pipeline_tags import PIPELINE_TAGS


@dataclass(frozen=True)
class TaskInfo:
    """What a manifest for this task must and may say."""

    name: str
    """The Hub's pipeline tag, but for tasks that share one, and those that it has none for."""
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
    samples: str = "samples"
    """What is counted as samples, for people."""
    tag: str | None = ""
    """The Hub's pipeline tag of its models, where that is not its name; ``None`` where the Hub has none."""
    batch_size: int = 64
    """Samples in a batch where batching does not change a score, unless the manifest says otherwise."""

    @property
    def pipeline_tag(self) -> str | None:
        """What its models are tagged with on the Hub; ``None`` where the Hub has no such task."""
        return self.name if self.tag == "" else self.tag

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
            name="multi-label-classification",
            title="multi-label text classification",
            required_columns={
                "text": "The text, or the first of a pair.",
                "labels": "The expected labels: a list of as many as apply, or one of 0.0 and 1.0 for each of the "
                "model's.",
            },
            optional_columns={"text_pair": "The second text of a pair."},
            metrics=("f1", "precision", "recall", "exact_match", "label_ranking_average_precision"),
            input_columns=("text", "text_pair"),
            labelled=True,
            tag="text-classification",
        ),
        TaskInfo(
            name="text-regression",
            title="text regression",
            required_columns={
                "text": "The text, or the first of a pair.",
                "score": "The expected number.",
            },
            optional_columns={"text_pair": "The second text of a pair."},
            metrics=("pearsonr", "spearmanr", "mae"),
            input_columns=("text", "text_pair"),
            tag="text-classification",
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
            batch_size=8,
        ),
        TaskInfo(
            name="translation",
            title="translation",
            required_columns={"text": "The text to translate.", "translation": "The expected translation."},
            optional_columns={},
            metrics=("sacrebleu", "chrf"),
            input_columns=("text",),
            generates=True,
            batch_size=8,
        ),
        TaskInfo(
            name="fill-mask",
            title="masked language modelling",
            required_columns={"text": "The text."},
            optional_columns={},
            metrics=("perplexity", "accuracy"),
            input_columns=("text",),
            samples="windows of tokens",
            batch_size=8,
        ),
        TaskInfo(
            name="text-generation",
            title="language modelling",
            required_columns={"text": "The text."},
            optional_columns={},
            metrics=("perplexity",),
            input_columns=("text",),
            samples="windows of tokens",
            batch_size=2,
        ),
        TaskInfo(
            name="multiple-choice",
            title="multiple choice",
            required_columns={
                "text": "The text that is gone on with, or the question.",
                "choices": "The list of answers; `ending*` stands for the columns ending0, ending1 and so on.",
                "label": "The number of the right answer, counted from 0.",
            },
            optional_columns={"context": "A text that stands before, where the answers need it."},
            metrics=("accuracy",),
            input_columns=("context", "text", "choices"),
            tag=None,
            batch_size=16,
        ),
        TaskInfo(
            name="sentence-similarity",
            title="sentence similarity",
            required_columns={
                "text": "The first text of a pair.",
                "text_pair": "The second text of a pair.",
                "score": "How alike they are: a number, on any scale.",
            },
            optional_columns={},
            metrics=("pearsonr", "spearmanr"),
            input_columns=("text", "text_pair"),
        ),
        TaskInfo(
            name="image-classification",
            title="image classification",
            required_columns={"image": "The image.", "label": "The expected label."},
            optional_columns={},
            metrics=("accuracy", "top_5_accuracy", "f1", "matthews_correlation"),
            input_columns=("image",),
            labelled=True,
            batch_size=32,
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

WINDOWED: tuple[str, ...] = ("fill-mask", "text-generation")
"""Tasks whose samples are not rows, but windows of all texts."""

UNTIMED = ("image-classification",)
"""Tasks whose models are scored and not timed: these take no tokens."""

TIMED_CHOICES = 4
"""Answers that a sample of multiple choice has while a model is timed."""

UNTAGGED: tuple[str, ...] = tuple(task.name for task in TASKS.values() if task.pipeline_tag is None)
"""Tasks that the Hub has no pipeline tag for; cards of them are tagged with the name, and ``model-index`` gives it."""

TASK_NAMES: tuple[str, ...] = (*PIPELINE_TAGS, *(name for name in TASKS if name not in PIPELINE_TAGS))
"""What the ``task`` of a manifest may be."""


def pipeline_tag(task: str) -> str | None:
    """The Hub's pipeline tag of models of a task; ``None`` where the Hub has none."""
    return TASKS[task].pipeline_tag if task in TASKS else task
