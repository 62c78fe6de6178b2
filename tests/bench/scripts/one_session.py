"""Scores an INT8 model sample by sample in one ONNX Runtime session: ``ARTIFACT TEST_CSV THREADS``; prints JSON."""

from __future__ import annotations

import csv
import json
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime
from transformers import AutoConfig, AutoTokenizer


def main(artifact: str, test_csv: str, threads: str) -> None:
    """Score and print; tokenising is done before the clock runs."""
    with Path(test_csv).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    tokenizer, ids = AutoTokenizer.from_pretrained(artifact), AutoConfig.from_pretrained(artifact).label2id
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(threads)
    file = Path(artifact) / "model_quantized.onnx"
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    taken = {node.name for node in session.get_inputs()}
    encoded = [tokenizer(row["name"], truncation=True, return_tensors="np") for row in rows]
    samples = [{name: array for name, array in inputs.items() if name in taken} for inputs in encoded]
    expected = np.array([ids[row["category"]] for row in rows])
    started = time.perf_counter()
    predicted = [session.run(["logits"], sample)[0].argmax() for sample in samples]
    seconds = time.perf_counter() - started
    score = float((np.array(predicted) == expected).mean())
    print(json.dumps({"samples_per_s": len(rows) / seconds, "score": score}))


if __name__ == "__main__":
    main(*sys.argv[1:])
