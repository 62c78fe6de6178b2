"""The graphs that an ONNX model of a task is made of, by the names of their files."""

from __future__ import annotations

from collections.abc import Mapping

from cardgen.catalog.tasks import TASKS

_ONE = {"file_name": "model.onnx"}
_ENCODER_DECODER = {
    "encoder_file_name": "encoder_model.onnx",
    "decoder_file_name": "decoder_model.onnx",
    "decoder_with_past_file_name": "decoder_with_past_model.onnx",
}
"""The second decoder takes the keys and values of the tokens before, and holds the decoder's weights once more."""


def onnx_files(task: str, *, quantized: bool) -> Mapping[str, str]:
    """Each graph's file, by the argument of Optimum's ``from_pretrained`` that names it."""
    files = _ENCODER_DECODER if TASKS[task].generates else _ONE
    return {argument: int8_file(name) if quantized else name for argument, name in files.items()}


def int8_file(fp32_file: str) -> str:
    """The file of the INT8 graph that is made of an FP32 one, as Optimum's ``ORTQuantizer`` calls it."""
    return f"{fp32_file.removesuffix('.onnx')}_quantized.onnx"
