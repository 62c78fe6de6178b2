"""Runs an ONNX artifact on the CPU."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cardgen.backends.generation import generation_settings
from cardgen.backends.onnxruntime.session import SPINNING, Graphs, Session, session_options
from cardgen.backends.outputs import plain_outputs
from cardgen.backends.threads import available_threads
from cardgen.catalog.onnx_files import onnx_files
from cardgen.catalog.tasks import TASKS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cardgen.backends.registry import Batch

ORT_CLASSES = {
    "text-classification": "ORTModelForSequenceClassification",
    "multi-label-classification": "ORTModelForSequenceClassification",
    "text-regression": "ORTModelForSequenceClassification",
    "token-classification": "ORTModelForTokenClassification",
    "question-answering": "ORTModelForQuestionAnswering",
    "summarization": "ORTModelForSeq2SeqLM",
    "translation": "ORTModelForSeq2SeqLM",
    "fill-mask": "ORTModelForMaskedLM",
    "text-generation": "ORTModelForCausalLM",
    "multiple-choice": "ORTModelForMultipleChoice",
    "sentence-similarity": "ORTModelForFeatureExtraction",
    "feature-extraction": "ORTModelForFeatureExtraction",
    "image-classification": "ORTModelForImageClassification",
}
"""Task to the Optimum class that loads an artifact."""


class OnnxRunner:
    """An ONNX model, FP32 or INT8, in ONNX Runtime sessions; several threads may call it at once.

    One pass goes to the sessions themselves; Optimum's model, which keeps no state between calls on the CPU, generates.
    """

    spinning = SPINNING

    def __init__(self, artifact: Path, task: str, trust_remote_code: bool, threads: int | None = None) -> None:
        """Load the model in the folder ``artifact``; it uses all threads that there are unless told how many."""
        self.threads = threads or available_threads()
        self._artifact, self._task, self._trust_remote_code = artifact, task, trust_remote_code
        files = onnx_files(task, quantized=True)
        if not all((artifact / file).is_file() for file in files.values()):
            files = onnx_files(task, quantized=False)
        self._files = files
        if TASKS[task].generates:
            sessions = {argument: Session(self._part(argument).session) for argument in files}
        else:
            sessions = {argument: Session.load(artifact / file, self.threads) for argument, file in files.items()}
        self.graphs = Graphs(sessions)

    @cached_property
    def _model(self) -> Any:
        """Optimum's model: where nothing is generated it is not loaded, as to import PyTorch takes seconds."""
        import optimum.onnxruntime

        return getattr(optimum.onnxruntime, ORT_CLASSES[self._task]).from_pretrained(
            self._artifact,
            **self._files,
            provider="CPUExecutionProvider",
            session_options=session_options(self.threads),
            trust_remote_code=self._trust_remote_code,
        )

    def outputs(self, batch: Batch) -> dict[str, npt.NDArray[np.float32]]:
        """Every array that the model computes, by name."""
        return plain_outputs(self.graphs.run(batch), batch)

    @property
    def generation(self) -> dict[str, str | int | float | bool]:
        """The settings by which :meth:`generate` differs from transformers' defaults."""
        return generation_settings(getattr(self._model, "generation_config", None))

    def generate(self, batch: Batch) -> npt.NDArray[np.int64]:
        """Token ids of what a model that generates text makes of each sample, of shape (samples, tokens)."""
        import torch

        inputs = {
            name: torch.from_numpy(batch[name]) for name in ("input_ids", "attention_mask") if name in batch
        }  # decoders take no more
        with torch.inference_mode():
            found: npt.NDArray[np.int64] = self._model.generate(**inputs).numpy()
        return found

    def _part(self, argument: str) -> Any:
        part = argument.removesuffix("file_name").rstrip("_")
        return getattr(self._model, part) if part else self._model
