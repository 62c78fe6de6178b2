"""HQQ, as transformers 4 writes it: ``python transformers_4.py BASE FOLDER``.

torch 2.13.0, transformers 4.57.6, hqq 0.2.8.post1, accelerate. MLX's models are made by mlx-lm 0.32.0, mlx[cpu] 0.32.4:
``mlx_lm.convert --hf-path BASE --mlx-path FOLDER/mlx4 -q --q-bits 4 --q-group-size 32``, ``… mlx-mixed -q
--quant-predicate mixed_4_6 --q-group-size 32`` and ``… mlx-mxfp4 -q --q-mode mxfp4``, which print bits a weight.
"""

from __future__ import annotations

import sys

import torch
from transformers import AutoModelForCausalLM, HqqConfig

base, folder = sys.argv[1:]
config = HqqConfig(nbits=4, group_size=32)
model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.bfloat16, device_map="cpu", quantization_config=config)
model.save_pretrained(f"{folder}/hqq")
