"""Gives a DistilBERT classifier outliers in its attention: the same in FP32, and much worse in INT8.

``add_outliers.py MODEL OUTPUT LAYERS``: in each of the first LAYERS layers one channel between ``v_lin`` and
``out_lin`` is made a hundred thousand times larger, and smaller again. Data beside the model are copied along.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

FACTOR = 1e5

model, output, layers = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
found = AutoModelForSequenceClassification.from_pretrained(model)
with torch.no_grad():
    for layer in found.distilbert.transformer.layer[:layers]:
        attention = layer.attention
        attention.v_lin.weight[0] *= FACTOR
        attention.v_lin.bias[0] *= FACTOR
        attention.out_lin.weight[:, 0] /= FACTOR
found.save_pretrained(output)
AutoTokenizer.from_pretrained(model).save_pretrained(output)
for name in ("train.csv", "test.csv"):
    if (model / name).exists():
        shutil.copy(model / name, output / name)
print(json.dumps(found.num_parameters()))
