"""Scores many candidates of one model by one metric: the samples are read and tokenised once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cardgen.errors import StepError
from cardgen.evaluation.batching import Encoded, batch_ranges, batches, encode
from cardgen.evaluation.data import load_dataset, read_labels, read_texts
from cardgen.evaluation.labels import map_labels
from cardgen.evaluation.predictions import read_baseline
from cardgen.evaluation.predictor import Predictor, Report
from cardgen.evaluation.scores import value
from cardgen.evaluation.statistics import Ids
from cardgen.records.request import EvaluateRequest

if TYPE_CHECKING:
    from cardgen.evaluation.predictor import Batch

_MEANS = ("accuracy",)
"""Metrics that are the mean of a right (1) or wrong (0) for each sample: their best and worst end can be told early."""
_FEWEST = 2


@dataclass(frozen=True)
class Outcome:
    """What came of scoring one candidate."""

    score: float | None
    """On all samples; ``None`` where scoring was stopped or the model computed no number."""
    samples: int
    """Samples that were scored."""
    bound: float | None = None
    """Where scoring was stopped: the score, had all samples that were left been right."""
    fault: str = ""


class CandidateScores:
    """The samples of one evaluation, in the batches that the evaluation takes."""

    def __init__(
        self,
        request: EvaluateRequest,
        tokenizer: Any,
        model_labels: tuple[str, ...],
        data: Path | None,
        baseline: Path,
    ) -> None:
        """Read what candidates are scored on.

        Args:
            request: on what, and by which metric.
            tokenizer: the model's.
            model_labels: the model's label names in id order.
            data: the dataset's file, for a local one.
            baseline: folder with the FP32 model's predictions.

        Raises:
            StepError: if the data do not fit the request, the model or the baseline.
        """
        dataset = load_dataset(request.data, data)
        if request.limit is not None:
            dataset = dataset.select(range(min(request.limit, len(dataset))))
        if len(dataset) < _FEWEST:
            raise StepError("There is only one sample, which is too few to tune on.", remedy="Take more samples.")
        labels = read_labels(dataset, request.columns["label"])
        mapping = map_labels(labels.distinct, model_labels, request.labels, numbers=labels.numbers)
        ids = {label: model_labels.index(name) for label, name in mapping.items()}
        self._expected: Ids = np.array([ids[label] for label in labels.values], dtype=np.int64)
        pairs = request.columns.get("text_pair")
        self._encoded = encode(
            tokenizer,
            read_texts(dataset, request.columns["text"], "text"),
            None if pairs is None else read_texts(dataset, pairs, "text_pair"),
        )
        self._tokenizer = tokenizer
        self._labels = model_labels
        (self._metric,) = request.metrics
        before = read_baseline(baseline, self._expected)
        self.baseline = value(self._metric, self._expected, before, model_labels)
        """The FP32 model's score."""
        wrong = before != self._expected
        # What FP32 gets wrong comes first: there INT8 seldom helps, so that a verdict is certain sooner. The batches
        # themselves stay those of the evaluation, since dynamic INT8 depends on them.
        self._order = sorted(
            batch_ranges(len(self), request.batch_size), key=lambda part: -float(wrong[part.start : part.stop].mean())
        )

    def __len__(self) -> int:
        """Samples that a full evaluation takes."""
        return len(self._expected)

    def inputs(self, count: int) -> tuple[Batch, ...]:
        """Some inputs, spread evenly over the data, as one batch where the tokenizer can pad."""
        chosen = np.linspace(0, len(self) - 1, min(count, len(self))).round().astype(int)
        some = self._some(chosen.tolist())
        return tuple(batches(self._tokenizer, some, 1 if self._tokenizer.pad_token is None else some.count))

    def score(self, predictor: Predictor, hopeless: Callable[[float], bool], report: Report) -> Outcome:
        """Score one candidate.

        Args:
            predictor: the candidate.
            hopeless: whether it fails, given the best score that could still come of it; then scoring stops.
            report: told how many samples are done.
        """
        predicted = np.full(len(self), -1, dtype=np.int64)
        done = right = 0
        for part in self._order:
            (batch,) = batches(self._tokenizer, self._some(part), len(part))
            logits = predictor.logits(batch)
            if logits.shape != (len(part), len(self._labels)):
                raise StepError(f"A candidate gave logits of shape {logits.shape}, not ({len(part)}, labels).")
            done += len(part)
            if np.isnan(logits).any():
                return Outcome(None, done, fault="the model computed NaN")
            predicted[part.start : part.stop] = logits.argmax(-1)
            right += int((predicted[part.start : part.stop] == self._expected[part.start : part.stop]).sum())
            report("trying a fallback", done, len(self))
            bound = (right + len(self) - done) / len(self)
            if self._metric.type in _MEANS and done < len(self) and hopeless(bound):
                return Outcome(None, done, bound=bound)
        return Outcome(value(self._metric, self._expected, predicted, self._labels), done)

    def _some(self, rows: Sequence[int]) -> Encoded:
        samples = {name: [values[row] for row in rows] for name, values in self._encoded.samples.items()}
        return Encoded(samples, len(rows), 0)
