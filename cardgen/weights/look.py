"""A look at a model's files before anything is made of them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from cardgen.errors import StepError
from cardgen.weights.adapter import adapter_beside
from cardgen.weights.fault import ModelFault
from cardgen.weights.files import loaded_files, names_in
from cardgen.weights.labels import configured_head_fault
from cardgen.weights.pointer import pointer_faults
from cardgen.weights.sentences import read_settings
from cardgen.weights.working_copy import CONFIG, read_object, version_faults

_EMBEDS = "sentence-similarity"


def look_at_model(folder: Path, task: str, transformers: Collection[str]) -> list[ModelFault]:
    """Everything for which a model cannot be used, or not rightly, as far as its files tell without a library.

    Args:
        folder: the model's; its weights need not be there.
        task: what it is to do.
        transformers: the versions that are to run it.
    """
    if pointers := _pointers(folder):
        return pointers  # what else there is cannot be read
    found = [adapter_beside(folder), configured_head_fault(task, read_object(folder / CONFIG) or {})]
    if task == _EMBEDS:
        try:
            read_settings(folder)
        except StepError as error:
            found.append(ModelFault(error.message, error.remedy))
    return [*(fault for fault in found if fault is not None), *version_faults(folder, transformers)]


def look_at_files(folder: Path) -> list[ModelFault]:
    """Everything for which a folder cannot be taken as a model, whatever that is to do."""
    beside = adapter_beside(folder)
    return [*_pointers(folder), *([beside] if beside else [])]


def _pointers(folder: Path) -> list[ModelFault]:
    small, weights = loaded_files(names_in(folder))
    return pointer_faults(folder, [*small, *weights])
