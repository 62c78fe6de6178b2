"""Scores a published folder by other means: a plain loop over the libraries, with nothing of cardgen.

Run in a backend environment: ``python independent.py FOLDER TEST_CSV``; prints the accuracies as JSON.
"""

import csv
import json
import sys

import torch
from optimum.intel import INCModelForSequenceClassification
from optimum.onnxruntime import ORTModelForSequenceClassification
from transformers import AutoTokenizer


def accuracy(model, tokenizer, rows, batch):
    right = 0
    for start in range(0, len(rows), batch):
        part = rows[start : start + batch]
        inputs = tokenizer([row["name"] for row in part], padding=True, truncation=True, return_tensors="pt")
        with torch.inference_mode():
            predicted = model(**inputs).logits.argmax(-1).tolist()
        right += sum(model.config.id2label[label] == row["category"] for label, row in zip(predicted, part))
    return right / len(rows)


def main(folder, test_csv):
    with open(test_csv, encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    pytorch = INCModelForSequenceClassification.from_pretrained(folder)
    onnx = ORTModelForSequenceClassification.from_pretrained(
        folder, subfolder="onnx", file_name="model_quantized.onnx"
    )
    print(
        json.dumps(
            {
                "pytorch": accuracy(pytorch, AutoTokenizer.from_pretrained(folder), rows, 32),
                "onnx": accuracy(onnx, AutoTokenizer.from_pretrained(folder, subfolder="onnx"), rows, 1),
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
