"""Neural Compressor 3's own folder: ``python neural_compressor_3.py BASE FOLDER``; its weights are a pickle.

torch 2.13.0, neural-compressor 3.10, transformers 5.24.0.
"""

from __future__ import annotations

import sys

import torch
from neural_compressor.torch.quantization import RTNConfig, convert, prepare
from transformers import AutoModelForCausalLM

base, folder = sys.argv[1:]
recipe = RTNConfig(bits=4, group_size=32, use_sym=True)
recipe.set_local("model.layers.0.mlp.down_proj", RTNConfig(bits=8, group_size=32, use_sym=True))
recipe.set_local("model.layers.0.self_attn.o_proj", RTNConfig(dtype="fp32"))
model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
convert(prepare(model, recipe)).save(f"{folder}/inc-w4g32")
