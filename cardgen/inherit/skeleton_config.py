"""What a transformers model is for, told from its config.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cardgen.catalog.pipeline_tags import PIPELINE_TAGS
from cardgen.errors import UsageError
from cardgen.patterns import regex

HEADS: Mapping[str, str] = {
    "ForSequenceClassification": "text-classification",
    "ForTokenClassification": "token-classification",
    "ForQuestionAnswering": "question-answering",
    "ForQuestionAnsweringSimple": "question-answering",
    "ForMaskedLM": "fill-mask",
    "WithLMHeadModel": "fill-mask",
    "ForPreTraining": "fill-mask",
    "ForMultipleChoice": "multiple-choice",
    "ForCausalLM": "text-generation",
    "LMHeadModel": "text-generation",
    "ForImageClassification": "image-classification",
    "ForObjectDetection": "object-detection",
    "ForImageSegmentation": "image-segmentation",
    "ForSemanticSegmentation": "image-segmentation",
    "ForUniversalSegmentation": "image-segmentation",
    "ForDepthEstimation": "depth-estimation",
    "ForVideoClassification": "video-classification",
    "ForAudioClassification": "audio-classification",
    "ForCTC": "automatic-speech-recognition",
    "ForSpeechSeq2Seq": "automatic-speech-recognition",
    "ForDocumentQuestionAnswering": "document-question-answering",
    "ForTextToWaveform": "text-to-audio",
    "Model": "feature-extraction",
}
"""What the name of a model's class ends in, to the task that it does; the longest ending counts."""

TEXT_TASK = "text-classification"
"""The Hub's pipeline tag of all models with a head over a whole text."""
_SEVERAL_TASKS = ("ForConditionalGeneration", "ForSeq2SeqLM")
"""Endings of classes that do more than one task: the card has to say which."""

_DEFAULT_LABEL = regex(r"LABEL_\d+")
_MOST_LABELS = 100_000


ADOPT = (
    "For a card of a quantized model as it is, write a manifest that names it with `made` (docs/adopt.md); "
    "`cardgen inspect` tells what it is."
)
"""What to do with a model that is not to be quantized."""


@dataclass(frozen=True)
class Config:
    """What a config.json tells of a model."""

    architecture: str | None
    """The model's class, the first that is listed."""
    model_type: str | None
    labels: tuple[str, ...]
    """In the order of their ids; empty where the model has none of its own."""
    problem_type: str | None
    own_code: bool
    """Whether loading it runs code of its repository."""

    @property
    def task(self) -> str | None:
        """The pipeline tag that the class stands for; ``None`` where it stands for none, or for several."""
        name = self.architecture or ""
        ending = max((head for head in HEADS if name.endswith(head)), key=len, default=None)
        return None if ending is None or name.endswith(_SEVERAL_TASKS) else HEADS[ending]

    @property
    def text_task(self) -> str:
        """What a model with a head over a whole text does, by transformers' ``problem_type``."""
        if self.problem_type == "regression" or len(self.labels) == 1:
            return "text-regression"
        return "multi-label-classification" if self.problem_type == "multi_label_classification" else TEXT_TASK

    @property
    def labels_named(self) -> bool:
        """Whether the labels say more than ``LABEL_0`` and ``LABEL_1`` do."""
        return any(not _DEFAULT_LABEL.fullmatch(label) for label in self.labels)


def read_config(text: str, name: str) -> Config:
    """What config.json says.

    Args:
        text: the file's.
        name: the model, as messages call it.

    Raises:
        UsageError: it is not that of a transformers model, or that of one that is quantized already.
    """
    remedy = "Name a model that transformers' from_pretrained() loads."
    try:
        data = json.loads(text)
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        message = f"the config.json of {name} holds half of a surrogate pair, which is no character"
        raise UsageError(message, remedy=remedy) from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the config.json of {name} is not JSON", remedy=remedy) from error
    if not isinstance(data, dict) or not (data.get("architectures") or data.get("model_type")):
        message = f"the config.json of {name} has neither `architectures` nor `model_type`: it is no transformers model"
        raise UsageError(message, remedy=remedy)
    if quantized := next((key for key in ("quantization_config", "quantization") if data.get(key)), None):
        raise UsageError(
            f"{name} is quantized already, by `{quantized}` of its config.json: it is no model to quantize",
            remedy=f"Name the model that it was made from, in floating point. {ADOPT}",
        )
    architectures = data.get("architectures")
    first = architectures[0] if isinstance(architectures, list) and architectures else None
    return Config(
        architecture=first if isinstance(first, str) else None,
        model_type=_text(data.get("model_type")),
        labels=_labels(data),
        problem_type=_text(data.get("problem_type")),
        own_code=bool(data.get("auto_map")),
    )


def task_of(config: Config, pipeline_tag: str | None) -> str | None:
    """What the model does: by its class, else by its card; ``None`` where neither tells.

    A model without a head gives features: whether to compare texts by them, only its card tells.
    """
    if config.task == "feature-extraction" and pipeline_tag == "sentence-similarity":
        return pipeline_tag
    return config.task or (pipeline_tag if pipeline_tag in PIPELINE_TAGS else None)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _labels(data: Mapping[str, Any]) -> tuple[str, ...]:
    by_id = data.get("id2label")
    if isinstance(by_id, dict) and by_id:
        known = {int(key): str(label) for key, label in by_id.items() if str(key).isdecimal()}
        return tuple(known[key] for key in sorted(known))
    count = data.get("num_labels", data.get("_num_labels"))
    if isinstance(count, int) and 0 < count <= _MOST_LABELS:
        return tuple(f"LABEL_{index}" for index in range(count))
    return ()
