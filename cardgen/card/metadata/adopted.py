"""What the Hub finds an adopted model by: the library that loads its format, and tags of how it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cardgen.records.inspected import InspectedRecord

_LIBRARIES: Final[Mapping[str, str]] = {"gguf": "gguf", "onnx": "onnx", "openvino": "openvino"}
_MLX: Final = "mlx"
_SENTENCES: Final = "modules.json"
"""What Sentence Transformers finds its modules by."""
_TAGGED: Final = frozenset(
    {"auto-round", "awq", "bitsandbytes", "compressed-tensors", "fp8", "gptq", "hqq", "mxfp4", "torchao"}
)
"""Methods of quantization that the Hub has a tag of."""


def library_of(record: InspectedRecord) -> str | None:
    """By the name that the Hub knows libraries by; ``None`` where the files do not say what loads them."""
    if record.format != "safetensors":
        return _LIBRARIES.get(record.format)
    if record.method == _MLX:
        return _MLX
    if any(file.path == _SENTENCES for file in record.files):
        return "sentence-transformers"
    return "transformers" if record.architecture is not None else None


def tags_of(record: InspectedRecord) -> tuple[str, ...]:
    """Of the format, but for safetensors, which the Hub sees itself, and of the method."""
    if record.format in _LIBRARIES:
        return (_LIBRARIES[record.format],)
    if record.method == _MLX or record.method in _TAGGED:
        return (record.method,)
    return ()
