"""Copies a model and spoils it: ``spoil.py MODEL COPY [pad_token]``; without the last, its weights become NaN."""

import json
import shutil
import sys
from pathlib import Path

from transformers import AutoModelForSequenceClassification, AutoTokenizer

base, copy = map(Path, sys.argv[1:3])
shutil.copytree(base, copy)
if sys.argv[3:] == ["pad_token"]:
    tokenizer = AutoTokenizer.from_pretrained(base)
    tokenizer.pad_token = None
    tokenizer.save_pretrained(copy)
else:
    model = AutoModelForSequenceClassification.from_pretrained(base)
    model.classifier.bias.data.fill_(float("nan"))
    model.save_pretrained(copy)
print(json.dumps("spoilt"))
