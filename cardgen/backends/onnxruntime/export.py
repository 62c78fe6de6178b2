"""Exports a base model to ONNX in float32, and checks that it still computes the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cardgen.backends.artifact import clean_configs, copy_code, weight_bytes
from cardgen.backends.checkpoint import Checkpoint, load_checkpoint, probe
from cardgen.backends.onnxruntime.graph import Graph, ModuleNodes, map_modules
from cardgen.backends.onnxruntime.runner import FP32_FILE, OnnxRunner
from cardgen.backends.torch_runner import TorchRunner
from cardgen.catalog.backends import BACKENDS
from cardgen.errors import StepError
from cardgen.records.model import ExportResult
from cardgen.records.request import ExportRequest

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cardgen.backends.registry import Report

TOLERANCE = 1e-3
"""The most that a number may differ from PyTorch's.

Rounding alone makes 2e-5 in the logits of a masked language model of BERT's size, and grows with them; what is computed
wrongly differs by far more. Optimum's ``ATOL_FOR_VALIDATION`` (1e-5 for every text model) is for random inputs of 16
tokens, and comes with a relative tolerance.
"""


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
        way_out = "leave `options.opset` out, or " if request.opset else _other_backend(request.task)
        raise StepError(
            f"The model cannot be exported to ONNX{asked}: {str(error).splitlines()[0] if str(error) else error!r}",
            remedy=_sentence(f"{way_out}name a model whose architecture Optimum can export."),
        ) from error
    base.tokenizer.save_pretrained(output)
    base.model.config.save_pretrained(output)
    if request.trust_remote_code:
        copy_code(model, output)
    clean_configs(output, base_id=request.model.id, places=(model, output, Path.cwd(), Path.home()))
    _check_same(base, OnnxRunner(output, request.task, request.trust_remote_code), request.task)
    graph = Graph.read(output / FP32_FILE)
    linear, embedding = base.modules.linear, base.modules.embedding
    if request.task in BACKENDS[request.backend].tasks:  # else it is published as it is, and nobody asks
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


def _other_backend(task: str) -> str:
    able = [name for name, info in BACKENDS.items() if name != "onnxruntime" and task in info.tasks]
    return f"use the {able[0]} backend, or " if able else ""


def _check_same(base: Checkpoint, exported: OnnxRunner, task: str) -> None:
    import numpy as np

    batch = probe(base.tokenizer)
    expected, found = TorchRunner(base.model).outputs(batch), exported.outputs(batch)
    for name, array in found.items():
        difference = float(np.abs(expected[name] - array).max())
        if not difference <= TOLERANCE:  # so that NaN fails too
            raise StepError(
                f"The ONNX export does not compute what the model does: {name} differ by {difference:.3g} "
                f"(allowed: {TOLERANCE:g}).",
                remedy=_sentence(f"{_other_backend(task)}try another `options.opset`."),
            )


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
