"""Scores an ONNX export with Hugging Face's evaluator, as its guide shows: ``EXPORT TEST_CSV METRIC``; prints JSON.

https://huggingface.co/docs/evaluate/base_evaluator. The rate is the evaluator's own: of its pipeline alone.
"""

from __future__ import annotations

import json
import sys

import datasets
from evaluate import evaluator, load
from optimum.onnxruntime import ORTModelForSequenceClassification
from transformers import AutoTokenizer, pipeline


def main(export: str, test_csv: str, metric: str) -> None:
    """Score and print."""
    model = ORTModelForSequenceClassification.from_pretrained(export, file_name="model.onnx")
    ids = model.config.label2id
    data = datasets.load_dataset("csv", data_files=test_csv, split="train", keep_default_na=False)
    data = data.map(lambda row: {"label": ids[row["category"]]})
    found = evaluator("text-classification").compute(
        model_or_pipeline=pipeline("text-classification", model=model, tokenizer=AutoTokenizer.from_pretrained(export)),
        data=data,
        metric=load(metric, keep_in_memory=True),
        input_column="name",
        label_column="label",
        label_mapping=ids,
    )
    print(json.dumps({"samples_per_s": found["samples_per_second"], "score": found["accuracy"]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
