"""Scores a published folder by other means: a plain loop over the libraries, with nothing of cardgen.

Run in a backend environment: ``python independent.py FOLDER TEST_CSV``; prints the accuracies as JSON.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import torch
from optimum.intel import INCModelForSequenceClassification
from optimum.onnxruntime import ORTModelForSequenceClassification
from transformers import AutoTokenizer


def accuracy(model: Any, tokenizer: Any, rows: list[dict[str, str]], batch: int) -> float:
    """Share of rows whose most likely label is the expected one."""
    right = 0
    for start in range(0, len(rows), batch):
        part = rows[start : start + batch]
        inputs = tokenizer([row["name"] for row in part], padding=True, truncation=True, return_tensors="pt")
        with torch.inference_mode():
            predicted = model(**inputs).logits.argmax(-1).tolist()
        right += sum(
            model.config.id2label[label] == row["category"] for label, row in zip(predicted, part, strict=True)
        )
    return right / len(rows)


def main(folder: str, test_csv: str) -> None:
    """Print both."""
    with Path(test_csv).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    pytorch = INCModelForSequenceClassification.from_pretrained(folder)
    onnx = ORTModelForSequenceClassification.from_pretrained(folder, subfolder="onnx", file_name="model_quantized.onnx")
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
