"""Observes the ranges of activations while samples pass through an ONNX model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cardgen.backends.onnxruntime.session import Session, session_options
from cardgen.backends.threads import available_threads

if TYPE_CHECKING:
    from cardgen.backends.registry import Batch, Report


def calibrate(file: Path, config: Any, batches: Sequence[Batch], report: Report) -> tuple[Any, int]:
    """Find the smallest and largest value of each activation that will be quantized.

    Args:
        file: the FP32 model.
        config: an ``optimum.onnxruntime.QuantizationConfig``.
        batches: the samples.
        report: told how many samples have passed.

    Returns:
        The ranges (``onnxruntime.quantization.calibrate.TensorsData``), and the samples that the model took.
    """
    import onnxruntime
    from onnxruntime.quantization.calibrate import MinMaxCalibrater

    graph = Session.load(file, available_threads())
    reader = _Reader([graph.feeds(batch) for batch in batches], report)
    del graph  # its weights, before they are loaded again
    # Of the methods that ONNX Runtime has, min-max needs no choice of bins.
    calibrator = MinMaxCalibrater(
        file.as_posix(), config.operators_to_quantize, use_external_data_format=any(file.parent.glob("*.onnx_data"))
    )
    calibrator.augment_graph()
    # As its own `create_inference_session` does, but with our threads.
    options = session_options(available_threads())
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    calibrator.infer_session = onnxruntime.InferenceSession(
        calibrator.augmented_model_path, options, providers=["CPUExecutionProvider"]
    )
    calibrator.collect_data(reader)
    return calibrator.compute_data(), reader.seen


class _Reader:
    """Gives ONNX Runtime one batch after the other (the shape of its ``CalibrationDataReader``)."""

    def __init__(self, batches: Sequence[Batch], report: Report) -> None:
        self.seen = 0
        self._total = sum(_size(batch) for batch in batches)
        self._report = report
        self._batches: Iterator[Batch] = iter(batches)

    def get_next(self) -> Batch | None:
        """The next batch; ``None`` after the last. ONNX Runtime runs each before it asks for another."""
        batch = next(self._batches, None)
        if batch is not None:
            self.seen += _size(batch)
            self._report("calibrating", self.seen, self._total)
        return batch


def _size(batch: Batch) -> int:
    return int(next(iter(batch.values())).shape[0])
