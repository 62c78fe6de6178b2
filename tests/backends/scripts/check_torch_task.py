"""Quantizes and runs one task's models: ``check_torch_task.py TASK MODEL FALLBACK APPROACH EXPORT ARTIFACT``.

Writes the FP32 export and the INT8 artifact.
"""

import gc
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch

from cardgen.backends.checkpoint import GENERATING, load_checkpoint, probe
from cardgen.backends.neural_compressor import NeuralCompressor
from cardgen.backends.neural_compressor.calibrate import batch_size
from cardgen.backends.neural_compressor.trials import TorchTrials
from cardgen.backends.torch_runner import TorchRunner
from cardgen.records.content import list_files
from cardgen.records.inputs import DatasetSlice, Source
from cardgen.records.request import CalibrationRequest, ExportRequest, QuantizeRequest

TEXTS = (
    ("the day was fine", "and so very much like a walk by some river near our old house"),
    ("a lovely warm river", "with many trees"),
    ("grim", "dull and cold and sad was the walk"),
    ("flat square house", "near"),
)
task, model, fallback, approach, export, artifact = sys.argv[1:]
stages: list[str] = []


def report(stage: str, done: int, total: int | None) -> None:
    if done == total:
        stages.append(stage)


backend = NeuralCompressor()
local = Source(origin="local", sha256="0" * 64)
base = load_checkpoint(Path(model), task, False)


def batch_of(first: str, second: str) -> dict[str, Any]:
    if task == "multiple-choice":
        given = base.tokenizer([first, first], [second, "a walk"], padding=True, return_tensors="np")
        return {name: array[None] for name, array in given.items()}
    given = dict(base.tokenizer([first, second], padding=True, return_tensors="np"))
    return given | ({"decoder_input_ids": given["input_ids"][:, ::-1].copy()} if task in GENERATING else {})


batches = [batch_of(*texts) for texts in TEXTS]
columns = {"text": "text"}
calibration = CalibrationRequest(
    data=DatasetSlice(source=local, format="csv"), columns=columns, samples=8, batch_size=2, seed=1
)
request = QuantizeRequest(
    backend="neural-compressor",
    task=task,
    approach=approach,
    calibration=calibration if approach == "static" else None,
    fallback_modules=(fallback,),
)
shown = batches if approach == "static" else None
for folder in (export, artifact):
    Path(folder).mkdir(parents=True)
exported = backend.export(
    ExportRequest(backend="neural-compressor", task=task, model=local), Path(model), Path(export), report
)
made = backend.quantize(request, Path(export), shown, Path(artifact), report)


def differ(one: Any, other: Any) -> dict[str, float]:
    return {name: float(np.abs(array - other[name]).max() / np.abs(other[name]).max()) for name, array in one.items()}


fp32 = backend.load(Path(export), task, False)
plain = TorchRunner(base.model)
runner = backend.load(Path(artifact), task, False, threads=1)
alone = [runner.outputs(batch) for batch in batches * 4]
with ThreadPoolExecutor(2) as pool:
    together = list(pool.map(runner.outputs, batches * 4))
    counted = list(pool.map(lambda batch: (runner.outputs(batch), torch.get_num_threads())[1], batches * 4))

# Two candidates of a tuning: the second knows from the first what its observers would see.
trials = TorchTrials(request, Path(export), shown, report)
stages.clear()
unmoved = trials.outputs(batches[0], None)
noise = {}
for name in (*made.int8_modules, *made.fp32_modules, *made.int8_embeddings):
    noise[name] = max(differ(trials.outputs(batches[0], name), unmoved).values())
candidates, trial, graphs = [], runner, []
for names in ((), (fallback,)):
    quantized = trials.quantize(names, 1)
    candidates.append(quantized.int8)
    trial = quantized.runner
    gc.collect()
    graphs.append(sum(issubclass(type(each), torch.fx.GraphModule) for each in gc.get_objects()))
same = [trial.outputs(batch) for batch in batches]
kept = Path.cwd() / "kept"
kept.mkdir()
complete = quantized.write(kept)
del quantized
described = complete()
written = []
if task in GENERATING:
    prompt = probe(base.tokenizer)
    written = [each.generate(prompt).tolist() for each in (trial, runner)]


def equal(one: list[Any], other: list[Any]) -> bool:
    return all(np.array_equal(a[name], b[name]) for a, b in zip(one, other, strict=True) for name in a)


print(
    json.dumps(
        {
            "exported": exported.model_dump(mode="json"),
            "made": made.model_dump(mode="json"),
            "samples": sum(batch_size(batch) for batch in batches),
            "outputs": sorted(alone[0]),
            "fp32": max(max(differ(fp32.outputs(b), plain.outputs(b)).values()) for b in batches),
            "int8": max(max(differ(a, plain.outputs(b)).values()) for a, b in zip(alone, batches, strict=False)),
            "padding": [
                float(np.abs(array[batch["attention_mask"] == 0]).max(initial=0))
                for batch, found in zip(batches, alone, strict=False)
                for array in found.values()
                if array.shape[:2] == batch["attention_mask"].shape and task not in GENERATING
            ],
            "threads": equal(alone, together) and set(counted) == {1},
            "noise": noise,
            "restored": equal([trials.outputs(batches[0], None)], [unmoved]),
            "calibrations": stages.count("calibrating"),
            "candidates": candidates,
            "graphs": graphs,
            "written": written,
            "trial": equal(same, alone[: len(same)]),
            "kept": described.model_dump(mode="json"),
            "differs": [file.path for file in list_files(kept) if file not in list_files(Path(artifact))],
        }
    )
)
