"""Writes two tiny classifiers twice, with padding on either side of a text: ``make_padded.py MODEL FOLDER``.

``MODEL`` is a classifier, which is one of them; the other is a GPT-2 that takes its tokenizer and labels. Both number
the places of a row from its left end.
"""

import json
import sys
from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer, GPT2Config, GPT2ForSequenceClassification

source, folder = sys.argv[1], Path(sys.argv[2])
given = AutoModelForSequenceClassification.from_pretrained(source)
for side in ("left", "right"):
    tokenizer = AutoTokenizer.from_pretrained(source, padding_side=side)
    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=len(tokenizer), n_positions=64, n_embd=32, n_layer=2, n_head=4, initializer_range=0.4,
        pad_token_id=tokenizer.pad_token_id, bos_token_id=None, eos_token_id=None,
        id2label=given.config.id2label, label2id=given.config.label2id,
    )  # fmt: skip
    for name, model in {"gpt2": GPT2ForSequenceClassification(config), "distilbert": given}.items():
        model.save_pretrained(folder / f"{name}-{side}")
        tokenizer.save_pretrained(folder / f"{name}-{side}")
print(json.dumps("made"))
