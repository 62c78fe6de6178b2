"""Loads what this backend saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cardgen.backends.checkpoint import FEATURES, drop_pooler, load_weights
from cardgen.errors import StepError

INC_CONFIG = "inc_config.json"
"""Written by ``optimum.intel.INCConfig``; marks an INT8 artifact."""

INC_CLASSES = {
    "text-classification": "INCModelForSequenceClassification",
    "multi-label-classification": "INCModelForSequenceClassification",
    "text-regression": "INCModelForSequenceClassification",
    "token-classification": "INCModelForTokenClassification",
    "question-answering": "INCModelForQuestionAnswering",
    "summarization": "INCModelForSeq2SeqLM",
    "translation": "INCModelForSeq2SeqLM",
    "fill-mask": "INCModelForMaskedLM",
    "text-generation": "INCModelForCausalLM",
    "multiple-choice": "INCModelForMultipleChoice",
    "sentence-similarity": "INCModel",
}
"""Task to the optimum-intel class that loads an INT8 artifact."""


def load_artifact(artifact: Path, task: str, trust_remote_code: bool) -> Any:
    """The PyTorch module in an artifact of this backend, in evaluation mode.

    Raises:
        StepError: if optimum-intel does not know its configuration's class.
    """
    if not (artifact / INC_CONFIG).is_file():
        model, _ = load_weights(artifact, task, None, trust_remote_code)
        return _plain(model, task)
    import optimum.intel

    inc_class = getattr(optimum.intel, INC_CLASSES[task])
    try:
        loaded = inc_class.from_pretrained(artifact, trust_remote_code=trust_remote_code)
    except KeyError as error:
        if not trust_remote_code:
            raise
        raise StepError(
            f"optimum-intel cannot load a quantized model whose configuration is a class of its own: {error}.",
            remedy="Use the onnxruntime backend, which quantizes it if Optimum can export it; no other backend can.",
        ) from error
    if loaded.generation_config is not None:
        # optimum-intel reads the artifact's generation_config.json, and leaves transformers' defaults in the module.
        loaded.model.generation_config = loaded.generation_config
    return _plain(loaded.model.eval(), task)


def _plain(model: Any, task: str) -> Any:
    """Without the pooler that transformers makes up at random where the export has none."""
    if task in FEATURES:
        drop_pooler(model)
    return model
