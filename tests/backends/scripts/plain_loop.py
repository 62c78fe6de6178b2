"""Scores an artifact as a reader of its card would, without cardgen: ``plain_loop.py KIND ARTIFACT DATA BATCH STORED``.

Prints the predictions of this loop, and those that the evaluation stored.
"""

import csv
import json
import sys

import numpy as np
import pyarrow.parquet
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

kind, artifact, data, batch_size, stored = sys.argv[1:]
torch.set_num_threads(2)
if kind == "neural-compressor":
    from optimum.intel import INCModelForSequenceClassification

    model = INCModelForSequenceClassification.from_pretrained(artifact)
elif kind == "torch":
    model = AutoModelForSequenceClassification.from_pretrained(artifact).eval()
else:
    from optimum.onnxruntime import ORTModelForSequenceClassification

    model = ORTModelForSequenceClassification.from_pretrained(artifact, file_name=kind)
tokenizer = AutoTokenizer.from_pretrained(artifact)
with open(data, encoding="utf-8", newline="") as file:  # noqa: PTH123
    rows = list(csv.DictReader(file))
plain = []
with torch.no_grad():
    for start in range(0, len(rows), int(batch_size)):
        part = rows[start : start + int(batch_size)]
        texts = [[row["text"] for row in part]] + ([[row["other"] for row in part]] if "other" in rows[0] else [])
        batch = tokenizer(*texts, padding=True, truncation=True, return_tensors="pt")
        if model.config.model_type == "distilbert":
            batch.pop("token_type_ids", None)
        plain += np.asarray(model(**batch).logits).argmax(-1).tolist()
table = pyarrow.parquet.read_table(f"{stored}/predictions.parquet")
print(
    json.dumps(
        {
            "plain": plain,
            "stored": table["prediction"].to_pylist(),
            "labels": table["expected"].to_pylist(),
            "rows": rows,
        }
    )
)
