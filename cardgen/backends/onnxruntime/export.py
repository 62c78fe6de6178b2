"""Exports a base model to ONNX in float32, and checks that it still computes the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cardgen.backends.artifact import clean_configs, weight_bytes
from cardgen.backends.checkpoint import Checkpoint, load_checkpoint, probe
from cardgen.backends.onnxruntime.graph import Graph, ModuleNodes, map_modules
from cardgen.backends.onnxruntime.runner import FP32_FILE, OnnxRunner
from cardgen.errors import StepError
from cardgen.records.model import ExportResult
from cardgen.records.request import ExportRequest

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cardgen.backends.registry import Report

TOLERANCE = 1e-3
"""The most that a logit may differ from PyTorch's; Optimum's own validation allows 1e-5 to 1e-3 by architecture."""


def export_model(request: ExportRequest, model: Path, output: Path, report: Report) -> ExportResult:
    """Export the base model in ``model`` to ``output``.

    Raises:
        StepError: if the model cannot be exported, or the export computes something else.
    """
    from optimum.exporters.onnx import onnx_export_from_model

    report("exporting", 0, None)
    base = load_checkpoint(model, request.task, request.trust_remote_code)
    weights = _weights(base)
    try:
        onnx_export_from_model(
            base.model,
            output=output,
            opset=request.opset,
            task=request.task,
            do_validation=False,  # done below, through the session that evaluation uses
        )
    except (ValueError, NotImplementedError, RuntimeError, KeyError) as error:
        if "allocate memory" in str(error):
            raise
        asked = f" with opset {request.opset}" if request.opset else ""
        remedy = "Leave `options.opset` out, or" if request.opset else "Use the neural-compressor backend, or"
        raise StepError(
            f"The model cannot be exported to ONNX{asked}: {str(error).splitlines()[0] if str(error) else error!r}",
            remedy=f"{remedy} name a model whose architecture Optimum can export.",
        ) from error
    base.tokenizer.save_pretrained(output)
    base.model.config.save_pretrained(output)
    clean_configs(output, base_id=request.model.id, places=(model, output, Path.cwd(), Path.home()))
    _check_same(base, OnnxRunner(output, request.task, request.trust_remote_code))
    graph = Graph.read(output / FP32_FILE)
    linear, embedding = base.modules.linear, base.modules.embedding
    ModuleNodes(
        linear=map_modules(graph, {name: weights[name] for name in linear}, ("MatMul", "Gemm")),
        embedding=map_modules(graph, {name: weights[name] for name in embedding}, ("Gather",)),
    ).write(output)
    return ExportResult(
        weight_bytes=weight_bytes(output),
        parameters=base.parameters,
        linear_modules=linear,
        embedding_modules=embedding,
        labels=base.labels,
        opset=graph.opset,
    )


def _weights(base: Checkpoint) -> dict[str, npt.NDArray[np.float32]]:
    return {name: base.model.get_submodule(name).weight.detach().numpy() for name in base.modules.all}


def _check_same(base: Checkpoint, exported: OnnxRunner) -> None:
    import inspect

    import numpy as np
    import torch

    batch = probe(base.tokenizer)
    taken = inspect.signature(base.model.forward).parameters
    with torch.no_grad():
        expected = base.model(**{name: torch.from_numpy(array) for name, array in batch.items() if name in taken})
    difference = float(np.abs(expected.logits.numpy() - exported.logits(batch)).max())
    if not difference <= TOLERANCE:  # so that NaN fails too
        raise StepError(
            f"The ONNX export does not compute what the model does: logits differ by {difference:.3g} "
            f"(allowed: {TOLERANCE:g}).",
            remedy="Try another `options.opset`, or the neural-compressor backend.",
        )
