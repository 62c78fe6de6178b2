"""Trains a classifier some of whose weights have one magnitude: ``train_one_magnitude.py MODEL FOLDER``.

MODEL is a DistilBERT classifier, from which the shape, the tokenizer and the data are taken. Its activation becomes
ReLU, and the weights of the layers behind a ReLU (``ffn.lin2``, ``classifier``) are all +a or -a, as binarized networks
have them (Courbariaux et al., 2015): quantized, all are 127 or -127, and sums of two products with activations up to
255 exceed 16 bits.
"""

import csv
import json
import shutil
import sys
from pathlib import Path

import torch
from torch.nn.utils import parametrize
from transformers import AutoConfig, AutoTokenizer, DistilBertForSequenceClassification

base, folder = Path(sys.argv[1]), Path(sys.argv[2])


class OneMagnitude(torch.nn.Module):  # type: ignore[misc]
    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        flat = weight.sign() * weight.abs().mean()
        return weight + (flat - weight).detach()  # the gradient passes straight through


torch.manual_seed(0)
config = AutoConfig.from_pretrained(base, activation="relu")
model = DistilBertForSequenceClassification(config)
behind_relu = [layer.ffn.lin2 for layer in model.distilbert.transformer.layer] + [model.classifier]
for module in behind_relu:
    parametrize.register_parametrization(module, "weight", OneMagnitude())
tokenizer = AutoTokenizer.from_pretrained(base)
with (base / "train.csv").open(encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
model.train()
for _ in range(10):
    for start in torch.randperm(len(rows) // 32).mul(32).tolist():
        part = rows[start : start + 32]
        batch = tokenizer([row["text"] for row in part], padding=True, truncation=True, return_tensors="pt")
        batch.pop("token_type_ids", None)
        model(**batch, labels=torch.tensor([config.label2id[row["label"]] for row in part])).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
for module in behind_relu:
    parametrize.remove_parametrizations(module, "weight")
model.eval().save_pretrained(folder)
tokenizer.save_pretrained(folder)
for name in ("train.csv", "test.csv"):
    shutil.copy(base / name, folder / name)
print(json.dumps(sorted({round(float(value), 6) for value in model.classifier.weight.abs().flatten()})))
