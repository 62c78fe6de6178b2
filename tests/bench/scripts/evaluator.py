"""Scores an FP32 model with Hugging Face's evaluator: ``RUNTIME FOLDER TEST_CSV``; prints JSON.

As its guide shows: https://huggingface.co/docs/evaluate/base_evaluator. The clock runs from reading the data to the
score.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import datasets
from evaluate import evaluator
from optimum.onnxruntime import ORTModelForSequenceClassification
from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

from cardgen.evaluation.scoring.metrics.compute import METRICS
from cardgen.evaluation.scoring.metrics.module import MetricModule


def main(runtime: str, folder: str, test_csv: str) -> None:
    """Score and print."""
    if runtime == "onnx":
        model = ORTModelForSequenceClassification.from_pretrained(folder, file_name="model.onnx")
    else:
        model = AutoModelForSequenceClassification.from_pretrained(folder)
    ids = model.config.label2id
    pipe = pipeline("text-classification", model=model, tokenizer=AutoTokenizer.from_pretrained(folder))
    accuracy = MetricModule(METRICS["accuracy"], Path.cwd())
    started = time.perf_counter()
    data = datasets.load_dataset("csv", data_files=test_csv, split="train", keep_default_na=False)
    data = data.map(lambda row: {"label": ids[row["category"]]})
    found = evaluator("text-classification").compute(
        model_or_pipeline=pipe,
        data=data,
        metric=accuracy,
        input_column="name",
        label_column="label",
        label_mapping=ids,
    )
    seconds = time.perf_counter() - started
    print(json.dumps({"samples_per_s": len(data) / seconds, "score": found["accuracy"]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
