"""Exports a base model to ONNX in float32, and checks that it still computes the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cardgen.backends.artifact import clean_configs, copy_code, copy_pooling, weight_bytes
from cardgen.backends.checkpoint import Checkpoint, load_checkpoint, probe
from cardgen.backends.generation import apply_generation
from cardgen.backends.onnxruntime.direct import take_weights_directly
from cardgen.backends.onnxruntime.graph import Graph
from cardgen.backends.onnxruntime.module_nodes import find_modules
from cardgen.backends.onnxruntime.runner import OnnxRunner
from cardgen.backends.torch_runner import TorchRunner
from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.onnx_files import onnx_files
from cardgen.catalog.tasks import TASKS
from cardgen.errors import StepError
from cardgen.records.request import ExportRequest
from cardgen.records.results.export import ExportResult

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cardgen.backends.registry import Batch, Report

_OPTIMUM_TASKS = {
    "multi-label-classification": "text-classification",
    "text-regression": "text-classification",
    "summarization": "text2text-generation-with-past",
    "translation": "text2text-generation-with-past",
    "text-generation": "text-generation-with-past",
    "sentence-similarity": "feature-extraction",
}
"""Tasks that Optimum's exporter calls otherwise; ``with-past``: with inputs and outputs for a cache."""

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
    if request.generation is not None:
        apply_generation(base.model, base.tokenizer, request.generation)
    weights = _weights(base)
    batch = probe(base.tokenizer, request.task)
    expected = TorchRunner(base.model).outputs(batch)  # before the exporter, which leaves T5 changed
    encoder = _encoder_name(base.model) if TASKS[request.task].generates else None
    try:
        onnx_export_from_model(
            base.model,
            output=output,
            opset=request.opset,
            task=_OPTIMUM_TASKS.get(request.task, request.task),
            do_validation=False,  # done below, through the session that evaluation uses
            # It merges two decoders into one graph of two branches, whose nodes are in none's main graph; and has the
            # last product transpose an embedding's weight as it runs, which ONNX Runtime would leave in FP32.
            no_post_process=True,
        )
    except (ValueError, NotImplementedError, RuntimeError, KeyError) as error:
        if "allocate memory" in str(error):
            raise
        asked = f" with opset {request.opset}" if request.opset else ""
        way_out = _default_opset(base.model, request) if request.opset else _other_backend(request)
        raise StepError(
            f"The model cannot be exported to ONNX{asked}: {str(error).splitlines()[0] if str(error) else error!r}",
            remedy=_sentence(f"{way_out}name a model whose architecture Optimum can export."),
        ) from error
    base.tokenizer.save_pretrained(output)
    copy_pooling(model, output)
    base.model.config.save_pretrained(output)
    if request.trust_remote_code:
        copy_code(model, output)
    clean_configs(output, base_id=request.model.id, places=(model, output, Path.cwd(), Path.home()))
    for file in onnx_files(request.task, quantized=False).values():
        take_weights_directly(output / file)
    _check_same(expected, OnnxRunner(output, request.task, request.trust_remote_code), request, batch)
    graphs = {file: Graph.read(output / file) for file in onnx_files(request.task, quantized=False).values()}
    if request.task in BACKENDS[request.backend].tasks:  # else it is published as it is, and nobody asks
        prefixes = {"encoder_model.onnx": f"{encoder}."} if encoder else {}
        find_modules(graphs, prefixes, base.modules, weights).write(output)
    return ExportResult(
        weight_bytes=weight_bytes(output),
        parameters=base.parameters,
        linear_modules=base.modules.linear,
        embedding_modules=base.modules.embedding,
        convolution_modules=base.modules.convolution,
        labels=base.labels,
        pad_token_id=base.padding,
        translated=base.written,
        opset=next(iter(graphs.values())).opset,
    )


def _weights(base: Checkpoint) -> dict[str, npt.NDArray[np.float32]]:
    return {name: base.model.get_submodule(name).weight.detach().numpy() for name in base.modules.all}


def _default_opset(model: Any, request: ExportRequest) -> str:
    """Which opset works, as far as Optimum knows the architecture."""
    from optimum.exporters.tasks import TasksManager

    task = _OPTIMUM_TASKS.get(request.task, request.task).removesuffix("-with-past")
    try:
        known = TasksManager.get_exporter_config_constructor(
            "onnx", model=model, task=task, library_name="transformers"
        )
    except (KeyError, ValueError):  # Optimum exports no such architecture, which the error tells
        return ""
    return f"leave `options.opset` out, which takes opset {known(model.config, task=task).DEFAULT_ONNX_OPSET}, or "


def _other_backend(request: ExportRequest) -> str:
    if request.trust_remote_code:  # optimum-intel quantizes no model whose configuration is a class of its own
        return ""
    able = [name for name, info in BACKENDS.items() if name != "onnxruntime" and request.task in info.tasks]
    return f"use the {able[0]} backend, or " if able else ""


def _encoder_name(model: Any) -> str:
    """What the encoder, which is exported as a model of its own, is called in an encoder-decoder model."""
    encoder = model.get_encoder()
    found: str = next(name for name, module in model.named_modules() if module is encoder)
    return found


def _check_same(
    expected: Mapping[str, npt.NDArray[np.float32]], exported: OnnxRunner, request: ExportRequest, batch: Batch
) -> None:
    found = exported.outputs(batch)
    pairs = {name: (expected[name], array) for name, array in found.items()}
    if TASKS[request.task].generates and "logits" in found:  # one that generates; the last sample has no padding
        pairs["logits from a cache"] = (expected["logits"][-1, -1], exported.graphs.run_cached(batch)[-1])
    for name, (right, array) in pairs.items():
        difference = float(abs(right - array).max())
        if not difference <= TOLERANCE:  # so that NaN fails too
            raise StepError(
                f"The ONNX export does not compute what the model does: {name} differ by {difference:.3g} "
                f"(allowed: {TOLERANCE:g}).",
                remedy=_sentence(f"{_other_backend(request)}try another `options.opset`."),
            )


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
