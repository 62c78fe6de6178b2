"""Intel Neural Compressor: INT8 in PyTorch."""

from cardgen.backends.neural_compressor.backend import NeuralCompressor

__all__ = ["NeuralCompressor"]
