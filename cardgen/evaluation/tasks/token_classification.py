"""Token classification: a label for each word of a text, such as the names in it.

A word is given the label of its first token, and words that the model does not see, because a text is longer than it
takes, do not count: both as in transformers' ``run_ner.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cardgen.data.fault import refuse
from cardgen.data.labels import map_labels
from cardgen.data.tags import SPAN_METRICS, answered_as, tag_faults
from cardgen.errors import StepError
from cardgen.evaluation.answering.batching import TokenRows
from cardgen.evaluation.answering.logits import checked_logits
from cardgen.evaluation.samples.limits import model_limit
from cardgen.evaluation.scoring import statistics
from cardgen.evaluation.scoring.fidelity import fidelity_of, softmax_divergences
from cardgen.evaluation.scoring.measured import Measured, check_metric
from cardgen.evaluation.scoring.metrics.compute import compute
from cardgen.evaluation.scoring.resampling import ratio_of
from cardgen.evaluation.task import Answer, ModelFiles, Outcomes, Runner, Settings
from cardgen.evaluation.tasks.word_labels import IGNORED, expected_labels, read_word_labels, read_words
from cardgen.records.request import MetricRequest, PredictRequest
from cardgen.records.results.fidelity import Fidelity

if TYPE_CHECKING:
    import numpy.typing as npt

    from cardgen.evaluation.task import Batch

    Array = npt.NDArray[np.float32]

METRICS = (*SPAN_METRICS, "accuracy")


@dataclass(frozen=True)
class WordReading:
    """Texts with labelled words; see :class:`cardgen.evaluation.task.Reading`."""

    rows: TokenRows
    labels: Mapping[str, str]
    aligned: Sequence[Sequence[int]]
    """For each text the expected label id of each of its tokens, or :data:`IGNORED`."""
    names: tuple[str, ...]
    """By what name each of the model's labels is scored."""

    @cached_property
    def expected(self) -> Sequence[Sequence[str]]:
        """The label of each word that counts."""
        return [[self.names[label] for label in row if label != IGNORED] for row in self.aligned]

    @property
    def owners(self) -> Sequence[int]:
        """A text is a row."""
        return range(len(self.rows.lengths))

    @property
    def settings(self) -> Settings:
        """There are none."""
        return {}

    def answer(self, runner: Runner, rows: Sequence[int], batch: Batch) -> Sequence[Array]:
        """The logits of each word that counts."""
        shape = (*batch["input_ids"].shape, len(self.names))
        logits = checked_logits(runner.outputs(batch).get("logits"), shape, rows)
        # Padding may stand on the left; a text's tokens are those that its mask shows.
        return [
            of_words(each[mask == 1], self.aligned[row])
            for each, mask, row in zip(logits, batch["attention_mask"], rows, strict=True)
        ]

    def conclude(self, sample: int, answers: Sequence[Array]) -> Answer:
        """The label of each word that counts, and the logits, of one word after the other."""
        del sample
        (logits,) = answers
        return Answer([self.names[label] for label in logits.argmax(-1)], logits.ravel())


def read(dataset: Any, request: PredictRequest, model: ModelFiles) -> WordReading:
    """Read texts and the labels of their words.

    Raises:
        StepError: if a column is missing or holds something else, or a label is not the model's.
    """
    words = read_words(dataset, request.columns["text"])
    labels = read_word_labels(dataset, request.columns["text"], request.columns["labels"])
    mapping = map_labels(labels.distinct, model.labels, request.labels, numbers=labels.numbers)
    ids = {label: model.labels.index(name) for label, name in mapping.items()}
    rows, word_ids = encode_words(model.tokenizer, words)
    names = answered_as(model.labels, {**(request.labels or {}), **mapping})
    return WordReading(rows, mapping, expected_labels(labels.values, ids, word_ids), names)


def read_inputs(dataset: Any, columns: Mapping[str, str], model: ModelFiles) -> TokenRows:
    """Read the words alone.

    Raises:
        StepError: if the column is missing or holds something else than texts or lists of words.
    """
    return encode_words(model.tokenizer, read_words(dataset, columns["text"]))[0]


def encode_words(tokenizer: Any, words: Sequence[Sequence[str]]) -> tuple[TokenRows, list[list[int | None]]]:
    """Texts as token ids, and which word each token is part of.

    Raises:
        StepError: if the tokenizer cannot tell words apart.
    """
    if not tokenizer.is_fast:
        raise StepError(
            "The model's tokenizer does not tell which word a token is part of.",
            remedy="Add a tokenizer.json to the base model (a fast tokenizer of transformers).",
        )
    if getattr(tokenizer, "add_prefix_space", None) is False:  # as transformers asks for, where words come in lists
        tokenizer = type(tokenizer).from_pretrained(tokenizer.name_or_path, add_prefix_space=True)
    limit = model_limit(tokenizer)
    found = tokenizer(
        [list(each) for each in words],
        is_split_into_words=True,
        truncation=limit is not None,
        max_length=limit,
        verbose=False,
    )
    truncated = sum(bool(encoding.overflowing) for encoding in found.encodings)
    return TokenRows(tokenizer, dict(found), truncated), [found.word_ids(row) for row in range(len(words))]


def of_words(logits: Array, aligned: Sequence[int]) -> Array:
    """The logits of each word that counts, of shape (words, labels).

    Args:
        logits: of one text, of shape (tokens, labels).
        aligned: the expected label ids of these tokens, of which only :data:`IGNORED` matters here.
    """
    return np.asarray(logits[np.asarray(aligned) != IGNORED])


def measure(metric: MetricRequest, outcomes: Outcomes) -> Measured:
    """Score the labels of words, or the spans that they make up.

    Raises:
        StepError: if there is no such metric, no word has a label, or labels make up no spans.
    """
    from seqeval.metrics.sequence_labeling import get_entities

    check_metric(metric, METRICS)
    expected, predicted = outcomes.expected, outcomes.predicted
    pairs = list(zip(expected, predicted, strict=True))
    if not any(expected):
        raise StepError("No word in the data has a label that counts.", remedy="Name labelled data.")
    if metric.type in SPAN_METRICS:
        refuse(tag_faults(sorted({label for row in expected for label in row})))
    value, chance = compute("seqeval", predicted, expected)[metric.type], None
    if metric.type == "accuracy":
        chance = _chance(expected, predicted)
        right = [sum(map(str.__eq__, one, other)) for one, other in pairs]
        above, below = np.array(right), np.array([len(one) for one in expected])
    else:
        spans = [(set(get_entities(list(one))), set(get_entities(list(other)))) for one, other in pairs]
        shared = np.array([len(one & other) for one, other in spans])
        counts = np.array([[len(one), len(other)] for one, other in spans])
        above, below = {
            "precision": (shared, counts[:, 1]),
            "recall": (shared, counts[:, 0]),
            "f1": (2 * shared, counts.sum(-1)),
        }[metric.type]
    return Measured(metric.type, value, len(pairs), ratio_of(above, below), width=2, chance=chance)


def _chance(expected: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]) -> float:
    """The share of words to expect right where the same labels are dealt to all words at random."""
    words = np.array([[label for row in rows for label in row] for rows in (expected, predicted)])
    distinct, ids = np.unique(words, return_inverse=True)
    one, other = ids.reshape(words.shape)
    counts = statistics.count(one, other, len(distinct))
    return float(statistics.accuracy(statistics.dealt_at_random(counts)))


def fidelity(variant: Outcomes, baseline: Outcomes) -> Fidelity:
    """How often both give a word the same label, and which of them is right."""
    owners = np.repeat(np.arange(len(variant.expected)), [len(labels) for labels in variant.expected])
    expected, one, other = (
        np.array([label for row in rows for label in row], np.str_)
        for rows in (variant.expected, variant.predicted, baseline.predicted)
    )
    moved = None
    if variant.logits is not None and baseline.logits is not None:
        labels = len(variant.labels)
        moved = softmax_divergences(*(_words(each.logits or (), labels) for each in (variant, baseline)))
    return fidelity_of(one == other, (one == expected, other == expected), moved, unit="word", owners=owners)


def _words(logits: Sequence[Any], labels: int) -> Any:
    return np.concatenate([np.asarray(each, np.float64) for each in logits]).reshape(-1, labels)


def values(metric: MetricRequest, outcomes: Outcomes, samples: Sequence[int]) -> None:
    """No metric is the mean of a value of each text."""
    del metric, outcomes, samples
