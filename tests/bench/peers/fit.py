"""Neural Compressor's own tuning, as its users call it: ``MODEL CALIBRATION_CSV TEST_CSV TOLERANCE BATCH``.

Prints JSON: the wall seconds of ``fit``, its evaluations (that of FP32 left out), and what came of it. A line with the
evaluations so far is printed after each, for a run that is stopped.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import torch
from neural_compressor.config import AccuracyCriterion, PostTrainingQuantConfig
from neural_compressor.quantization import fit
from torch.utils.data import DataLoader
from transformers import AutoModelForSequenceClassification, AutoTokenizer


def read_rows(path: str) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with Path(path).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def batches(tokenizer: Any, rows: list[dict[str, str]], label2id: dict[str, int], size: int) -> list[tuple[Any, Any]]:
    """Inputs and label ids."""
    parts = [rows[start : start + size] for start in range(0, len(rows), size)]
    return [
        (
            dict(tokenizer([row["name"] for row in part], truncation=True, padding=True, return_tensors="pt")),
            torch.tensor([label2id[row["category"]] for row in part]),
        )
        for part in parts
    ]


def int8_modules(model: torch.nn.Module) -> int:
    """Linear and Embedding layers that are quantized."""
    kinds = [type(module) for module in model.modules()]
    quantized = [kind for kind in kinds if kind.__module__.startswith("torch.ao.nn") and "quantized" in kind.__module__]
    return sum(kind.__name__.startswith(("Linear", "Embedding")) for kind in quantized)


def main(folder: str, calibration_csv: str, test_csv: str, tolerance: str, batch: str) -> None:
    """Tune and print."""
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    label2id = model.config.label2id
    test = batches(tokenizer, read_rows(test_csv), label2id, int(batch))
    calibration = batches(tokenizer, read_rows(calibration_csv), label2id, 1)
    single = [({name: values[0] for name, values in inputs.items()}, label[0]) for inputs, label in calibration]
    layers = sum(isinstance(module, torch.nn.Linear | torch.nn.Embedding) for module in model.modules())
    scores: list[float] = []
    started = time.perf_counter()

    def score(candidate: Any) -> float:
        right = 0
        with torch.no_grad():
            for inputs, labels in test:
                found = candidate(**inputs)
                logits = found["logits"] if isinstance(found, dict) else found[0]
                right += int((logits.argmax(-1) == labels).sum())
        scores.append(right / sum(len(labels) for _inputs, labels in test))
        print(json.dumps({"evaluations": len(scores) - 1, "scores": scores}), flush=True)
        return scores[-1]

    config = PostTrainingQuantConfig(
        approach="static",
        calibration_sampling_size=[len(single)],
        accuracy_criterion=AccuracyCriterion(tolerable_loss=float(tolerance)),
        excluded_precisions=["bf16"],
    )
    tuned = fit(model, conf=config, calib_dataloader=DataLoader(single, batch_size=1), eval_func=score)
    seconds = time.perf_counter() - started
    result: dict[str, Any] = {"seconds": seconds, "evaluations": len(scores) - 1, "scores": scores}
    if tuned is not None:
        result["fp32_modules"] = layers - int8_modules(tuned.model)
        result["score"] = score(tuned.model)
    result["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
