"""Texts to batches of token ids, in the dataset's order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cardgen.errors import StepError

if TYPE_CHECKING:
    from cardgen.evaluation.predictor import Batch

_UNLIMITED = 10**9
"""transformers' ``VERY_LARGE_INTEGER`` (1e30) stands for no limit; no model takes as much as this."""


@dataclass(frozen=True)
class Encoded:
    """Samples as token ids."""

    samples: Mapping[str, Sequence[Sequence[int]]]
    """Name of a model input to one sequence per sample."""
    count: int
    truncated: int
    """Samples that were longer than the model takes."""


def load_tokenizer(artifact: Path, trust_remote_code: bool) -> Any:
    """The tokenizer of an artifact."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(artifact, local_files_only=True, trust_remote_code=trust_remote_code)


def encode(tokenizer: Any, texts: Sequence[str], pairs: Sequence[str] | None) -> Encoded:
    """Tokenize texts, or pairs of texts, and cut each to what the model takes.

    Args:
        tokenizer: a ``transformers.PreTrainedTokenizerBase``.
        texts: one text a sample.
        pairs: the second text of each sample.
    """
    limit = tokenizer.model_max_length if tokenizer.model_max_length < _UNLIMITED else None
    samples = dict(_tokenize(tokenizer, texts, pairs, limit))
    if limit is None:
        return Encoded(samples, len(texts), 0)
    full = [index for index, ids in enumerate(samples["input_ids"]) if len(ids) >= limit]
    if not full:
        return Encoded(samples, len(texts), 0)
    whole = _tokenize(
        tokenizer, [texts[index] for index in full], pairs and [pairs[index] for index in full], limit=None
    )
    return Encoded(samples, len(texts), sum(len(ids) > limit for ids in whole["input_ids"]))


def batches(tokenizer: Any, encoded: Encoded, batch_size: int) -> Iterator[Batch]:
    """Batches of ``batch_size`` samples, each padded to its longest.

    Raises:
        StepError: if batches of several samples are asked for and the tokenizer cannot pad.
    """
    if batch_size > 1 and tokenizer.pad_token is None:
        raise StepError(
            f"The model's tokenizer has no padding token, so samples cannot be put into batches of {batch_size}.",
            remedy="Set `batch_size: 1` under `evaluation` and `calibration`, or give the tokenizer a `pad_token`.",
        )
    for part in batch_ranges(encoded.count, batch_size):
        some = {name: [values[index] for index in part] for name, values in encoded.samples.items()}
        yield dict(tokenizer.pad(some, padding=len(part) > 1, return_tensors="np"))


def batch_ranges(count: int, batch_size: int) -> Iterator[range]:
    """The indices 0 to ``count - 1`` in order, ``batch_size`` at a time; the last may be shorter."""
    return (range(start, min(start + batch_size, count)) for start in range(0, count, batch_size))


def _tokenize(tokenizer: Any, texts: Sequence[str], pairs: Sequence[str] | None, limit: int | None) -> Any:
    # `verbose` would warn of every text that is too long; these are counted instead.
    second = {} if pairs is None else {"text_pair": list(pairs)}
    return tokenizer(list(texts), **second, truncation=limit is not None, max_length=limit, verbose=False)
