"""ONNX Runtime, through Optimum."""

from cardgen.backends.onnxruntime.backend import OnnxRuntime

__all__ = ["OnnxRuntime"]
