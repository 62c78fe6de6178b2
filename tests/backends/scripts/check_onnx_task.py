"""Runs one task's ONNX models beside PyTorch: ``check_onnx_task.py TASK MODEL EXPORT DYNAMIC FALLBACK``.

MODEL is the base model, EXPORT and DYNAMIC what was made of it. Quantizes the export statically too, where it can be.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from PIL import Image

from cardgen.backends.checkpoint import GENERATING, load_checkpoint
from cardgen.backends.onnxruntime import OnnxRuntime
from cardgen.backends.torch_runner import TorchRunner
from cardgen.errors import StepError
from cardgen.records.content import list_files
from cardgen.records.request import QuantizeRequest

TEXTS = (
    ("the day was fine", "and so very much like a walk by some river near our old house"),
    ("a lovely warm river", "with many trees"),
    ("grim", "dull and cold and sad was the walk"),
    ("flat square house", "near"),
)
task, fallback = sys.argv[1], sys.argv[5]
model, export, dynamic = map(Path, sys.argv[2:5])
backend = OnnxRuntime()
base = load_checkpoint(model, task, False)
torch_runner = TorchRunner(base.model)


def batch_of(first: str, second: str) -> dict[str, Any]:
    if task == "image-classification":
        noise = np.random.default_rng(len(second)).integers(0, 256, (2, 20, 30, 3), np.uint8)
        images = [Image.fromarray(pixels) for pixels in noise]
        return dict(base.tokenizer(images=images, return_tensors="np"))
    if task == "multiple-choice":
        given = base.tokenizer([first, first], [second, "a walk"], padding=True, return_tensors="np")
        return {name: array[None] for name, array in given.items()}
    given = dict(base.tokenizer([first, second], padding=True, return_tensors="np"))
    return given | ({"decoder_input_ids": given["input_ids"][:, ::-1].copy()} if task in GENERATING else {})


def differ(one: Any, other: Any) -> dict[str, float]:
    return {name: float(np.abs(array - other[name]).max() / np.abs(other[name]).max()) for name, array in one.items()}


def prompt(batch: dict[str, Any]) -> dict[str, Any]:
    """To generate from; a decoder without encoder goes on with its input, so without the padding."""
    given = {name: array for name, array in batch.items() if name != "decoder_input_ids"}
    return given if task in GENERATING else {name: array[1:] for name, array in given.items()}


def fp32_products(artifact: Path) -> dict[str, int]:
    """Products with a stored weight that ONNX Runtime itself computes in FP32, by file."""
    counts = {}
    for file in sorted(artifact.glob("*.onnx")):
        options = onnxruntime.SessionOptions()
        options.optimized_model_filepath = f"optimized-{file.name}"
        onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
        graph = onnx.load(options.optimized_model_filepath).graph
        stored = {tensor.name for tensor in graph.initializer if len(tensor.dims) == 2}
        products = [node for node in graph.node if node.op_type.endswith(("MatMul", "Gemm"))]
        counts[file.name] = sum(node.input[1] in stored and "Q" not in node.op_type for node in products)
    return counts


batches = [batch_of(*texts) for texts in TEXTS]
fp32 = backend.load(export, task, False, 1)
alone = [fp32.outputs(batch) for batch in batches]
with ThreadPoolExecutor(4) as pool:
    together = list(pool.map(fp32.outputs, batches * 8))
found: dict[str, Any] = {
    "fp32": [differ(outputs, torch_runner.outputs(batch)) for outputs, batch in zip(alone, batches, strict=True)],
    "outputs": sorted(torch_runner.outputs(batches[0])),
    "threads": all(
        np.array_equal(outputs[name], alone[index % len(batches)][name])
        for index, outputs in enumerate(together)
        for name in outputs
    ),
    "dynamic": differ(backend.load(dynamic, task, False).outputs(batches[0]), alone[0]),
    "dynamic_fp32_products": fp32_products(dynamic),
}
if task in (*GENERATING, "text-generation"):
    prompts = [prompt(batch) for batch in batches]
    one_by_one = [fp32.generate(batch).tolist() for batch in prompts]
    with ThreadPoolExecutor(4) as pool:
        found["generated_by_threads"] = [ids.tolist() for ids in pool.map(fp32.generate, prompts * 2)] == one_by_one * 2
    found["generated"] = one_by_one
    found["generated_by_pytorch"] = [torch_runner.generate(batch).tolist() for batch in prompts]
    found["generation"] = fp32.generation, torch_runner.generation
    whole = batches[0] if task in GENERATING else prompts[0]
    right = torch_runner.outputs(whole)["logits"][:, -1]
    found["cached"] = float(np.abs(fp32.graphs.run_cached(whole) - right).max())


def simulate(approach: str) -> dict[str, Any]:
    asked = QuantizeRequest(backend="onnxruntime", task=task, approach=approach, fallback_modules=(fallback,))
    place = Path(approach)
    (place / "made").mkdir(parents=True)
    os.chdir(place)
    trials = backend.trials(asked, export, batches, lambda *_: None)
    result = backend.quantize(asked, export, batches, Path("made"), lambda *_: None)
    artifact = backend.load(Path("made"), task, False, 1).outputs(batches[0])
    trials.quantize((), 1)  # of which nothing is kept
    quantized = trials.quantize((fallback,), 1)
    Path("kept").mkdir()
    described = quantized.write(Path("kept"))()
    plain, noisy = trials.outputs(batches[0], None), trials.outputs(batches[0], fallback)
    facts = {
        "plain": differ(plain, alone[0]),
        "simulated": differ(noisy, alone[0]),
        "fp32_modules": result.fp32_modules,
        "seen": result.calibration_seen,
        "int8": differ(artifact, alone[0]),
        "trial_int8": quantized.int8,
        "trial": differ(quantized.runner.outputs(batches[0]), artifact),
        "kept": described == result,
        "differs": [file.path for file in list_files(Path("kept")) if file not in list_files(Path("made"))],
        "fp32_products": fp32_products(Path("made")),
    }
    os.chdir("..")
    return facts


found["trials"] = {"dynamic": simulate("dynamic")}
try:
    found["trials"]["static"] = simulate("static")
except StepError as error:
    found["refused"] = error.message
print(json.dumps(found))
