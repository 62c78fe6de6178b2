"""Looks at a manifest's base model before the first step: what no step could use, or use rightly, is told at once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cardgen.errors import ResolveError, shown
from cardgen.manifest.model import LoadedManifest
from cardgen.plan.model import Step
from cardgen.weights.fault import ModelFault
from cardgen.weights.look import look_at_model

BASE_MODEL = "base_model"


def reads_base_model(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Those of the steps that read the base model's own files."""
    return tuple(step for step in steps if BASE_MODEL in step.inputs.values())


def look_at_base_model(loaded: LoadedManifest, steps: Iterable[Step], folder: Path) -> None:
    """Look at the files of a base model, as far as that can be done without a library.

    Args:
        loaded: the manifest.
        steps: those that are to run.
        folder: the model's; of one on the Hub, it may hold all but the weights.

    Raises:
        ResolveError: with everything that is wrong.
    """
    readers = reads_base_model(steps)
    if readers:
        versions = {step.environment.packages["transformers"] for step in readers}
        refuse_model(loaded, look_at_model(folder, loaded.manifest.task, versions))


def refuse_model(loaded: LoadedManifest, faults: Iterable[ModelFault]) -> None:
    """Tell everything that is wrong with the base model, if anything is.

    Raises:
        ResolveError: if something is.
    """
    found = list(dict.fromkeys(faults))
    if not found:
        return
    *before, last = found
    told = "".join(f"{fault.message}\n    {fault.remedy}\n" for fault in before)
    raise ResolveError(f"{shown(loaded.path)}: {BASE_MODEL}: {told}{last.message}", remedy=last.remedy)
