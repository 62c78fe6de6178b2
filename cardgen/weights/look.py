"""A look at a model's files before anything is made of them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from cardgen.weights.adapter import adapter_beside
from cardgen.weights.fault import ModelFault
from cardgen.weights.working_copy import version_faults


def look_at_model(folder: Path, transformers: Collection[str]) -> list[ModelFault]:
    """Everything for which a model cannot be used, or not rightly, as far as its small files tell.

    Args:
        folder: the model's; its weights need not be there.
        transformers: the versions that are to run it.
    """
    adapter = adapter_beside(folder)
    return [*([adapter] if adapter else []), *version_faults(folder, transformers)]
