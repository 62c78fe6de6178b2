"""What an evaluation needs to know of a task: how its data are read, what a model answers, and how that is scored."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from cardgen.data.labels import DEFAULT_LABELS, label_names
from cardgen.errors import StepError
from cardgen.records.request import MetricRequest, PredictRequest

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cardgen.evaluation.scoring.measured import Measured
    from cardgen.records.results.fidelity import Fidelity

    Batch = Mapping[str, npt.NDArray[Any]]
    """Model inputs by name, the samples along the first axis."""

Settings = Mapping[str, str | int | float | bool]

TASKS: Mapping[str, str] = {
    "text-classification": "cardgen.evaluation.tasks.text_classification",
    "multi-label-classification": "cardgen.evaluation.tasks.multi_label_classification",
    "text-regression": "cardgen.evaluation.tasks.text_regression",
    "token-classification": "cardgen.evaluation.tasks.token_classification",
    "question-answering": "cardgen.evaluation.tasks.question_answering",
    "summarization": "cardgen.evaluation.tasks.summarization",
    "translation": "cardgen.evaluation.tasks.translation",
    "fill-mask": "cardgen.evaluation.tasks.fill_mask",
    "text-generation": "cardgen.evaluation.tasks.text_generation",
    "multiple-choice": "cardgen.evaluation.tasks.multiple_choice",
    "sentence-similarity": "cardgen.evaluation.tasks.sentence_similarity",
    "image-classification": "cardgen.evaluation.tasks.image_classification",
}


class Runner(Protocol):
    """A loaded model; backends satisfy it by shape. Several threads may call it at once."""

    @property
    def threads(self) -> int:
        """Threads that one operator may use."""

    @property
    def spinning(self) -> bool | None:
        """Whether a thread that waits for work does so busily; ``None`` where the runtime does not tell."""

    @property
    def generation(self) -> Settings:
        """The settings by which :meth:`generate` differs from transformers' defaults."""

    def outputs(self, batch: Batch) -> Mapping[str, npt.NDArray[np.float32]]:
        """Every array that the model computes, by transformers' name; zeros where a token is padding."""

    def generate(self, batch: Batch) -> npt.NDArray[np.int64]:
        """Token ids of what the model writes for each sample, of shape (samples, tokens)."""


class Rows(Protocol):
    """Inputs of a model. A sample may have several, such as the windows of a long text."""

    @property
    def lengths(self) -> Sequence[int]:
        """How long each row is, such as in tokens: rows of a like length go together."""

    @property
    def truncated(self) -> int:
        """Samples that are longer than the model takes, and were cut."""

    def batch(self, rows: Sequence[int]) -> Batch:
        """Some rows as one batch, padded to the longest of them.

        Raises:
            StepError: if there are several and they cannot be padded.
        """


@dataclass(frozen=True)
class ToldTokens:
    """What a language model tells in the places of a sample that count."""

    tokens: Sequence[int]
    """The likeliest token in each place."""
    right: Sequence[bool]
    """Whether it is the one that stands there."""
    likeliest: Sequence[Sequence[int]]
    """The likeliest tokens in those places of which they are kept, the likeliest first."""
    logarithms: Sequence[Sequence[float]]
    """Natural logarithms of their probabilities."""


@dataclass(frozen=True)
class Answer:
    """What a model answers to one sample."""

    value: Any
    """A number, a text, or a list of these."""
    logits: Sequence[float] | npt.NDArray[np.float32] | None = None
    """Where the task has some that are kept; those of several words one after the other."""
    told: ToldTokens | None = None
    """Where tokens are told."""
    cut: bool = False
    """Whether it is a text that ended because it had the length that is allowed."""


@dataclass(frozen=True)
class Outcomes:
    """What was expected of a model, and what it answered: all that a metric needs."""

    expected: Sequence[Any]
    predicted: Sequence[Any]
    logits: Sequence[Sequence[float] | npt.NDArray[np.float32]] | None = None
    labels: tuple[str, ...] = ()
    """The model's label names in id order."""
    told: Sequence[ToldTokens] | None = None
    """Where tokens are told; ``None`` also of what an earlier version kept."""


class Reading(Protocol):
    """A labelled dataset, as one model reads it."""

    @property
    def rows(self) -> Rows:
        """What the model is given."""

    @property
    def owners(self) -> Sequence[int]:
        """The sample that each row is part of."""

    @property
    def expected(self) -> Sequence[Any]:
        """The right answer to each sample: numbers, texts, or lists of these."""

    @property
    def labels(self) -> Mapping[str, str]:
        """Dataset label to model label name, as it was checked; empty where a task has no labels."""

    @property
    def settings(self) -> Settings:
        """How samples are read, where a task has settings."""

    def answer(self, runner: Runner, rows: Sequence[int], batch: Batch) -> Sequence[Any]:
        """What the model answers to some rows, of which ``batch`` was made; called from several threads at once.

        Raises:
            StepError: if the model computes no numbers, or something else than the task expects.
        """

    def conclude(self, sample: int, answers: Sequence[Any]) -> Answer:
        """The answer to a sample, from those to its rows, in their order."""


class Task(Protocol):
    """A task's module. Each function raises :class:`cardgen.errors.StepError` for what a user can mend."""

    def read(self, dataset: Any, request: PredictRequest, model: ModelFiles) -> Reading:
        """Read the samples of a ``datasets.Dataset`` with what is expected of each."""

    def read_inputs(self, dataset: Any, columns: Mapping[str, str], model: ModelFiles) -> Rows:
        """Read the inputs alone, one row a sample: for calibration, and for comparing outputs."""

    def measure(self, metric: MetricRequest, outcomes: Outcomes) -> Measured:
        """Compute a metric."""

    def values(
        self, metric: MetricRequest, outcomes: Outcomes, samples: Sequence[int]
    ) -> npt.NDArray[np.float64] | None:
        """The values of some samples, each from 0 to 1, where the metric is the mean of such values."""

    def fidelity(self, variant: Outcomes, baseline: Outcomes) -> Fidelity | None:
        """How far a variant's answers are a baseline's to the same samples, where an answer can be the same."""


@dataclass(frozen=True)
class ModelFiles:
    """What stands beside the weights of an artifact."""

    folder: Path
    trust_remote_code: bool = False

    @cached_property
    def tokenizer(self) -> Any:
        """A ``transformers.PreTrainedTokenizerBase``."""
        from transformers import AutoTokenizer

        return AutoTokenizer.from_pretrained(
            self.folder, local_files_only=True, trust_remote_code=self.trust_remote_code
        )

    @cached_property
    def image_processor(self) -> Any:
        """A ``transformers.BaseImageProcessor`` over Pillow and NumPy.

        Raises:
            StepError: if there is none.
        """
        from transformers import AutoImageProcessor

        try:
            return AutoImageProcessor.from_pretrained(
                self.folder, use_fast=False, local_files_only=True, trust_remote_code=self.trust_remote_code
            )
        except (OSError, ValueError, ImportError) as error:
            raise StepError(
                "The model has no image processor that can be loaded.",
                remedy="Add its preprocessor_config.json to the base model, or mend it.",
            ) from error

    @cached_property
    def config(self) -> Mapping[str, Any]:
        """``config.json``."""
        found: Mapping[str, Any] = json.loads((self.folder / "config.json").read_text(encoding="utf-8"))
        return found

    @cached_property
    def generation_config(self) -> Mapping[str, Any]:
        """``generation_config.json``, and what it leaves to ``config.json``."""
        file = self.folder / "generation_config.json"
        told = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        return {**self.config, **{name: value for name, value in told.items() if value is not None}}

    @property
    def first_token(self) -> int:
        """The token that the decoder of a model that writes text starts from."""
        start = self.generation_config.get("decoder_start_token_id")
        return int(self.tokenizer.pad_token_id if start is None else start)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The model's label names in id order."""
        return label_names(self.config) or DEFAULT_LABELS


def no_values(metric: MetricRequest, outcomes: Outcomes, samples: Sequence[int]) -> None:
    """:meth:`Task.values` of a task none of whose metrics is the mean of a value of each sample."""
    del metric, outcomes, samples


def no_fidelity(variant: Outcomes, baseline: Outcomes) -> None:
    """:meth:`Task.fidelity` of a task whose answers are numbers, which are never quite the same."""
    del variant, baseline


def load_task(name: str) -> Task:
    """Import a task's module; only inside an environment that can run it."""
    return cast("Task", importlib.import_module(TASKS[name]))
