"""GPTQ's and AWQ's layouts, as AutoRound writes them: ``python autoround.py BASE FOLDER``.

torch 2.13.0, auto-round 0.16.0, transformers 5.17.0, accelerate. Each lands in a folder below the one of its name.
"""

from __future__ import annotations

import sys
from typing import Any

import torch
from auto_round import AutoRound
from transformers import AutoModelForCausalLM, AutoTokenizer

MIXED = {"model.layers.0.mlp.down_proj": {"bits": 8}, "model.layers.0.self_attn.o_proj": {"bits": 16}}
RECIPES: dict[str, tuple[str, dict[str, Any]]] = {
    "ar-w4g32-asym": ("auto_round", {"sym": False}),
    "ar-gptq": ("auto_gptq", {"sym": True}),
    "ar-awq": ("auto_awq", {"sym": False}),
    "ar-mixed": ("auto_round", {"sym": True, "layer_config": MIXED}),
}

base, folder = sys.argv[1:]
generator = torch.Generator().manual_seed(0)
data = [torch.randint(0, 96, (1, 32), generator=generator) for _ in range(8)]
tokenizer = AutoTokenizer.from_pretrained(base)
for name, (layout, recipe) in RECIPES.items():
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.bfloat16)
    rounding = AutoRound(
        model,
        tokenizer,
        bits=4,
        group_size=32,
        nsamples=8,
        seqlen=32,
        iters=0,
        dataset=data,
        device_map="cpu",
        **recipe,
    )
    rounding.quantize_and_save(f"{folder}/{name}", format=layout)
