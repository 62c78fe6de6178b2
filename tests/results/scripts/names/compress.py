"""The model with weights of 4 bits, as compressed-tensors: ``python compress.py FOLDER``.

Needs llmcompressor 0.14.0.1, compressed-tensors 0.19.0 and torch 2.13.0.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from compressed_tensors.quantization import QuantizationArgs, QuantizationScheme
from llmcompressor import oneshot
from llmcompressor.modifiers.quantization import QuantizationModifier
from transformers import AutoModelForCausalLM, AutoTokenizer

folder = Path(sys.argv[1])
base = folder / "names-bf16"
group = QuantizationScheme(
    targets=["Linear"], weights=QuantizationArgs(num_bits=4, strategy="group", group_size=32, symmetric=True)
)
model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.bfloat16)
oneshot(model=model, recipe=QuantizationModifier(config_groups={"group_0": group}, ignore=["lm_head"]))
model.save_pretrained(folder / "names-w4a16", save_compressed=True)
AutoTokenizer.from_pretrained(base).save_pretrained(folder / "names-w4a16")
