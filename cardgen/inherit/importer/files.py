"""What the files of a model decide of its manifest, whatever its card says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from cardgen.catalog.backends import backend_info
from cardgen.catalog.hub_names import id_fault
from cardgen.inherit.facts.held import (
    fits_files,
    linear_modules,
    main_approach,
    main_scheme,
    named_alike,
    quantized_modules,
)
from cardgen.inherit.facts.schemes import one_scheme, schemes_in
from cardgen.inherit.importer.makers import quantizer_called
from cardgen.inherit.importer.report import Ledger
from cardgen.inherit.importer.variants import BACKEND, Made, VariantDraft, slug
from cardgen.inherit.manifest_text import Entry, Value
from cardgen.records.inspection import Inspection

_FORMATS = {"gguf": "GGUF", "onnx": "ONNX", "openvino": "OpenVINO"}
_METHODS = {"gptq": "GPTQ", "awq": "AWQ", "mlx": "MLX"}
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class HeldFiles:
    """The files of the model that a card is of."""

    inspection: Inspection
    name: str = "the model's files"
    """How a manifest calls them."""
    page: str | None = None
    """Where they can be seen: their page on the Hub, at the commit that was read."""
    repo_id: str | None = None
    """Of the repository on the Hub that they lie in."""

    @property
    def scheme(self) -> str | None:
        """The name of the scheme of most of the weights."""
        return main_scheme(self.inspection)

    @property
    def format(self) -> str | None:
        """As a manifest names it; ``None`` for what has no name but safetensors, and for pickles."""
        return _FORMATS.get(self.inspection.format) or _METHODS.get(self.inspection.method or "")

    @property
    def maker(self) -> str | None:
        """What quantized, with its version where a file tells it."""
        for made in self.inspection.makers:
            if title := quantizer_called(made.name):
                return f"{title} {made.version}" if made.version else title
        return quantizer_called(self.inspection.method or "")

    @property
    def shows_floats(self) -> bool:
        """Whether all modules could be read, and none of them is quantized."""
        return bool(self.inspection.modules) and not quantized_modules(self.inspection)

    def base_model(self, stated: Sequence[str]) -> str | None:
        """The base model that files name, where it is none of those that the card states."""
        named = self.inspection.base_model
        if any(named_alike(one, other) for one in named for other in stated):
            return None
        return next((name for name in named if id_fault(name, owner=True) is None), None)

    def fits_tag(self, tag: str) -> bool:
        """Whether a tag names no scheme, or one that some module of the files has."""
        schemes = [scheme for scheme, _start, _end in schemes_in(tag)]
        return not schemes or not self.inspection.modules or any(fits_files(one, self.inspection) for one in schemes)

    def of(self, variants: Sequence[VariantDraft]) -> VariantDraft | None:
        """The variant whose files they are; ``None`` where several can be, or none."""
        if len(variants) == 1:
            return variants[0]
        own = one_scheme(scheme for scheme, _start, _end in schemes_in(self.scheme or ""))
        runtime = {"onnx": "onnx", "pickle": "pytorch"}.get(self.inspection.format)
        found = []
        for variant in variants:
            told = one_scheme(scheme for scheme, _start, _end in schemes_in(variant.scheme or ""))
            same = told.fits(own) if variant.elsewhere and told and own else not variant.elsewhere
            if same and (variant.elsewhere or variant.runtime == runtime):
                found.append(variant)
        return found[0] if len(found) == 1 else None

    def entry(self, variant: VariantDraft) -> dict[str, Value]:
        """A reported entry of what they show of a variant, whose they are."""
        size = Decimal(self.inspection.size_bytes) / 10**6
        entry: dict[str, Value] = {
            "variant": variant.name,
            "size_mb": size.quantize(_CENT) if size >= 1 else size.normalize(),
        }
        own_maker = None if variant.elsewhere else backend_info(BACKEND[variant.runtime]).title
        if self.maker and variant.approach != "none" and not (own_maker and self.maker.startswith(own_maker)):
            entry["made_with"] = self.maker
        linear = linear_modules(self.inspection)
        if any(module.storage.quantized for module in linear):
            kept = [module.name for module in linear if not module.storage.quantized]
            entry |= {"fallback_modules": kept} if kept else {}
            entry["total_modules"] = len(linear)
        if self.inspection.calibration:
            entry["note"] = f"`{variant.name}` was calibrated on: {self.inspection.calibration}"
        source: dict[str, Value] = {"name": f"Files of {self.repo_id}" if self.repo_id else "The model's files"}
        entry["source"] = {**source, "url": self.page} if self.page else source
        return entry


def as_files_hold(
    variants: tuple[VariantDraft, ...], files: HeldFiles, given: Made | None, ledger: Ledger
) -> tuple[VariantDraft, ...]:
    """The variants, the one whose files these are as they show it.

    Args:
        variants: as the card states them.
        files: of one of them.
        given: the approach that the user names.
        ledger: hears where files and card say different things.
    """
    own = files.of(variants)
    if own is None:
        ledger.add("left out", f"what {files.name} show: which of the variants they are is not clear")
        return variants
    held = _held(own, files, given)
    for what, before, now in (
        ("scheme", own.scheme if own.elsewhere else "INT8", held.scheme if held.elsewhere else "INT8"),
        ("format", own.format, held.format),
        ("approach", own.approach, held.approach),
    ):
        if before is not None and before != now and "none" not in (own.approach, held.approach):
            ledger.add("mended", f"the {what} is {now or 'not stated'}, as {files.name} show, and not {before}")
    if len(variants) == 1 and held.label is None:
        name = slug(held.scheme or "quantized") if held.elsewhere else held.runtime
        held = replace(held, name=name)
    return tuple(held if variant is own else variant for variant in variants)


def _held(own: VariantDraft, files: HeldFiles, given: Made | None) -> VariantDraft:
    inspection, asked = files.inspection, None if given == "none" else given
    if not inspection.modules:  # pickles: the card alone tells
        made_by_backend = inspection.method == "neural-compressor" and own.approach in ("static", "dynamic")
        return replace(own, runtime="pytorch", elsewhere=False, scheme=None, format=None) if made_by_backend else own
    if files.shows_floats:
        if inspection.format == "onnx":
            return replace(own, runtime="onnx", approach="none", elsewhere=False, scheme=None, format=None)
        return replace(own, elsewhere=True, approach=asked or "not-stated", scheme=None, format=files.format)
    if files.scheme is None:
        return replace(own, elsewhere=True, format=files.format)
    approach = asked or ("qat" if own.approach == "qat" else main_approach(inspection)) or "not-stated"
    by_runtime = inspection.format == "onnx" and re.match("W8A8|INT8", files.scheme) and files.maker == "ONNX Runtime"
    if by_runtime and approach in ("static", "dynamic"):
        return replace(own, runtime="onnx", approach=approach, elsewhere=False, scheme=None, format=None)
    return replace(own, elsewhere=True, approach=approach, scheme=files.scheme, format=files.format)


def with_files(
    entries: list[dict[str, Value]], held: dict[str, Value], files: HeldFiles, ledger: Ledger
) -> list[dict[str, Value]]:
    """The entries that a card gives of a variant, without what files decide, behind the entry of these.

    Args:
        entries: of the card; the first has what is no metric's.
        held: what :meth:`HeldFiles.entry` gives.
        files: for their name.
        ledger: hears what gave way.
    """
    first = entries[0]
    decided = ["size_mb", *(["made_with"] if files.maker else [])]
    decided += ["fallback_modules", "total_modules"] if "total_modules" in held else []
    for key in decided:
        if key in first and (said := first.pop(key)) != held.get(key):
            shown = ", ".join(map(str, said)) if isinstance(said, list) else str(said)
            what = key.replace("_mb", " in MB").replace("_", " ")
            ledger.add("left out", f"{what}: {shown}, which is not what {files.name} show")
    rest = entries if set(first) - {"variant", "note"} else entries[1:]
    return [held, *rest]


def fitting_tags(metadata: list[Entry], files: HeldFiles, ledger: Ledger) -> list[Entry]:
    """Front matter without tags of schemes that no module of the files has."""
    kept = []
    for entry in metadata:
        if entry.key != "tags" or not isinstance(entry.value, (list, tuple)):
            kept.append(entry)
            continue
        fitting = [tag for tag in entry.value if not isinstance(tag, str) or files.fits_tag(tag)]
        for tag in entry.value:
            if tag not in fitting:
                ledger.add("left out", f"the tag `{tag}`: no module of {files.name} is of that scheme")
        if fitting:
            kept.append(Entry(entry.key, fitting, entry.remark))
    return kept
