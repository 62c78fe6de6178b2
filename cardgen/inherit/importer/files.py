"""What the files of a model decide of its manifest, whatever its card says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cardgen.catalog.hub_names import id_fault
from cardgen.inherit.facts.held import (
    fits_files,
    linear_modules,
    main_scheme,
    named_alike,
    quantized_modules,
)
from cardgen.inherit.facts.schemes import schemes_in
from cardgen.inherit.importer.makers import quantizer_called
from cardgen.inherit.importer.report import Ledger
from cardgen.inherit.importer.variants import VariantDraft
from cardgen.inherit.manifest_text import Entry, Value, texts_of
from cardgen.records.inspection import Inspection

_FORMATS = {"gguf": "GGUF", "onnx": "ONNX", "openvino": "OpenVINO"}
_METHODS = {"gptq": "GPTQ", "awq": "AWQ", "mlx": "MLX"}
_CENT = Decimal("0.01")
_WHAT = {
    "size_mb": "size in MB",
    "made_with": "what made it",
    "fallback_modules": "Linear modules that are not quantized",
    "total_modules": "Linear modules",
}


@dataclass(frozen=True)
class HeldFiles:
    """The files of the model that a card is of."""

    inspection: Inspection
    made: Mapping[str, str]
    """Where they are, as a manifest's variant names them."""
    name: str = "the model's files"
    """How a manifest calls them."""
    page: str | None = None
    """Where they can be seen: their page on the Hub, at the commit that was read."""
    repo_id: str | None = None
    """Of the repository on the Hub that they lie in."""
    file: str | None = None
    """The one of them that was named, where they are a model among others."""

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

    def facts(self) -> dict[str, Value]:
        """What they show of that which an entry of ``reported`` may say, by its key there."""
        size = Decimal(self.inspection.size_bytes) / 10**6
        told: dict[str, Value] = {"size_mb": size.quantize(_CENT) if size >= 1 else size.normalize()}
        if self.maker:
            told["made_with"] = self.maker
        linear = linear_modules(self.inspection)
        if any(module.storage.quantized for module in linear):
            told["fallback_modules"] = [module.name for module in linear if not module.storage.quantized]
            told["total_modules"] = len(linear)
        return told

    def entry(self, variant: VariantDraft) -> dict[str, Value]:
        """A reported entry of a variant in which nothing is quantized, so that no manifest can name its files."""
        source: dict[str, Value] = {"name": f"Files of {self.repo_id}" if self.repo_id else "The model's files"}
        source |= {"url": self.page} if self.page else {}
        return {"variant": variant.name, "size_mb": self.facts()["size_mb"], "source": source}


def without_facts(entry: dict[str, Value], files: HeldFiles, ledger: Ledger) -> list[str]:
    """Take out of a card's entry what its files say themselves.

    Args:
        entry: of a variant whose files they are.
        files: the model's.
        ledger: hears what was taken out.

    Returns:
        What was taken out, as texts, and what the files say in its place.
    """
    said: list[str] = []
    for key, shown in files.facts().items():
        said += texts_of(shown)
        if key not in entry:
            continue
        told = entry.pop(key)
        said += texts_of(told)
        ledger.add("left out", f"{_WHAT[key]}: {_listed(told)}; {files.name} say {_listed(shown)}")
    return said


def _listed(value: Value) -> str:
    return (", ".join(map(str, value)) or "none") if isinstance(value, list) else str(value)


def fitting_tags(metadata: list[Entry], models: Sequence[HeldFiles], ledger: Ledger) -> list[Entry]:
    """Front matter without tags of schemes that no module of the files has."""
    kept = []
    for entry in metadata:
        if entry.key != "tags" or not isinstance(entry.value, (list, tuple)):
            kept.append(entry)
            continue
        fitting = [tag for tag in entry.value if not isinstance(tag, str) or any(one.fits_tag(tag) for one in models)]
        for tag in entry.value:
            if tag not in fitting:
                ledger.add("left out", f"the tag `{tag}`: no module of {models[0].name} is of that scheme")
        if fitting:
            kept.append(Entry(entry.key, fitting, entry.remark))
    return kept
