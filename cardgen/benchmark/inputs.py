"""What is timed: samples of exactly the length that is asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cardgen.catalog.tasks import TASKS, TIMED_CHOICES
from cardgen.errors import StepError

if TYPE_CHECKING:
    from cardgen.benchmark.runner import Batch

_SEED = 0
_TEXT = "a"
"""Any text; a tokenizer that does not know it still frames it."""
_UNLIMITED = 10**9
"""transformers' ``VERY_LARGE_INTEGER`` (1e30) stands for no limit; no model takes as much as this."""


def random_batch(artifact: Path, tokenizer: Any, batch_size: int, input_length: int, task: str) -> Batch:
    """Samples of random token ids, framed by the special tokens that the model expects, without any padding.

    Args:
        artifact: the model's folder, with its ``config.json``.
        tokenizer: a ``transformers.PreTrainedTokenizerBase``.
        batch_size: samples.
        input_length: tokens in each, special ones included.
        task: decides the form: of one that generates the decoder is given as many tokens as the encoder, and a sample
            of multiple choice has :data:`~cardgen.catalog.tasks.TIMED_CHOICES` answers.

    Raises:
        StepError: if the model does not take so many tokens, or so few.
    """
    config = json.loads((artifact / "config.json").read_text(encoding="utf-8"))
    limits = (tokenizer.model_max_length, config.get("max_position_embeddings") or _UNLIMITED)
    longest = int(min(_UNLIMITED, *limits))
    before, after = _frame(tokenizer)
    words = input_length - len(before) - len(after)
    if words < 1 or input_length > longest:
        least = len(before) + len(after) + 1
        raise StepError(
            f"The model takes inputs of {least} to {longest} tokens, not of {input_length}.",
            remedy="Change `benchmark.input_lengths`.",
        )
    choices = TIMED_CHOICES if task == "multiple-choice" else 1
    # An id that is special, such as padding, has another meaning than a word's wherever it stands.
    special = set(tokenizer.all_special_ids)
    known = np.array([word for word in range(_vocabulary(config, tokenizer)) if word not in special], dtype=np.int64)
    drawn = np.random.default_rng(_SEED).choice(known, size=(batch_size * choices, words))
    ids = np.array([[*before, *row, *after] for row in drawn.tolist()], dtype=np.int64)
    batch = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
    if "token_type_ids" in tokenizer.model_input_names:
        batch["token_type_ids"] = np.zeros_like(ids)
    if TASKS[task].generates:
        batch["decoder_input_ids"] = ids
    if task == "multiple-choice":
        return {name: array.reshape(batch_size, choices, input_length) for name, array in batch.items()}
    return batch


def _frame(tokenizer: Any) -> tuple[list[int], list[int]]:
    """The special tokens that the tokenizer puts before and after a text."""
    encoded = tokenizer(_TEXT, return_special_tokens_mask=True)
    ids, mask = encoded["input_ids"], encoded["special_tokens_mask"]
    before = mask.index(0) if 0 in mask else len(mask)
    after = list(reversed(mask)).index(0) if 0 in mask else 0
    return ids[:before], ids[len(ids) - after :]


def _vocabulary(config: dict[str, Any], tokenizer: Any) -> int:
    """Ids below this one have an embedding; a model may have more of them than its tokenizer has words."""
    known = len(tokenizer)
    return min(known, int(config.get("vocab_size") or known))
