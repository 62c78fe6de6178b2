"""Filling masks: how well a masked language model tells tokens that are hidden from it.

The tokens of all texts, one text after the other, are cut into windows, each between the marks that the tokenizer puts
around a text. In each window 15 % of the tokens are hidden by the mask token: the share of BERT (Devlin et al., 2019)
and of transformers' ``run_mlm.py``. That script draws each token by itself, replaces 80 % of those drawn by the mask
token and 10 % by any other, and leaves 10 %; here their number is exact and all are masked, so that only tokens count
which the model does not see. The perplexity is that of hidden tokens, given all others: it does not compare with that
of a causal model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from cardgen.errors import StepError
from cardgen.evaluation.samples.data import read_texts
from cardgen.evaluation.scoring.measured import Measured, check_metric
from cardgen.evaluation.scoring.metrics.compute import compute
from cardgen.evaluation.scoring.resampling import ratio_of
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
    from cardgen.evaluation.tasks.language_modelling import Losses, Tokens

METRICS = ("perplexity", "accuracy")
MAX_LENGTH = 512
"""Tokens of a window with its marks, unless the model takes fewer."""
MASKED_SHARE = 0.15
SEED = 0

values = no_values  # not all windows have as many hidden tokens
fidelity = token_fidelity


@dataclass(frozen=True)
class MaskReading:
    """A corpus in windows with hidden tokens; see :class:`cardgen.evaluation.task.Reading`."""

    rows: WindowRows
    places: Sequence[Tokens]
    """Where in each window a token is hidden."""
    expected: Sequence[Sequence[int]]
    """Which token that is."""
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
        """Which of the hidden places are looked at more closely, in each window."""
        return kept_places([len(tokens) for tokens in self.expected])

    def answer(self, runner: Runner, rows: Sequence[int], batch: Batch) -> Sequence[tuple[ToldTokens, Losses]]:
        """For each window what is told in each hidden place, and the loss of the right token there, in nats."""
        logits = language_logits(runner.outputs(batch).get("logits"), batch["input_ids"].shape)
        found = []
        for at, row in enumerate(rows):
            hidden = logits[at, self.places[row]]
            expected = np.array(self.expected[row], np.int64)
            losses = token_losses(hidden, expected, row)
            found.append((told_tokens(hidden, expected, self.kept[row]), losses))
        return found

    def conclude(self, sample: int, answers: Sequence[tuple[ToldTokens, Losses]]) -> Answer:
        """The tokens of its one row, and as its logits the losses of the right ones."""
        del sample
        ((told, losses),) = answers
        # In the precision in which they are stored: a score must not depend on whether they were.
        return Answer(told.tokens, losses.astype(np.float32), told)


def read(dataset: Any, request: PredictRequest, model: ModelFiles) -> MaskReading:
    """Read texts as one corpus, and hide tokens of it.

    Raises:
        StepError: if the column is missing or holds something else than text, the model has no mask token or takes too
            few tokens, or the texts make less than two windows.
    """
    tokenizer = model.tokenizer
    if tokenizer.mask_token_id is None:
        raise StepError(
            "The model's tokenizer has no mask token, so no token can be hidden from the model.",
            remedy="Name a masked language model, or give the tokenizer the `mask_token` that the model knows.",
        )
    length = window_length(tokenizer, MAX_LENGTH)
    texts = read_texts(dataset, request.columns["text"], "text")
    ids = tokenizer(texts, add_special_tokens=False, verbose=False)["input_ids"]
    before, after = marks(tokenizer, texts, ids)
    corpus = np.array([*chain(*ids)], np.int64)
    size = length - len(before) - len(after)
    rows, places, expected = [], [], []
    for number, start in enumerate(range(0, len(corpus), size)):
        window = np.array([*before, *corpus[start : start + size], *after], np.int64)
        hidden = draw(window, tokenizer.all_special_ids, number)
        if len(hidden):
            places.append(hidden)
            expected.append(window[hidden].tolist())
            window[hidden] = tokenizer.mask_token_id
            rows.append(window)
    check_windows(len(rows), length)
    settings = {
        "max_length": length,
        "windows": len(rows),
        "masked_share": MASKED_SHARE,
        "masked_tokens": sum(map(len, expected)),
        "seed": SEED,
    }
    return MaskReading(window_rows(tokenizer, rows, segments=True), places, expected, settings)


def read_inputs(dataset: Any, columns: Mapping[str, str], model: ModelFiles) -> WindowRows:
    """Read texts one a row, each cut to a window; nothing is hidden.

    Raises:
        StepError: if the column is missing or holds something else than text, or the model takes too few tokens.
    """
    return read_each(dataset, columns, model, most=MAX_LENGTH, segments=True)


def draw(window: Tokens, special: Sequence[int], number: int) -> Tokens:
    """The places in a window that are hidden, in order: one at least, where there is a token that is not special.

    Args:
        window: its token ids.
        special: token ids that are never hidden.
        number: the window's, which the draw depends on.
    """
    free = np.flatnonzero(~np.isin(window, special))
    count = max(1, round(MASKED_SHARE * len(free)))
    return np.sort(np.random.default_rng([SEED, number]).permutation(free)[:count])


def marks(tokenizer: Any, texts: Sequence[str], ids: Sequence[Sequence[int]]) -> tuple[list[int], list[int]]:
    """The special tokens that a tokenizer puts before a text, and after it.

    Args:
        tokenizer: a ``transformers.PreTrainedTokenizerBase``.
        texts: some texts.
        ids: their tokens without special ones.

    Raises:
        StepError: if a text has other tokens between special ones.
    """
    text, bare = next(((text, [*tokens]) for text, tokens in zip(texts, ids, strict=True) if tokens), ("", []))
    whole = tokenizer(text, verbose=False)["input_ids"]
    places = (start for start in range(len(whole) + 1) if whole[start : start + len(bare)] == bare)
    start = next(places, None)
    if start is None:
        raise StepError(
            "The model's tokenizer gives a text other tokens where it adds special ones, so windows cannot be marked.",
            remedy="Name a model whose tokenizer puts special tokens before and after a text alone.",
        )
    return whole[:start], whole[start + len(bare) :]


def measure(metric: MetricRequest, outcomes: Outcomes) -> Measured:
    """Perplexity of the hidden tokens, or the share of them that the model tells.

    Raises:
        StepError: if there is no such metric.
    """
    check_metric(metric, METRICS)
    expected, tokens = outcomes.expected, [len(each) for each in outcomes.expected]
    if metric.type == "perplexity":
        losses = [] if outcomes.logits is None else outcomes.logits
        return perplexity([float(np.sum(each, dtype=np.float64)) for each in losses], tokens)
    value = compute("accuracy", [*chain(*outcomes.predicted)], [*chain(*expected)])["accuracy"]
    right = [int(np.equal(*pair).sum()) for pair in zip(outcomes.predicted, expected, strict=True)]
    return Measured("accuracy", value, len(tokens), ratio_of(right, tokens), width=2)
