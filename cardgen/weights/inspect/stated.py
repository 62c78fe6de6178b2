"""What a configuration says of the quantization of a model, beside its tensors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Stated:
    """The words of files, as they are: any key may be absent or of another type than it should be."""

    config: Mapping[str, Any] = field(default_factory=dict)
    """``quantization_config`` of config.json, or ``quantization`` of MLX."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """``__metadata__`` of the safetensors files."""

    @property
    def method(self) -> str | None:
        """``quant_method``: ``compressed-tensors``, ``gptq``."""
        return text_of(self.config.get("quant_method"))


def number_of(value: object) -> int | None:
    """An integer, where it is one."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def text_of(value: object) -> str | None:
    """A text, where it is one and not empty."""
    return value if isinstance(value, str) and value else None


def object_of(value: object) -> Mapping[str, Any]:
    """An object; empty where it is none."""
    return value if isinstance(value, dict) else {}


def texts_of(value: object) -> tuple[str, ...]:
    """The texts of a list; empty where it is none."""
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()
