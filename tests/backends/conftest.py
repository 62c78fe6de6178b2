"""Backends in their environments, and tiny models."""

from __future__ import annotations

from tests.backends.fixtures import models, neural_compressor, onnxruntime, onnxruntime_in_neural_compressor

__all__ = ["models", "neural_compressor", "onnxruntime", "onnxruntime_in_neural_compressor"]
