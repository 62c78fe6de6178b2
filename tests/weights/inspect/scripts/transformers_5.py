"""torchao and bitsandbytes, as transformers 5 writes them: ``python transformers_5.py BASE FOLDER``.

torch 2.13.0, transformers 5.24.0, torchao 0.18.0, bitsandbytes 0.50.0, accelerate.
"""

from __future__ import annotations

import sys
from typing import Any

import torch
import torchao.quantization as ao
from transformers import AutoModelForCausalLM, BitsAndBytesConfig, TorchAoConfig

NF4 = {"load_in_4bit": True, "bnb_4bit_quant_type": "nf4", "bnb_4bit_compute_dtype": torch.bfloat16}
CONFIGS: dict[str, Any] = {
    "torchao-int8wo": TorchAoConfig(ao.Int8WeightOnlyConfig()),
    "torchao-int8dyn": TorchAoConfig(ao.Int8DynamicActivationInt8WeightConfig()),
    "torchao-int4": TorchAoConfig(ao.IntxWeightOnlyConfig(weight_dtype=torch.int4, granularity=ao.PerGroup(32))),
    "torchao-float8": TorchAoConfig(ao.Float8WeightOnlyConfig()),
    "bnb-nf4": BitsAndBytesConfig(**NF4),
    "bnb-nf4-double-bf16": BitsAndBytesConfig(
        **NF4, bnb_4bit_use_double_quant=True, bnb_4bit_quant_storage=torch.bfloat16
    ),
    "bnb-int8": BitsAndBytesConfig(load_in_8bit=True),
}

base, folder = sys.argv[1:]
for name, config in CONFIGS.items():
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.bfloat16, quantization_config=config)
    model.save_pretrained(f"{folder}/{name}")
