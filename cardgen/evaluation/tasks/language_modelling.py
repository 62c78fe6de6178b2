"""What both ways of language modelling share: a corpus in windows, the loss of its tokens, and their perplexity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cardgen.errors import StepError
from cardgen.evaluation.answering.logits import NotANumberError
from cardgen.evaluation.samples.data import read_texts
from cardgen.evaluation.samples.limits import model_limit
from cardgen.evaluation.scoring.measured import Measured
from cardgen.evaluation.scoring.metrics.compute import compute
from cardgen.evaluation.scoring.resampling import ratio_of
from cardgen.evaluation.task import ModelFiles

if TYPE_CHECKING:
    import numpy.typing as npt

    from cardgen.evaluation.scoring.statistics import Ids, Values
    from cardgen.evaluation.task import Batch

    Tokens = npt.NDArray[np.int64]
    Losses = npt.NDArray[np.float64]

_FEWEST_TOKENS = 8
"""Tokens of a window below which there is nothing to tell a token from."""
_FEWEST_WINDOWS = 2
"""Windows below which nothing can be said about a score's spread."""
_CELLS = 2**22
"""Logits looked at in one go: a window's may take hundreds of megabytes."""


@dataclass(frozen=True)
class WindowRows:
    """Token ids, one sequence a row; see :class:`cardgen.evaluation.task.Rows`.

    A batch is filled up on the right, with any token where the tokenizer has none for it: the mask leaves it out, and a
    causal model never looks to the right.
    """

    ids: Sequence[Tokens]
    filler: int
    segments: bool
    """Whether the model is told the segment of each token: it is the first."""
    truncated: int = 0

    @cached_property
    def lengths(self) -> Sequence[int]:
        """Tokens of each row."""
        return [len(ids) for ids in self.ids]

    def batch(self, rows: Sequence[int]) -> Batch:
        """Some rows, each filled up to the longest of them."""
        shape = (len(rows), max(self.lengths[row] for row in rows))
        ids, mask = np.full(shape, self.filler, np.int64), np.zeros(shape, np.int64)
        for at, row in enumerate(rows):
            ids[at, : self.lengths[row]] = self.ids[row]
            mask[at, : self.lengths[row]] = 1
        return {
            "input_ids": ids,
            "attention_mask": mask,
            **({"token_type_ids": np.zeros(shape, np.int64)} if self.segments else {}),
        }


def window_rows(tokenizer: Any, ids: Sequence[Tokens], *, segments: bool, truncated: int = 0) -> WindowRows:
    """Token ids as rows.

    Args:
        tokenizer: a ``transformers.PreTrainedTokenizerBase``.
        ids: of each row.
        segments: whether the model is told segments, if its tokenizer gives any.
        truncated: samples that were cut.
    """
    filler = 0 if tokenizer.pad_token_id is None else int(tokenizer.pad_token_id)
    return WindowRows(ids, filler, segments and "token_type_ids" in tokenizer.model_input_names, truncated)


def window_length(tokenizer: Any, most: int) -> int:
    """Tokens of a window: as many as the model takes, and ``most`` at most.

    Raises:
        StepError: if it takes too few.
    """
    length = min(most, model_limit(tokenizer) or most)
    if length < _FEWEST_TOKENS:
        raise StepError(
            f"The model takes {length} tokens, which is too few to model language.",
            remedy="Mend `model_max_length` in the base model's tokenizer_config.json, or name another model.",
        )
    return length


def check_windows(windows: int, length: int) -> None:
    """Check that there are enough windows.

    Raises:
        StepError: if there are not.
    """
    if windows < _FEWEST_WINDOWS:
        raise StepError(
            f"The texts are too short to score: they do not fill one window of {length} tokens and begin another.",
            remedy="Take more texts.",
        )


def read_each(dataset: Any, columns: Mapping[str, str], model: ModelFiles, *, most: int, segments: bool) -> WindowRows:
    """Read texts one a row, each cut to a window.

    A text without any token, as corpora of lines have, is the token that ends texts.

    Raises:
        StepError: if the column is missing or holds something else than text, or the model takes too few tokens.
    """
    tokenizer, length = model.tokenizer, window_length(model.tokenizer, most)
    texts = read_texts(dataset, columns["text"], "text")
    # Cut by the tokenizer, which keeps the mark that ends a text.
    found = tokenizer(texts, truncation=True, max_length=length, verbose=False)["input_ids"]
    cut = sum(len(ids) > length for ids in tokenizer(texts, verbose=False)["input_ids"])
    end = next(mark for mark in (tokenizer.eos_token_id, tokenizer.bos_token_id, 0) if mark is not None)
    rows = [np.array(ids or [end], np.int64) for ids in found]
    return window_rows(tokenizer, rows, segments=segments, truncated=cut)


def language_logits(logits: Any, shape: tuple[int, ...]) -> Any:
    """The logits that a model computed for tokens of shape ``shape``, of shape (samples, tokens, vocabulary).

    Raises:
        StepError: if there are none, or they have another shape.
    """
    if logits is None or logits.ndim != len(shape) + 1 or logits.shape[:-1] != shape:
        found = "no logits" if logits is None else f"logits of shape {logits.shape}"
        raise StepError(
            f"The model gave {found}, where the task expects some for each token of a batch of shape {shape}.",
            remedy="Name a model that was trained for this task.",
        )
    return logits


def token_losses(logits: npt.NDArray[np.float32], expected: Tokens, row: int) -> Losses:
    """The negative log-likelihood, in nats, of each expected token: what ``torch.nn.functional.cross_entropy`` gives.

    Args:
        logits: of shape (tokens, vocabulary).
        expected: the right id at each place, of shape (tokens,).
        row: which row it is, for messages.

    Raises:
        NotANumberError: if some are NaN.
        StepError: if there are tokens that the model has no logit for.
    """
    if len(expected) and int(expected.max()) >= logits.shape[-1]:
        raise StepError(
            f"The tokenizer gives the token {int(expected.max())}, and the model knows {logits.shape[-1]}.",
            remedy="Name a base model whose tokenizer is its own.",
        )
    losses = np.empty(len(expected), np.float64)
    size = max(1, _CELLS // logits.shape[-1])
    # Infinite logits make NaN of a difference, which is told below.
    with np.errstate(invalid="ignore"):
        for start in range(0, len(expected), size):
            part = logits[start : start + size]
            right = part[np.arange(len(part)), expected[start : start + size]]
            peak = part.max(-1)
            total = np.exp(part - peak[:, None]).sum(-1, dtype=np.float64)
            losses[start : start + size] = np.log(total) + peak.astype(np.float64) - right
    if np.isnan(losses).any():
        raise NotANumberError(row)
    return losses


def perplexity(losses: Sequence[float], tokens: Sequence[int]) -> Measured:
    """Perplexity: the exponential of the mean negative log-likelihood of a token.

    Args:
        losses: for each window, the sum of its tokens' negative log-likelihoods, in nats.
        tokens: for each window, how many tokens that sum is over.
    """
    value = compute("perplexity", losses, tokens)["perplexity"]
    mean = ratio_of(losses, tokens)

    def resampled(rows: Ids) -> Values:
        with np.errstate(over="ignore"):
            return np.exp(mean(rows))

    return Measured("perplexity", value, len(tokens), resampled, width=2)
