"""Runs an ONNX artifact on the CPU."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cardgen.backends.outputs import plain_outputs
from cardgen.backends.threads import available_threads

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cardgen.backends.registry import Batch

FP32_FILE = "model.onnx"
INT8_FILE = "model_quantized.onnx"

ORT_CLASSES = {
    "text-classification": "ORTModelForSequenceClassification",
    "token-classification": "ORTModelForTokenClassification",
    "question-answering": "ORTModelForQuestionAnswering",
    "fill-mask": "ORTModelForMaskedLM",
    "feature-extraction": "ORTModelForFeatureExtraction",
}
"""Task to the Optimum class that loads an artifact."""


class OnnxRunner:
    """An ONNX model, FP32 or INT8, in an ONNX Runtime session."""

    def __init__(self, artifact: Path, task: str, trust_remote_code: bool, threads: int | None = None) -> None:
        """Load the model in the folder ``artifact``; it uses all threads that there are unless told how many."""
        import onnxruntime
        import optimum.onnxruntime

        self.threads = threads or available_threads()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        ort_class = getattr(optimum.onnxruntime, ORT_CLASSES[task])
        self._model = ort_class.from_pretrained(
            artifact,
            file_name=INT8_FILE if (artifact / INT8_FILE).is_file() else FP32_FILE,
            provider="CPUExecutionProvider",
            session_options=options,
            trust_remote_code=trust_remote_code,
        )

    def outputs(self, batch: Batch) -> dict[str, npt.NDArray[np.float32]]:
        """Every array that the model computes, by name."""
        return plain_outputs(self._run(batch), batch)

    @property
    def generation(self) -> dict[str, str | int | float | bool]:
        """There is none yet."""
        return {}

    def generate(self, batch: Batch) -> npt.NDArray[np.int64]:
        """No model of these tasks writes text."""
        raise NotImplementedError

    def _run(self, batch: Batch) -> Any:
        return self._model(**{name: array for name, array in batch.items() if name in self._model.input_names})
