"""A base model from a folder of transformers files: loaded in float32, and checked to be fit for its task."""

from __future__ import annotations

import errno
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cardgen.backends.modules import ModuleNames
from cardgen.backends.tokenizer import fit_padding, fit_tokenizer
from cardgen.backends.working_copy import working_copy
from cardgen.catalog.tasks import TASKS
from cardgen.errors import StepError
from cardgen.weights.labels import head_fault

if TYPE_CHECKING:
    from cardgen.backends.registry import Batch

AUTO_CLASSES = {
    "text-classification": "AutoModelForSequenceClassification",
    "multi-label-classification": "AutoModelForSequenceClassification",
    "text-regression": "AutoModelForSequenceClassification",
    "token-classification": "AutoModelForTokenClassification",
    "question-answering": "AutoModelForQuestionAnswering",
    "summarization": "AutoModelForSeq2SeqLM",
    "translation": "AutoModelForSeq2SeqLM",
    "fill-mask": "AutoModelForMaskedLM",
    "feature-extraction": "AutoModel",
    "sentence-similarity": "AutoModel",
    "text-generation": "AutoModelForCausalLM",
    "multiple-choice": "AutoModelForMultipleChoice",
    "image-classification": "AutoModelForImageClassification",
}
"""Task to the transformers class that loads a model for it."""

GENERATING = tuple(task.name for task in TASKS.values() if task.generates)
"""Tasks whose models write a text, a token at a time."""

_CLASSIFIERS = tuple(task.name for task in TASKS.values() if task.labelled)
"""Tasks whose models give one of their labels."""

FEATURES = ("feature-extraction", "sentence-similarity")
"""Tasks of models without a head."""

_HEADS = {
    "text-classification": "ForSequenceClassification",
    "multi-label-classification": "ForSequenceClassification",
    "text-regression": "ForSequenceClassification",
    "token-classification": "ForTokenClassification",
    "question-answering": "ForQuestionAnswering",
    "multiple-choice": "ForMultipleChoice",
    "image-classification": "ForImageClassification",
}
"""Task to the end of the names of its architectures: heads whose weights may have the same names and shapes."""

_LINES_OF_MISMATCH = 4
"""Of what PyTorch says of weights that do not fit: the shapes stand after the first line, one weight a line."""

_PROBE = ("A short text.", "Another text that is a little longer than the first, so that the first is padded.")


@dataclass(frozen=True)
class Checkpoint:
    """A base model in memory."""

    model: Any
    """A ``transformers.PreTrainedModel`` in float32, in evaluation mode."""
    tokenizer: Any
    """A ``transformers.PreTrainedTokenizerBase`` that gives no more tokens and no other inputs than the model takes;
    for images a ``transformers.BaseImageProcessor``."""
    labels: tuple[str, ...]
    """The model's label names in id order; none where its task has none."""
    modules: ModuleNames
    written: tuple[str, ...] = ()
    """What of its configurations was written anew for this transformers (:mod:`cardgen.backends.working_copy`)."""
    padding: int | None = None
    """The id of the tokenizer's padding token, where the configuration named none and now names this."""

    @property
    def parameters(self) -> int:
        """Number of weights; tied ones count once."""
        return sum(parameter.numel() for parameter in self.model.parameters())


def load_checkpoint(folder: Path, task: str, trust_remote_code: bool) -> Checkpoint:
    """Load the model and tokenizer in ``folder``.

    Raises:
        StepError: if a file is missing or broken, the architecture does not fit the task, the head has no trained
            weights, the weights are quantized already, the labels are not those of a classifier, or this transformers
            would compute something else than the one that saved the model.
    """
    folder, written = working_copy(folder)
    config = _load_config(folder, trust_remote_code)
    if task not in FEATURES:
        _check_head(config, task)
    fault = head_fault(task, config.problem_type, config.num_labels)
    if fault is not None:
        raise fault.error
    labels = _check_labels(config) if task in _CLASSIFIERS else ()
    model = _load_model(folder, task, config, trust_remote_code)
    if task == "image-classification":
        return Checkpoint(model, load_image_processor(folder, trust_remote_code), labels, module_names(model), written)
    tokenizer = load_tokenizer(folder, trust_remote_code)
    fit_tokenizer(tokenizer, model, task)
    padding = fit_padding(tokenizer, model) if _HEADS.get(task) == "ForSequenceClassification" else None
    return Checkpoint(model, tokenizer, labels, module_names(model), written, padding)


def load_weights(folder: Path, task: str, config: Any, trust_remote_code: bool) -> tuple[Any, Any]:
    """The model in ``folder`` in float32, whatever it is stored in, and transformers' report on what it loaded."""
    import torch
    import transformers

    auto_class = getattr(transformers, AUTO_CLASSES[task])
    model, info = auto_class.from_pretrained(
        folder,
        config=config,
        torch_dtype=torch.float32,
        output_loading_info=True,
        local_files_only=True,
        trust_remote_code=trust_remote_code,
    )
    return model.eval(), info


def module_names(model: Any) -> ModuleNames:
    """The Linear layers (``torch.nn.Linear``, transformers' ``Conv1D``), embeddings and convolutions of a model."""
    from torch import nn
    from transformers.pytorch_utils import Conv1D

    convolutions = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
    named = list(model.named_modules())
    return ModuleNames(
        linear=tuple(name for name, module in named if isinstance(module, nn.Linear | Conv1D)),
        embedding=tuple(name for name, module in named if isinstance(module, nn.Embedding)),
        convolution=tuple(name for name, module in named if isinstance(module, convolutions)),
    )


def probe(tokenizer: Any, task: str = "text-classification") -> Batch:
    """A small batch, to see whether a model of ``task`` runs; with padding in it, if the tokenizer can pad.

    Args:
        tokenizer: for images, the image processor.
        task: decides the form; one that generates is given ``decoder_input_ids`` too, for one pass.
    """
    import numpy as np

    if task == "image-classification":
        pixels = np.random.default_rng(0).integers(0, 256, (2, 40, 30, 3), np.uint8)
        return dict(tokenizer(images=list(pixels), return_tensors="np"))
    texts = _PROBE if tokenizer.pad_token is not None else _PROBE[1:] * (2 if task == "multiple-choice" else 1)
    batch = dict(tokenizer(list(texts), padding=len(texts) > 1, truncation=True, return_tensors="np"))
    if task == "multiple-choice":
        return {name: array[None] for name, array in batch.items()}
    return batch | ({"decoder_input_ids": batch["input_ids"]} if task in GENERATING else {})


def _load_config(folder: Path, trust_remote_code: bool) -> Any:
    from transformers import AutoConfig

    if not (folder / "config.json").is_file():
        raise StepError(
            "The base model has no config.json.",
            remedy="Point `base_model` at a folder or repository that `save_pretrained` wrote.",
        )
    with _explained("The base model's config.json cannot be used"):
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=trust_remote_code)
    if getattr(config, "quantization_config", None) is not None or str(config.torch_dtype).endswith("int8"):
        raise StepError(
            "The base model is quantized already.", remedy="Name the model that it was made from, in floating point."
        )
    return config


def _check_head(config: Any, task: str) -> None:
    """Refuse a head that was trained for another task, though its weights may well load."""
    for architecture in config.architectures or ():
        trained = next((name for name, head in _HEADS.items() if architecture.endswith(head)), task)
        if _HEADS.get(trained) != _HEADS.get(task):
            raise StepError(
                f"The base model is a {architecture}: it was trained for {trained}, not for {task}.",
                remedy=f"Write `task: {trained}`, or name a model that was fine-tuned for {task}.",
            )


def _check_labels(config: Any) -> tuple[str, ...]:
    names = {int(key): str(name) for key, name in (config.id2label or {}).items()}
    if sorted(names) != list(range(len(names))) or len(set(names.values())) != len(names) or len(names) < 2:
        raise StepError(
            f"The base model's id2label does not name two or more distinct labels with ids from 0: {names}.",
            remedy="Mend `id2label` in the base model's config.json.",
        )
    return tuple(names[index] for index in range(len(names)))


def _load_model(folder: Path, task: str, config: Any, trust_remote_code: bool) -> Any:
    with _explained(f"The base model cannot be loaded for {task}"):
        model, info = load_weights(folder, task, config, trust_remote_code)
    missing = sorted(info["missing_keys"])
    if task in FEATURES and drop_pooler(model):
        prefixes = ("pooler.", f"{model.base_model_prefix}.pooler.")  # transformers 4.57, and 4.45
        missing = [key for key in missing if not key.startswith(prefixes)]
    if missing:
        shown = ", ".join(missing[:6]) + (f" and {len(missing) - 6} more" if len(missing) > 6 else "")
        raise StepError(
            f"The base model has no trained weights for {shown}; they would be made up at random.",
            remedy=f"Name a model that was fine-tuned for {task}.",
        )
    return model


def drop_pooler(model: Any) -> bool:
    """Take the pooler off a model that can be made without; whether there was one.

    Its output is not among the features that the exporter keeps, and most checkpoints have no trained weights for it.
    """
    if "add_pooling_layer" not in inspect.signature(type(model).__init__).parameters:
        return False
    model.pooler = None
    return True


def load_tokenizer(folder: Path, trust_remote_code: bool) -> Any:
    """The tokenizer in ``folder``.

    Raises:
        StepError: if there is none that transformers can load.
    """
    from transformers import AutoTokenizer

    with _explained("The base model has no tokenizer that can be loaded"):
        return AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=trust_remote_code)


def load_image_processor(folder: Path, trust_remote_code: bool) -> Any:
    """The image processor in ``folder``, one that needs no torchvision.

    Raises:
        StepError: if there is none that transformers can load.
    """
    from transformers import AutoImageProcessor

    with _explained("The base model has no image processor that can be loaded"):
        return AutoImageProcessor.from_pretrained(
            folder, local_files_only=True, trust_remote_code=trust_remote_code, use_fast=False
        )


@contextmanager
def _explained(what: str) -> Iterator[None]:
    """Turn what transformers raises for files that are missing, broken or unfit into a failure of the step."""
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ImportError, RuntimeError) as error:
        text = str(error)
        if (isinstance(error, OSError) and error.errno == errno.ENOSPC) or "allocate memory" in text:
            raise
        if "trust_remote_code" in text:
            raise StepError(
                f"{what}: it runs code of its own.",
                remedy="If you trust that code, say `base_model.trust_remote_code: true`.",
            ) from error
        if text.startswith("Unrecognized configuration class"):
            raise StepError(
                f"{what}: models of its architecture do not do that.",
                remedy="Write another `task`, or name another base model.",
            ) from error
        lines = [line.strip() for line in text.splitlines() if line.strip()] or [type(error).__name__]
        first = " ".join(
            lines[:_LINES_OF_MISMATCH] if lines[0].startswith("Error(s) in loading state_dict") else lines[:1]
        )
        raise StepError(
            f"{what}: {first}", remedy="Check the files of the base model; `from_pretrained` must load them."
        ) from error
