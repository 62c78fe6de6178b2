"""compressed-tensors, as llm-compressor writes them: ``python llm_compressor.py BASE FOLDER``.

torch 2.13.0, llmcompressor 0.14.0.1, compressed-tensors 0.19.0.
"""

from __future__ import annotations

import sys
from typing import Any

import torch
from compressed_tensors.quantization import QuantizationArgs, QuantizationScheme
from datasets import Dataset
from llmcompressor import oneshot
from llmcompressor.modifiers.quantization import QuantizationModifier
from transformers import AutoModelForCausalLM, AutoTokenizer


def scheme(weights: dict[str, Any], inputs: dict[str, Any] | None = None) -> dict[str, Any]:
    """A group of all Linear modules, for what has no preset of such small sizes."""
    activations = QuantizationArgs(**inputs) if inputs else None
    group = QuantizationScheme(targets=["Linear"], weights=QuantizationArgs(**weights), input_activations=activations)
    return {"config_groups": {"group_0": group}}


INT4 = {"num_bits": 4, "strategy": "group", "group_size": 32}
KV_CACHE = {"num_bits": 8, "type": "float", "strategy": "tensor", "dynamic": False, "symmetric": True}
RECIPES: dict[str, dict[str, Any]] = {
    "ct-w8a8": {"scheme": "W8A8"},
    "ct-int8-static": scheme(
        {"num_bits": 8, "strategy": "channel"}, {"num_bits": 8, "strategy": "tensor", "dynamic": False}
    ),
    "ct-w4a16-g32": scheme(INT4),
    "ct-w4a16-asym": scheme({**INT4, "symmetric": False}),
    "ct-fp8-block": scheme(
        {"num_bits": 8, "type": "float", "strategy": "block", "block_structure": [32, 32]},
        {"num_bits": 8, "type": "float", "strategy": "group", "group_size": 32, "dynamic": True},
    ),
    "ct-fp8-kv": {"scheme": "FP8", "kv_cache_scheme": KV_CACHE},
    "ct-nvfp4": {"scheme": "NVFP4"},
    "ct-mxfp4": {"scheme": "MXFP4"},
}

base, folder = sys.argv[1:]
generator = torch.Generator().manual_seed(0)
rows = [torch.randint(0, 96, (32,), generator=generator).tolist() for _ in range(16)]
data = Dataset.from_list([{"input_ids": row, "attention_mask": [1] * 32} for row in rows])
tokenizer = AutoTokenizer.from_pretrained(base)
for name, recipe in RECIPES.items():
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.bfloat16)
    modifier = QuantizationModifier(
        **({} if "config_groups" in recipe else {"targets": "Linear"}), **recipe, ignore=["lm_head"]
    )
    oneshot(
        model=model, processor=tokenizer, recipe=modifier, dataset=data, num_calibration_samples=16, max_seq_length=32
    )
    model.save_pretrained(f"{folder}/{name}", save_compressed=True)
