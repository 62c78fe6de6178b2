"""Makes ready to run a graph that somebody else made of the base model."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from cardgen.backends.artifact import WEIGHT_SUFFIXES, weight_bytes
from cardgen.backends.checkpoint import probe
from cardgen.backends.onnxruntime.module_nodes import MODULES_FILE
from cardgen.backends.onnxruntime.runner import OnnxRunner
from cardgen.catalog.onnx_files import onnx_files
from cardgen.errors import StepError
from cardgen.records.request import AdoptRequest
from cardgen.records.results.adopt import AdoptResult

if TYPE_CHECKING:
    from cardgen.backends.registry import Report
    from cardgen.evaluation.task import ModelFiles

_REMEDY = "Leave `evaluation` out, or name files of evaluation tools under `results` of this variant."


def adopt_graph(request: AdoptRequest, model: ModelFiles, adopted: Path, output: Path, report: Report) -> AdoptResult:
    """Lay out a graph as an artifact of this backend, with what loads it, and see that it answers as the export does.

    Args:
        request: says which files.
        model: the export of the base model, from which comes what lies not beside the graph.
        adopted: the folder of the model that somebody else made.
        output: takes the artifact.
        report: hears of the stages.

    Raises:
        StepError: where ONNX Runtime cannot run the graph, or it answers in another shape.
    """
    report("laying out", 0, None)
    for file in sorted(model.folder.iterdir()):
        if file.is_file() and not file.name.endswith(WEIGHT_SUFFIXES) and file.name != MODULES_FILE:
            shutil.copyfile(file, output / file.name)
    (graph,) = onnx_files(request.task, quantized=True).values()
    first, *rest = request.weights
    for name, place in [(name, PurePosixPath(name).name) for name in (*request.beside, *rest)] + [(first, graph)]:
        shutil.copyfile(adopted / name, output / place)
    report("running", 0, None)
    reader = model.image_processor if request.task == "image-classification" else model.tokenizer
    batch = probe(reader, request.task)
    expected = OnnxRunner(model.folder, request.task, request.trust_remote_code).outputs(batch)
    try:
        found = OnnxRunner(output, request.task, request.trust_remote_code).outputs(batch)
    except MemoryError:
        raise
    except Exception as error:  # ONNX Runtime's own errors have no common base but this
        said = str(error).strip().splitlines()
        raise StepError(f"ONNX Runtime cannot run {first}: {said[0] if said else error!r}", remedy=_REMEDY) from error
    for name, array in expected.items():
        shape = found[name].shape if name in found else None
        if shape != array.shape:
            told = f"{name} is of shape {shape}, not {array.shape}" if shape else f"it has no {name}"
            raise StepError(f"{first} does not answer as the base model does: {told}.", remedy=_REMEDY)
    return AdoptResult(weight_bytes=weight_bytes(output), outputs=tuple(sorted(found)))
