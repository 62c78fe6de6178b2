"""Reads models as JSON from stdin and prints the shape of each, without ever allocating a weight.

Each model is ``{"class": ..., "model_type": ..., "config": {...}}``; runs in an environment that holds transformers.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import torch
import transformers
from torch import nn
from transformers.pytorch_utils import Conv1D

CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, Conv1D)


def shape(model_class: str, model_type: str, settings: dict[str, Any]) -> dict[str, Any]:
    config = transformers.AutoConfig.for_model(model_type, **settings)
    with torch.device("meta"):
        model = getattr(transformers, model_class)(config)
    model.tie_weights()
    unsaved = [re.compile(pattern) for pattern in model._keys_to_ignore_on_save or ()]
    saved = {
        id(parameter): parameter.numel()
        for name, parameter in model.named_parameters(remove_duplicate=False)
        if not any(pattern.search(name) for pattern in unsaved)
    }
    found: dict[str, Any] = {"linear": {}, "embeddings": {}, "convolutions": {}}
    owners: dict[int, list[str]] = {}
    for name, module in model.named_modules(remove_duplicate=False):
        kinds = {"linear": nn.Linear, "embeddings": nn.Embedding, "convolutions": CONVOLUTIONS}
        for kind, types in kinds.items():
            if isinstance(module, types):
                # An embedding that is computed, as Marian's positions are, is in no checkpoint.
                is_computed = kind == "embeddings" and id(module.weight) not in saved
                found[kind][name] = 0 if is_computed else module.weight.numel()
                owners.setdefault(id(module.weight), []).append(name)
    tied = [owners[weight] for weight in saved if len(owners.get(weight, ())) > 1]
    return {"parameters": sum(saved.values()), **found, "tied": tied}


def main() -> None:
    models = json.load(sys.stdin)
    json.dump([shape(model["class"], model["model_type"], model["config"]) for model in models], sys.stdout)


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    main()
