"""OpenVINO's IR, as NNCF compresses and quantizes it: ``python openvino_nncf.py FOLDER``.

torch 2.13.0, transformers 4.57.6, openvino 2026.4.1, nncf 3.4.0.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import nncf
import numpy as np
import openvino
import torch
from transformers import BertConfig, BertForSequenceClassification

folder = Path(sys.argv[1])
torch.manual_seed(0)
config = BertConfig(
    vocab_size=96,
    hidden_size=64,
    intermediate_size=128,
    num_hidden_layers=1,
    num_attention_heads=2,
    max_position_embeddings=32,
)
model = BertForSequenceClassification._from_config(config, attn_implementation="eager").eval()
words = torch.ones(1, 8, dtype=torch.long)
rows = [
    {"input_ids": np.full((1, 8), word, dtype=np.int64), "attention_mask": np.ones((1, 8), dtype=np.int64)}
    for word in range(1, 9)
]


def converted() -> Any:
    """The model in memory: what quantizes it may change it."""
    return openvino.convert_model(model, example_input={"input_ids": words, "attention_mask": words})


modes = nncf.CompressWeightsMode
saved = {
    "f16": converted(),
    "int8": nncf.compress_weights(converted(), mode=modes.INT8_ASYM),
    "int4": nncf.compress_weights(converted(), mode=modes.INT4_SYM, group_size=32, ratio=1.0),
    "static": nncf.quantize(converted(), nncf.Dataset(rows), subset_size=8, model_type=nncf.ModelType.TRANSFORMER),
}
for name, made in saved.items():
    openvino.save_model(made, folder / f"{name}.xml")
