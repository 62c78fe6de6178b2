"""The largest number that enters each statically quantized Linear layer: ``largest_activation.py ARTIFACT DATA``."""

import csv
import json
import sys
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer

from cardgen.backends.neural_compressor.runner import load_artifact

model = load_artifact(Path(sys.argv[1]), "text-classification", False)
tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
largest: dict[str, int] = {}


def watch(name: str) -> Any:
    def hook(_module: Any, inputs: tuple[Any, ...]) -> None:
        largest[name] = max(largest.get(name, 0), int(inputs[0].int_repr().max()))

    return hook


for name, module in model.named_modules():
    if type(module).__module__.startswith("torch.ao.nn.quantized.modules.linear"):
        module.register_forward_pre_hook(watch(name))
with Path(sys.argv[2]).open(encoding="utf-8") as file:
    texts = [row["text"] for row in csv.DictReader(file)][:20]
with torch.inference_mode():
    for text in texts:
        given = tokenizer([text], truncation=True, return_tensors="pt")
        model(input_ids=given["input_ids"], attention_mask=given["attention_mask"])
print(json.dumps(largest))
