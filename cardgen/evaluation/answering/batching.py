"""Texts to rows of token ids, and rows to batches of about the same length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cardgen.errors import StepError
from cardgen.evaluation.samples.limits import model_limit

if TYPE_CHECKING:
    from cardgen.evaluation.task import Batch


@dataclass(frozen=True)
class TokenRows:
    """Texts as token ids; see :class:`cardgen.evaluation.task.Rows`."""

    tokenizer: Any
    """A ``transformers.PreTrainedTokenizerBase``."""
    inputs: Mapping[str, Sequence[Sequence[int]]]
    """Name of a model input to one sequence a row."""
    truncated: int = 0

    @cached_property
    def lengths(self) -> Sequence[int]:
        """Tokens of each row."""
        return [len(ids) for ids in self.inputs["input_ids"]]

    def batch(self, rows: Sequence[int]) -> Batch:
        """Some rows, each padded to the longest of them.

        Raises:
            StepError: if there are several, and the tokenizer cannot pad.
        """
        import numpy as np

        if len(rows) == 1:  # there is nothing to pad, and `pad` takes as long as a small model does
            return {name: np.array([values[rows[0]]], np.int64) for name, values in self.inputs.items()}
        check_padding(self.tokenizer, len(rows))
        some = {name: [values[row] for row in rows] for name, values in self.inputs.items()}
        return dict(self.tokenizer.pad(some, return_tensors="np"))

    def some(self, rows: Sequence[int]) -> TokenRows:
        """These rows alone."""
        inputs = {name: [values[row] for row in rows] for name, values in self.inputs.items()}
        return TokenRows(self.tokenizer, inputs, self.truncated)


def check_padding(tokenizer: Any, batch_size: int) -> None:
    """Check that a tokenizer can fill up the shorter rows of a batch.

    Raises:
        StepError: if it cannot.
    """
    if tokenizer.pad_token is None:
        raise StepError(
            f"The model's tokenizer has no padding token, so samples cannot be put into batches of {batch_size}.",
            remedy="Set `batch_size: 1` under `evaluation` and `calibration`, or give the tokenizer a `pad_token`.",
        )


def encode(
    tokenizer: Any,
    texts: Sequence[str],
    pairs: Sequence[str] | None = None,
    *,
    limit: int | None = None,
    owners: Sequence[int] | None = None,
) -> TokenRows:
    """Tokenize texts, or pairs of texts, and cut each to what the model takes.

    Args:
        tokenizer: a ``transformers.PreTrainedTokenizerBase``.
        texts: one text a row.
        pairs: the second text of each row.
        limit: the most tokens of a row, where these are to be fewer than the model takes.
        owners: the sample that each row is part of, where a sample has several.
    """
    limit = min((each for each in (limit, model_limit(tokenizer)) if each is not None), default=None)
    inputs = dict(_tokenize(tokenizer, texts, pairs, limit))
    if limit is None:
        return TokenRows(tokenizer, inputs)
    full = [index for index, ids in enumerate(inputs["input_ids"]) if len(ids) >= limit]
    if not full:
        return TokenRows(tokenizer, inputs)
    whole = _tokenize(
        tokenizer, [texts[index] for index in full], pairs and [pairs[index] for index in full], limit=None
    )
    cut = [row for row, ids in zip(full, whole["input_ids"], strict=True) if len(ids) > limit]
    return TokenRows(tokenizer, inputs, len({owners[row] for row in cut} if owners else cut))


def plan_batches(lengths: Sequence[int], batch_size: int) -> list[list[int]]:
    """Rows in batches of ``batch_size``, longest first; the last batch may be smaller.

    Rows of about the same length need little padding, and memory that does not suffice shows at once. Rows of the same
    length stay in the dataset's order.
    """
    order = sorted(range(len(lengths)), key=lambda row: -lengths[row])
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


def _tokenize(tokenizer: Any, texts: Sequence[str], pairs: Sequence[str] | None, limit: int | None) -> Any:
    # `verbose` would warn of every text that is too long; these are counted instead.
    second = {} if pairs is None else {"text_pair": list(pairs)}
    return tokenizer(list(texts), **second, truncation=limit is not None, max_length=limit, verbose=False)
