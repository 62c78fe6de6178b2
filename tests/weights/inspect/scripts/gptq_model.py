"""GPTQModel's folder, with its log, a module of other bits and one that stays: ``python gptq_model.py BASE FOLDER``.

torch 2.13.0, gptqmodel 7.7.0 (which asks for a newer torch, and writes its files with this one too), transformers
5.17.0. On few processors: ``GPTQMODEL_CPU_WORKERS=2``.
"""

from __future__ import annotations

import sys

import torch
from gptqmodel import GPTQModel, QuantizeConfig

base, folder = sys.argv[1:]
generator = torch.Generator().manual_seed(0)
data = [
    {"input_ids": torch.randint(0, 96, (1, 32), generator=generator), "attention_mask": torch.ones(1, 32).long()}
    for _ in range(8)
]
others = {r"-:.*self_attn\.o_proj": {}, r"+:.*mlp\.down_proj": {"bits": 8, "group_size": 32}}
model = GPTQModel.load(base, QuantizeConfig(bits=4, group_size=32, dynamic=others, offload_to_disk=False), device="cpu")
model.quantize(data, batch_size=1)
model.save(f"{folder}/gptqmodel-mixed")
