"""Writes tiny untrained models in which weights are used more than once, or are convolutions'.

``make_shared.py TOKENIZER FOLDER``: ``albert`` has four layers of the same weights, ``deberta`` multiplies words and
their distances by the same ones, the head of ``tied`` is its embedding, ``squeezebert`` and ``resnet`` convolve.
"""

import json
import sys
from pathlib import Path

import torch
from transformers import (
    AlbertConfig,
    AlbertForMaskedLM,
    AlbertForSequenceClassification,
    AutoTokenizer,
    DebertaV2Config,
    DebertaV2ForSequenceClassification,
    ResNetConfig,
    ResNetForImageClassification,
    SqueezeBertConfig,
    SqueezeBertForSequenceClassification,
    ViTImageProcessor,
)

tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
tokenizer.model_max_length = 48
folder = Path(sys.argv[2])
torch.manual_seed(0)
size = {
    "vocab_size": len(tokenizer),
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 256,
    "max_position_embeddings": 48,
    "num_labels": 3,
}
albert = AlbertConfig(**{**size, "num_hidden_layers": 4}, embedding_size=32)
models = {
    "albert": AlbertForSequenceClassification(albert),
    "tied": AlbertForMaskedLM(albert),
    "deberta": DebertaV2ForSequenceClassification(
        DebertaV2Config(
            **size, relative_attention=True, position_buckets=8, pos_att_type=["p2c", "c2p"], share_att_key=True,
            type_vocab_size=0,
        )
    ),
    "squeezebert": SqueezeBertForSequenceClassification(SqueezeBertConfig(**size, embedding_size=64)),
    "resnet": ResNetForImageClassification(
        ResNetConfig(
            embedding_size=16, hidden_sizes=[16, 32], depths=[1, 1], layer_type="basic",
            id2label={0: "cat", 1: "dog", 2: "bird"},
        )
    ),
}  # fmt: skip
for name, model in models.items():
    for parameter in model.parameters():
        # Fresh biases are all zero, and the exporter merges equal tensors, which trained models do not have.
        torch.nn.init.normal_(parameter, std=0.05)
    model.save_pretrained(folder / name)
    if name == "resnet":
        ViTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder / name)
    else:
        tokenizer.save_pretrained(folder / name)
print(json.dumps(list(models)))
