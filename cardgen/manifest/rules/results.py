"""What must hold for results files. What they say, and of which model, is looked at when they are read."""

from __future__ import annotations

import posixpath
import re

from cardgen.manifest.model import Manifest
from cardgen.manifest.places import Findings, Path, show_path
from cardgen.manifest.results import ResultsRef
from cardgen.manifest.rules.references import path_fault
from cardgen.patterns import regex

_OF_A_MACHINE = regex(r"(?:^|/)__(?:home|users|root|tmp|mnt)__", re.IGNORECASE)
"""A folder that lm-eval named after the place of a model."""


def check_results(manifest: Manifest, findings: Findings) -> None:
    """Check every results file that is named."""
    seen: dict[str, Path] = {}
    for owner, refs in named_results(manifest):
        if refs == () and owner in findings.entries:
            findings.add(owner, "is empty", "give at least one, or leave the key out")
        for index, ref in enumerate(refs):
            path = (*owner, index)
            if findings.sound(path):
                _check_path(path, ref, seen, findings)


def named_results(manifest: Manifest) -> list[tuple[Path, tuple[ResultsRef, ...]]]:
    """Where results files are named, and which."""
    variants = [(("variants", name, "results"), variant.results) for name, variant in manifest.variants.items()]
    return [(("base_model", "results"), manifest.base_model.results), *variants]


def named_variant(owner: Path) -> str | None:
    """The variant that a list of :func:`named_results` is of; ``None`` for the base model."""
    return str(owner[1]) if owner[0] == "variants" else None


def _check_path(path: Path, ref: ResultsRef, seen: dict[str, Path], findings: Findings) -> None:
    at = (*path, "path") if (*path, "path") in findings.entries else path
    if fault := path_fault(ref.path):
        findings.add(at, f"`{ref.path}` {fault[0]}", fault[1])
        return
    if _OF_A_MACHINE.search(ref.path):
        message = f"`{ref.path}` spells a place of the machine that measured, and is published with the evidence"
        findings.add(at, message, "rename the folder that lm-eval made")
        return
    first = seen.setdefault(posixpath.normpath(ref.path), path)
    if first != path:
        same = first[:-1] == path[:-1]
        message = f"`{ref.path}` is given {'twice' if same else f'under {show_path(first)} too'}"
        findings.add(at, message, "keep one" if same else "a file is of one model: name it where it belongs")
