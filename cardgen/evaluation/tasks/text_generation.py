"""Text generation by a causal model: the perplexity of a corpus.

The texts are joined by blank lines and read in windows that overlap by half, of which only tokens that stood in no
window before count, as in transformers' guide "Perplexity of fixed-length models". Unlike there, where the mean of each
window's loss is weighted by one token less than it is over, the losses are summed over tokens; and the first token of
all, before which nothing stands, is not counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cardgen.evaluation.samples.data import read_texts
from cardgen.evaluation.scoring.measured import Measured, check_metric
from cardgen.evaluation.task import Answer, ModelFiles, Outcomes, Runner, Settings, ToldTokens, no_values
from cardgen.evaluation.tasks.language_modelling import (
    WindowRows,
    check_windows,
    language_logits,
    perplexity,
    read_each,
    token_losses,
    window_length,
    window_rows,
)
from cardgen.evaluation.tasks.likeliest import kept_places, token_fidelity, told_tokens
from cardgen.records.request import MetricRequest, PredictRequest

if TYPE_CHECKING:
    from cardgen.evaluation.task import Batch

METRICS = ("perplexity",)
MAX_LENGTH = 1024
"""Tokens of a window, unless the model takes fewer."""
BETWEEN = "\n\n"
"""What stands between two texts."""

values = no_values  # a window's weight is its tokens
fidelity = token_fidelity


@dataclass(frozen=True)
class CorpusReading:
    """A corpus in windows; see :class:`cardgen.evaluation.task.Reading`."""

    rows: WindowRows
    expected: Sequence[int]
    """How many tokens of each window count: its last ones."""
    settings: Settings

    @property
    def owners(self) -> Sequence[int]:
        """A window is a row."""
        return range(len(self.expected))

    @property
    def labels(self) -> Mapping[str, str]:
        """There are none."""
        return {}

    @cached_property
    def kept(self) -> Sequence[range]:
        """Which of the tokens that count are looked at more closely, in each window."""
        return kept_places(self.expected)

    def answer(self, runner: Runner, rows: Sequence[int], batch: Batch) -> Sequence[tuple[float, ToldTokens]]:
        """For each window the sum of the negative log-likelihoods, in nats, of the tokens that count, and these."""
        ids = batch["input_ids"]
        logits = language_logits(runner.outputs(batch).get("logits"), ids.shape)
        found = []
        for at, row in enumerate(rows):
            end = self.rows.lengths[row]
            start = end - self.expected[row]
            # Each place tells the token after it.
            before, expected = logits[at, start - 1 : end - 1], ids[at, start:end]
            losses = token_losses(before, expected, row)
            found.append((float(losses.sum()), told_tokens(before, expected, self.kept[row])))
        return found

    def conclude(self, sample: int, answers: Sequence[tuple[float, ToldTokens]]) -> Answer:
        """That of its one row."""
        del sample
        ((loss, told),) = answers
        return Answer(loss, told=told)


def read(dataset: Any, request: PredictRequest, model: ModelFiles) -> CorpusReading:
    """Read texts as one corpus.

    Raises:
        StepError: if the column is missing or holds something else than text, the model takes too few tokens, or the
            texts make less than two windows.
    """
    length = window_length(model.tokenizer, MAX_LENGTH)
    stride = length // 2
    corpus = BETWEEN.join(read_texts(dataset, request.columns["text"], "text"))
    ids = np.array(model.tokenizer(corpus, verbose=False)["input_ids"], np.int64)
    ends = window_ends(len(ids), length, stride)
    check_windows(len(ends), length)
    starts = [number * stride for number in range(len(ends))]
    rows = [ids[start:end] for start, end in zip(starts, ends, strict=True)]
    scored = [end - before for end, before in zip(ends, [1, *ends], strict=False)]
    settings = {"max_length": length, "stride": stride, "windows": len(rows), "scored_tokens": sum(scored)}
    return CorpusReading(window_rows(model.tokenizer, rows, segments=False), scored, settings)


def read_inputs(dataset: Any, columns: Mapping[str, str], model: ModelFiles) -> WindowRows:
    """Read texts one a row, each cut to a window.

    Raises:
        StepError: if the column is missing or holds something else than text, or the model takes too few tokens.
    """
    return read_each(dataset, columns, model, most=MAX_LENGTH, segments=False)


def window_ends(tokens: int, length: int, stride: int) -> list[int]:
    """Where windows of ``length`` tokens end, which start ``stride`` apart: the last with the last of ``tokens``."""
    ends = [min(length, tokens)]
    while ends[-1] < tokens:
        ends.append(min(len(ends) * stride + length, tokens))
    return ends


def measure(metric: MetricRequest, outcomes: Outcomes) -> Measured:
    """Perplexity over all tokens that count.

    Raises:
        StepError: if there is no such metric.
    """
    check_metric(metric, METRICS)
    return perplexity(outcomes.predicted, outcomes.expected)
