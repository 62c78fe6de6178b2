"""What must hold for variants that others made with what no backend is, and for what only such have."""

from __future__ import annotations

from cardgen.catalog.backends import ELSEWHERE
from cardgen.manifest.model import Manifest, Variant
from cardgen.manifest.places import Findings, Path

_ONLY_ELSEWHERE = ("weight-only", "qat", "not-stated")


def check_elsewhere(manifest: Manifest, findings: Findings) -> None:
    """Check that what only others' variants have is not said of others."""
    others = [
        name
        for name, variant in manifest.variants.items()
        if variant.backend == ELSEWHERE.name and variant.made is None
    ]
    for name in others:
        _check_made_elsewhere(("variants", name), manifest.variants[name], findings)
        if name not in manifest.reported_variants and not manifest.variants[name].results:
            message = "was made elsewhere, and neither an entry of `reported` nor `results` says anything of it"
            remedy = f"add `{{variant: {name}, source: ...}}` there, or name files of evaluation tools in `results`"
            findings.add(("variants", name), message, remedy, at="key")
    for name, variant in manifest.variants.items():
        path: Path = ("variants", name)
        if name in others or variant.made is not None or not findings.sound((*path, "backend")):
            continue
        if variant.approach in _ONLY_ELSEWHERE:
            message = f"`{variant.approach}` is nothing that {variant.backend} does"
            findings.add((*path, "approach"), message, "write static or dynamic, or `backend: elsewhere`")
        for key in ("scheme", "format"):
            if getattr(variant, key) is not None:
                message = f"does not go with a backend: {variant.backend} makes INT8 in its own format"
                findings.add((*path, key), message, "leave it out, or write `backend: elsewhere`", at="key")
    if manifest.base_model.precision is not None and not others and not manifest.adopted_variants:
        message = "only goes with a variant of `backend: elsewhere` or `made`: cardgen runs the base model in FP32"
        findings.add(("base_model", "precision"), message, "leave it out", at="key")


def _check_made_elsewhere(path: Path, variant: Variant, findings: Findings) -> None:
    """Check that a variant that cardgen did not make asks for nothing."""
    if variant.approach == "none":
        message = "is no export: what a backend exports is told, and what others quantized is not `none`"
        findings.add((*path, "approach"), message, "write `not-stated`, or name the backend of the export")
    for key in ("fallback", "calibration", "options"):
        if key in variant.model_fields_set:
            message = "does not go with `backend: elsewhere`: nothing is made here"
            findings.add((*path, key), message, "say it in an entry of `reported`", at="key")
