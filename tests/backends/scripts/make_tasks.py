"""Writes tiny models for other tasks than classifying texts: ``make_tasks.py TOKENIZER FOLDER``.

``masked`` has no trained pooler, as most masked language models on the Hub; its features can be extracted all the same.
"""

import json
import sys
from pathlib import Path

import torch
from transformers import (
    AutoTokenizer,
    BertConfig,
    BertForMaskedLM,
    DistilBertConfig,
    DistilBertForTokenClassification,
    ElectraConfig,
    ElectraForQuestionAnswering,
)

tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
folder = Path(sys.argv[2])
torch.manual_seed(0)
size = {
    "vocab_size": len(tokenizer),
    "hidden_size": 32,
    "embedding_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "max_position_embeddings": 64,
}
tags = {0: "O", 1: "MOOD", 2: "PLACE"}
tagger = DistilBertConfig(
    vocab_size=len(tokenizer), n_layers=2, dim=32, hidden_dim=48, n_heads=4, max_position_embeddings=24, id2label=tags
)
for name, model in {
    "masked": BertForMaskedLM(BertConfig(**size)),
    "answers": ElectraForQuestionAnswering(ElectraConfig(**size)),
    "tokens": DistilBertForTokenClassification(tagger),
}.items():
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    model.save_pretrained(folder / name)
    tokenizer.save_pretrained(folder / name)
print(json.dumps("made"))
