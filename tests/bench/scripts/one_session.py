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
    """Score and print; the clock runs from reading the data to the last answer, as for ours."""
    tokenizer, ids = AutoTokenizer.from_pretrained(artifact), AutoConfig.from_pretrained(artifact).label2id
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(threads)
    file = Path(artifact) / "model_quantized.onnx"
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    taken = {node.name for node in session.get_inputs()}
    started = time.perf_counter()
    with Path(test_csv).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    encoded = tokenizer([row["name"] for row in rows], truncation=True)
    samples = [{name: np.array([encoded[name][row]]) for name in encoded if name in taken} for row in range(len(rows))]
    predicted = [session.run(["logits"], sample)[0].argmax() for sample in samples]
    seconds = time.perf_counter() - started
    expected = np.array([ids[row["category"]] for row in rows])
    score = float((np.array(predicted) == expected).mean())
    print(json.dumps({"samples_per_s": len(rows) / seconds, "score": score}))


if __name__ == "__main__":
    main(*sys.argv[1:])
