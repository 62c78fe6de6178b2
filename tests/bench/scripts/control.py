"""NNCF's accuracy control of an ONNX model, as its guide shows.

``EXPORT CALIBRATION_CSV TEST_CSV TOLERANCE BATCH SUBSET RANKING OUTPUT``: SUBSET is the number of calibration samples,
and RANKING that of the batches of test rows on which quantizers are ranked. Prints JSON.
https://docs.openvino.ai/2025/openvino-workflow/model-optimization-guide/quantizing-models-post-training/quantizing-with-accuracy-control.html
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nncf
import numpy as np
import onnx
import onnxruntime
from tokenizers import Tokenizer

Batch = tuple[dict[str, Any], Any]


def read_batches(export: Path, taken: set[str], file: str, size: int) -> list[Batch]:
    """Inputs and label ids."""
    label2id = json.loads((export / "config.json").read_text(encoding="utf-8"))["label2id"]
    tokenizer = Tokenizer.from_file(str(export / "tokenizer.json"))
    tokenizer.enable_truncation(json.loads((export / "tokenizer_config.json").read_text("utf-8"))["model_max_length"])
    tokenizer.enable_padding()
    with Path(file).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    batches = []
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        found = tokenizer.encode_batch([row["name"] for row in part])
        inputs = {
            "input_ids": np.array([one.ids for one in found], dtype=np.int64),
            "attention_mask": np.array([one.attention_mask for one in found], dtype=np.int64),
            "token_type_ids": np.array([one.type_ids for one in found], dtype=np.int64),
        }
        labels = np.array([label2id[row["category"]] for row in part])
        batches.append(({name: array for name, array in inputs.items() if name in taken}, labels))
    return batches


def main(
    folder: str,
    calibration_csv: str,
    test_csv: str,
    tolerance: str,
    batch: str,
    subset: str,
    ranking: str,
    output: str,
) -> None:
    """Quantize, save and print."""
    export = Path(folder)
    model = onnx.load(export / "model.onnx")
    taken = {entry.name for entry in model.graph.input}
    calibration = read_batches(export, taken, calibration_csv, 1)
    test = read_batches(export, taken, test_csv, int(batch))
    evaluations = 0

    def validate(candidate: onnx.ModelProto, batches: Iterable[Batch]) -> tuple[float, list[float]]:
        """The share of right answers: of all batches, and of each."""
        nonlocal evaluations
        session = onnxruntime.InferenceSession(candidate.SerializeToString(), providers=["CPUExecutionProvider"])
        right, sizes = [], []
        for inputs, labels in batches:
            (logits,) = session.run(["logits"], inputs)
            right.append(int((logits.argmax(-1) == labels).sum()))
            sizes.append(len(labels))
        evaluations += len(sizes) == len(test)
        return sum(right) / sum(sizes), [one / size for one, size in zip(right, sizes, strict=True)]

    quantized = nncf.quantize_with_accuracy_control(
        model,
        nncf.Dataset(calibration, lambda item: item[0]),
        nncf.Dataset(test),
        validate,
        max_drop=float(tolerance),
        drop_type=nncf.DropType.RELATIVE,
        subset_size=int(subset),
        model_type=nncf.ModelType.TRANSFORMER,
        advanced_accuracy_restorer_parameters=nncf.AdvancedAccuracyRestorerParameters(ranking_subset_size=int(ranking)),
    )
    found, ended = evaluations - 1, time.perf_counter()
    onnx.save(quantized, output)
    score, _each = validate(quantized, test)
    print(json.dumps({"evaluations": found, "score": score, "checking_s": time.perf_counter() - ended}))


if __name__ == "__main__":
    main(*sys.argv[1:])
