"""Quantizes an FP32 export with Neural Compressor, and reads back what became of it."""

from __future__ import annotations

import logging
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cardgen.backends.artifact import clean_configs, copy_pooling, read_base_id, weight_bytes
from cardgen.backends.checkpoint import GENERATING, load_tokenizer, module_names, probe
from cardgen.backends.modules import ModuleNames, check_artifact, check_fallback
from cardgen.backends.neural_compressor.calibrate import Calibration
from cardgen.backends.neural_compressor.lookups import tables_taken_whole
from cardgen.backends.neural_compressor.runner import load_artifact
from cardgen.backends.torch_runner import TorchRunner
from cardgen.errors import StepError
from cardgen.records.request import QuantizationOptions, QuantizeRequest
from cardgen.records.results.quantize import QuantizeResult

if TYPE_CHECKING:
    from cardgen.backends.registry import Batch, Report

_FP32 = {"weight": {"dtype": ["fp32"]}, "activation": {"dtype": ["fp32"]}}
_WEIGHTS = "pytorch_model.bin"
_WRAPPED = ".module"
"""Where the graph of the whole model cannot be traced, Neural Compressor traces its parts one by one, and what was
``classifier`` becomes ``classifier.module``."""


def quantize_export(
    request: QuantizeRequest, model: Path, calibration: Sequence[Batch] | None, output: Path, report: Report
) -> QuantizeResult:
    """Quantize the FP32 export in ``model`` into ``output``.

    Raises:
        StepError: if the model lacks a fallback module, Neural Compressor fails, or the saved artifact is not what
            was asked for.
    """
    fp32 = load_export(request, model)
    names = module_names(fp32)
    shown = Calibration(fp32, calibration or (), report)
    whole = tables_taken_whole(fp32, request, model)
    write_files(fit_model(fp32, request, shown, whole, report), fp32.config, output)
    del fp32  # it was quantized: the artifact is loaded beside it
    return complete_artifact(request, model, names, shown.seen, output)


def complete_artifact(
    request: QuantizeRequest, model: Path, names: ModuleNames, seen: int, output: Path
) -> QuantizeResult:
    """Load what :func:`write_files` wrote into ``output``, put the rest of an artifact beside it, and describe it.

    Args:
        request: what was asked for.
        model: the export.
        names: of its modules.
        seen: samples that passed through it to calibrate.
        output: the artifact.

    Raises:
        StepError: as :func:`quantize_export` does.
    """
    saved = load_artifact(output, request.task, request.trust_remote_code)
    int8, fp32_names = read_precisions(saved, names)
    check_artifact(request.fallback_modules, int8.all, empty=not int8.all)
    for file in model.iterdir():
        # The tokenizer goes along as it is; the weights and the configuration were just written.
        written = file.name == "config.json" or file.name.endswith(".safetensors") or ".safetensors." in file.name
        if file.is_file() and not written:
            shutil.copy2(file, output / file.name)
    copy_pooling(model, output)
    clean_configs(output, base_id=read_base_id(model), places=(model, output, Path.cwd(), Path.home()))
    try:
        runner, tokenizer = TorchRunner(saved), load_tokenizer(output, request.trust_remote_code)
        if request.task in GENERATING:
            runner.generate(probe(tokenizer))
        else:
            runner.outputs(probe(tokenizer, request.task))
    except (RuntimeError, TypeError) as error:
        raise StepError(
            f"The model was quantized, but the result does not run: {str(error).partition('. ')[0]}.",
            remedy="Try the other approach, keep more modules in FP32, or use the onnxruntime backend.",
        ) from error
    return QuantizeResult(
        weight_bytes=weight_bytes(output),
        int8_modules=int8.linear,
        fp32_modules=fp32_names.linear,
        int8_embeddings=int8.embedding,
        fp32_embeddings=fp32_names.embedding,
        int8_convolutions=int8.convolution,
        fp32_convolutions=fp32_names.convolution,
        saturation=_saturation(request, output),
        calibration_seen=seen if request.approach == "static" else None,
    )


def load_export(request: QuantizeRequest, model: Path) -> Any:
    """The FP32 model that is to be quantized.

    Raises:
        StepError: for a request that Neural Compressor cannot do.
    """
    if request.options != QuantizationOptions():
        raise StepError(
            "Neural Compressor takes no `options`.", remedy="Take `options` out of the variant, or use onnxruntime."
        )
    if request.task in GENERATING and request.approach == "static":
        raise StepError(
            "A model that generates text cannot be quantized statically: it calls its decoder once for each token, "
            "on its own output.",
            remedy="Use `approach: dynamic`.",
        )
    return load_artifact(model, request.task, request.trust_remote_code)


@dataclass(frozen=True)
class Fitted:
    """What ``neural_compressor.quantization.fit`` made."""

    model: Any
    """``neural_compressor.model.torch_model.PyTorchFXModel``."""
    config: Any
    """The ``PostTrainingQuantConfig`` that it was asked with."""

    @property
    def module(self) -> Any:
        """The quantized ``torch.nn.Module``, which computes what one does that was saved and loaded."""
        return self.model.model


def fit_model(
    fp32: Any, request: QuantizeRequest, calibration: Calibration, whole: Sequence[str], report: Report
) -> Fitted:
    """Quantize ``fp32``, which is changed by it.

    Args:
        fp32: the model.
        request: what is asked for.
        calibration: for a static quantization.
        whole: embeddings that cannot be INT8, as :func:`.lookups.tables_taken_whole` finds them.
        report: hears of the progress.

    Raises:
        StepError: if the model lacks a fallback module, or Neural Compressor fails.
    """
    from neural_compressor import PostTrainingQuantConfig
    from neural_compressor.quantization import fit

    check_fallback(request.fallback_modules, module_names(fp32))
    kept = (*request.fallback_modules, *whole)
    fallback = {re.escape(name + suffix): _FP32 for name in kept for suffix in ("", _WRAPPED)}
    config = PostTrainingQuantConfig(
        approach=request.approach,
        op_name_dict=fallback or None,  # its keys are regular expressions that must match the whole name
        calibration_sampling_size=[calibration.samples or 100],
        # Otherwise what stays FP32 becomes BF16 on processors that have it, and the artifact depends on the machine.
        excluded_precisions=["bf16"],
    )
    report("quantizing", 0, None)
    with _ErrorOfNeuralCompressor() as caught, _without_fused_list(), _reduced_range():
        quantized = fit(fp32, conf=config, calib_func=calibration if request.approach == "static" else None)
    if quantized is None:
        error = caught.error
        if error is not None and (isinstance(error, MemoryError | OSError) or "allocate memory" in str(error)):
            raise error
        raise StepError(
            f"Neural Compressor could not quantize the model: {error or caught.message or 'it gave no reason'}",
            remedy="Try the other approach, or the onnxruntime backend.",
        ) from error
    return Fitted(quantized, config)


@contextmanager
def _reduced_range() -> Iterator[None]:
    """Have activations of a static quantization take 7 bits on every machine, as PyTorch's own default for x86 does.

    Neural Compressor takes 8 where the machine that quantizes has VNNI: the artifact would depend on it, and score
    otherwise on processors without. See docs/decisions/0006-one-score-on-every-processor.md.
    """
    from neural_compressor.adaptor import pytorch

    inherited = pytorch.REDUCE_RANGE
    pytorch.REDUCE_RANGE = True
    try:
        yield
    finally:
        pytorch.REDUCE_RANGE = inherited


@contextmanager
def _without_fused_list() -> Iterator[None]:
    """Spare the list of fused layers, which only its inspection of tensors reads.

    To make it, Neural Compressor unpacks and prints the weights of every INT8 layer, once for each of them.
    """
    from neural_compressor.adaptor.pytorch import PyTorch_FXAdaptor

    inherited = PyTorch_FXAdaptor.get_fused_list
    PyTorch_FXAdaptor.get_fused_list = lambda _self, _model: {}
    try:
        yield
    finally:
        PyTorch_FXAdaptor.get_fused_list = inherited


def _saturation(request: QuantizeRequest, artifact: Path) -> Literal["never", "outside-calibration", "possible"]:
    """By the configuration that was saved with a static artifact.

    A dynamic Linear layer of PyTorch takes 7 bits of its activations by itself. Of a static one, what lies outside the
    calibrated range of 7 bits goes on up to 8.
    """
    import torch

    if request.approach == "dynamic":
        return "never"
    state = torch.load(artifact / _WEIGHTS, weights_only=False)
    return "outside-calibration" if state["best_configure"]["reduce_range"] else "possible"


def write_files(fitted: Fitted, config: Any, output: Path) -> None:
    """Write the layout that ``optimum.intel.INCModelFor….from_pretrained`` reads (optimum-intel, INCQuantizer).

    Args:
        fitted: what was quantized.
        config: the FP32 model's ``transformers.PretrainedConfig``, which is changed by it.
        output: the artifact.
    """
    import torch
    from optimum.intel.neural_compressor import INCConfig

    config.torch_dtype = "int8"
    config.save_pretrained(output)
    state = fitted.module.state_dict()
    state["best_configure"] = fitted.model.q_config
    torch.save(state, output / _WEIGHTS)
    INCConfig(quantization=fitted.config).save_pretrained(output)


def read_precisions(quantized: Any, names: ModuleNames) -> tuple[ModuleNames, ModuleNames]:
    """The INT8 and the FP32 modules of a quantized model, by their names in the FP32 model.

    Raises:
        StepError: if a module of the FP32 model is in neither.
    """
    found: dict[str, str] = {}
    for name, module in quantized.named_modules():
        plain = name if name in names.all else name.removesuffix(_WRAPPED)
        if plain in names.all and (precision := _precision(module)):
            found[plain] = precision
    lost = [name for name in names.all if name not in found]
    if lost:
        raise StepError(
            f"The quantized model does not tell whether `{lost[0]}` is INT8 or FP32"
            + (f", nor {len(lost) - 1} other modules." if len(lost) > 1 else "."),
            remedy="Neural Compressor rewrites this architecture in a way that cardgen cannot read; use onnxruntime.",
        )

    def those(precision: str) -> ModuleNames:
        return ModuleNames(
            tuple(name for name in names.linear if found[name] == precision),
            tuple(name for name in names.embedding if found[name] == precision),
            tuple(name for name in names.convolution if found[name] == precision),
        )

    return those("int8"), those("fp32")


def _precision(module: Any) -> str | None:
    """``int8`` or ``fp32`` for a Linear, Embedding or convolution layer, ``None`` for anything else."""
    import torch

    kind = type(module)
    if kind.__module__.startswith(("torch.ao.nn.quantized.", "torch.ao.nn.intrinsic.quantized.")):
        return "int8" if kind.__name__.startswith(("Linear", "Embedding", "Conv")) else None
    if kind.__module__.startswith("torch.ao.nn.intrinsic.modules."):
        return _precision(module[0])  # a layer in FP32 that was put together with the ReLU after it
    # Not by class: a traced Conv1D is a GraphModule. A quantized layer packs its weight; an FP32 one has it as it is.
    weight = getattr(module, "weight", None)
    return "fp32" if isinstance(weight, torch.Tensor) and weight.dtype == torch.float32 else None


class _ErrorOfNeuralCompressor(logging.Handler):
    """Catches the exception that ``fit`` logs and then swallows, returning ``None``."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.error: BaseException | None = None
        self.message = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.error = self.error or sys.exc_info()[1]
        self.message = self.message or record.getMessage()

    def __enter__(self) -> _ErrorOfNeuralCompressor:
        logging.getLogger("neural_compressor").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("neural_compressor").removeHandler(self)
