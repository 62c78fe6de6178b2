"""A model and its tokenizer made to fit each other, so that a reader can hand on all that the tokenizer gives."""

from __future__ import annotations

import inspect
from typing import Any


def longest_input(model: Any) -> int | None:
    """The most tokens that ``model`` takes; ``None`` where it sets no limit.

    Models after RoBERTa number positions from ``padding_idx + 1``, so they take fewer tokens than
    ``max_position_embeddings`` says (transformers, ``create_position_ids_from_input_ids``).
    """
    import torch

    for name, module in model.named_modules():
        if name.endswith("position_embeddings") and isinstance(module, torch.nn.Embedding):
            offset = 0 if module.padding_idx is None else module.padding_idx + 1
            return int(module.num_embeddings - offset)
    limit = getattr(model.config, "max_position_embeddings", None)
    return limit if isinstance(limit, int) and limit > 0 else None


def fit_tokenizer(tokenizer: Any, model: Any, task: str) -> None:
    """Have a tokenizer give what ``model`` takes, so that a reader can hand on all that it gives.

    One without a class of its own gives ``token_type_ids``, which DistilBERT refuses, and GPT-2 takes for more words.
    """
    limit = longest_input(model)
    if limit is not None and tokenizer.model_max_length > limit:
        tokenizer.model_max_length = limit
    taken = set(inspect.signature(model.forward).parameters)
    if task == "text-generation":
        taken.discard("token_type_ids")
    names = [name for name in tokenizer.model_input_names if name in taken]
    if names and names != list(tokenizer.model_input_names):
        tokenizer.model_input_names = names
        tokenizer.init_kwargs["model_input_names"] = names  # what `save_pretrained` writes


def fit_padding(tokenizer: Any, model: Any) -> int | None:
    """Name the tokenizer's padding token in a configuration that names none; its id, where that was done.

    Classifiers made of models that generate text look for a text's last token by it, and take no two texts without.
    """
    padding = tokenizer.pad_token_id
    if model.config.pad_token_id is not None or padding is None or padding >= model.config.vocab_size:
        return None
    model.config.pad_token_id = padding
    return int(padding)
