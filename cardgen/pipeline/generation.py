"""Refuses to have a model write text without what it needs for that, as far as its own files tell."""

from __future__ import annotations

from cardgen.errors import ManifestError
from cardgen.manifest.load import later_findings
from cardgen.manifest.model import LoadedManifest
from cardgen.plan.generation import generation_faults
from cardgen.records.inputs import ModelGeneration, Resolution


def refuse_generation(loaded: LoadedManifest, base: Resolution) -> None:
    """Tell everything that is missing, or does not apply, if anything is or does not.

    Args:
        loaded: the manifest, of a task whose models write text.
        base: what its base model's name meant.

    Raises:
        ManifestError: if something is wrong.
    """
    found = list(generation_faults(loaded.manifest, base.generation or ModelGeneration()))
    if not found:
        return
    findings = later_findings(loaded)
    for key, message, remedy in found:
        path = ("generation", key)
        findings.add_at(findings.place(path, "value"), path, message, remedy)
    raise ManifestError(tuple(findings))
