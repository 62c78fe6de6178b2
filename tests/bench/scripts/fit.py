"""Neural Compressor's own tuning, with its defaults: ``MODEL CALIBRATION_CSV TEST_CSV TOLERANCE BATCH``.

Prints JSON after each evaluation: how many there were (that of FP32 left out), the best score so far and the seconds;
and, at the end, also what came of it.
"""

from __future__ import annotations

import csv
import json
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
        print(json.dumps(so_far()), flush=True)
        return scores[-1]

    def so_far() -> dict[str, Any]:
        best = max(scores[1:], default=None)
        return {"seconds": time.perf_counter() - started, "evaluations": len(scores) - 1, "score": best}

    config = PostTrainingQuantConfig(
        approach="static",
        calibration_sampling_size=[len(calibration)],
        accuracy_criterion=AccuracyCriterion(tolerable_loss=float(tolerance)),
        excluded_precisions=["bf16"],  # which only some processors have
    )
    tuned = fit(model, conf=config, calib_dataloader=DataLoader(single, batch_size=1), eval_func=score)
    end = so_far()
    if tuned is not None:
        layers = sum(isinstance(module, torch.nn.Linear | torch.nn.Embedding) for module in model.modules())
        end |= {"fp32_modules": layers - int8_modules(tuned.model), "score": scores[-1]}
    print(json.dumps(end))


if __name__ == "__main__":
    main(*sys.argv[1:])
