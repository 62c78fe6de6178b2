"""All that is known of a card's variants, observed or reported: what ``cardgen.card.build`` words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from cardgen.card.facts.observed import Compared, Quantized, Run, SweptRun
from cardgen.catalog.backends import ADOPTED, ELSEWHERE, BackendInfo, backend_info
from cardgen.manifest.model import Manifest, Variant
from cardgen.manifest.reported import Reported
from cardgen.records.evidence import Evidence
from cardgen.records.imported import ImportedRecord
from cardgen.records.inspected import InspectedRecord
from cardgen.records.record import DoneRecord
from cardgen.weights.inspect.scheme import floating_type, main_scheme

FORMATS = {
    "safetensors": "safetensors",
    "gguf": "GGUF",
    "onnx": "ONNX",
    "openvino": "OpenVINO IR",
    "pickle": "PyTorch pickles",
}
"""Formats of weight files, as a card names them."""
_USUAL = {"F32": "FP32", "F16": "FP16", "F64": "FP64"}


@dataclass(frozen=True)
class VariantFacts:
    """Everything that is known of one variant: what was observed, what others report, or both."""

    name: str
    asked: Variant
    backend: BackendInfo
    folder: str
    """Where it is published: a folder of the repository, empty for its root."""
    run: Run | None
    reported: tuple[Reported, ...]
    inspected: InspectedRecord | None = None
    """What its files show, of a variant that somebody else made."""
    imported: tuple[ImportedRecord, ...] = ()
    """What evaluation tools measured of it."""

    @property
    def scheme(self) -> str | None:
        """What it is, in short: ``INT8``, ``W4A16``, ``Q4_K_M``; ``None`` where nobody says, and for an export."""
        if self.inspected is not None:
            return stored_in(self.inspected)
        if self.elsewhere or self.asked.approach == "none":
            return self.asked.scheme
        return "INT8"

    @property
    def elsewhere(self) -> bool:
        """Whether others made it with what no backend is, as they report or its files say."""
        return self.backend in (ELSEWHERE, ADOPTED)

    @property
    def format(self) -> str | None:
        """Of the files that others made."""
        return FORMATS[self.inspected.format] if self.inspected is not None else self.asked.format

    @property
    def runner(self) -> BackendInfo:
        """What runs it: of a model that others made, another than made it."""
        return backend_info(self.run.record.request.backend) if self.run else self.backend

    @property
    def made_elsewhere_with(self) -> str | None:
        """What made a variant that was not run here, where that was not its backend."""
        if self.run is not None:
            return None
        return next((entry.made_with for entry in self.reported if entry.made_with), None)

    @property
    def quantized(self) -> Quantized | None:
        """What was observed, of a variant that was quantized here."""
        return self.run.outcome if self.run and isinstance(self.run.outcome, Quantized) else None

    @property
    def compared(self) -> Compared | None:
        """What was observed, of an export that was made here."""
        return self.run.outcome if self.run and isinstance(self.run.outcome, Compared) else None


@dataclass(frozen=True)
class Facts:
    """All that a card is worded from."""

    manifest: Manifest
    evidence: Evidence
    variants: tuple[VariantFacts, ...]
    swept: tuple[SweptRun, ...] = ()
    """The runs of a sweep that were run here."""
    own: str | None = None
    """The variant in whose repository the card stands; ``None`` for a card of all."""
    sisters: tuple[VariantFacts, ...] = ()
    """The other variants, which have repositories and cards of their own."""

    @property
    def repo_id(self) -> str:
        """Where the card stands."""
        return self.manifest.repository(self.own)

    @property
    def with_sisters(self) -> Facts:
        """The same of all variants, in the manifest's order, for what sets them side by side."""
        known = {fact.name: fact for fact in (*self.variants, *self.sisters)}
        return replace(self, variants=tuple(known[name] for name in self.manifest.variants), sisters=())

    @property
    def scheme(self) -> str:
        """What its variants are, in a heading: ``INT8``, ``W4A16``; ``Quantized`` where they differ or none says."""
        schemes = {fact.scheme for fact in self.variants if fact.asked.approach != "none"}
        return (schemes.pop() or "Quantized") if len(schemes) == 1 else "Quantized" if schemes else "INT8"

    @property
    def baseline(self) -> str:
        """What the base model is, in a heading: FP32 is what cardgen runs; else what its files or the manifest say."""
        if not any(fact.elsewhere for fact in self.variants) or self.runs:
            return "FP32"
        return self.base_type or self.manifest.base_model.precision or "Baseline"

    @property
    def base_inspected(self) -> InspectedRecord | None:
        """What the files of the base model show, where they were read."""
        return self.evidence.inspected_of(None)

    @property
    def base_type(self) -> str | None:
        """The type that the base model's layers are stored in, where its files were read: ``BF16``, ``FP32``."""
        return stored_in(self.base_inspected) if self.base_inspected is not None else None

    @property
    def records(self) -> tuple[DoneRecord, ...]:
        """Of all that was scored, compared or timed: versions, hardware."""
        swept = [record for run in self.swept for record in run.records]
        return (*(run.record for _fact, run in self.runs), *swept)

    @property
    def runs(self) -> tuple[tuple[VariantFacts, Run], ...]:
        """The variants that were run."""
        return tuple((fact, fact.run) for fact in self.variants if fact.run is not None)

    @property
    def quantized(self) -> tuple[tuple[VariantFacts, Run, Quantized], ...]:
        """The variants that were quantized and scored."""
        return tuple((fact, run, fact.quantized) for fact, run in self.runs if fact.quantized is not None)

    @property
    def compared(self) -> tuple[tuple[VariantFacts, Run, Compared], ...]:
        """The variants that were only exported."""
        return tuple((fact, run, fact.compared) for fact, run in self.runs if fact.compared is not None)

    @property
    def reported(self) -> tuple[Reported, ...]:
        """Every figure that others report of these variants or of the base model, in the manifest's order."""
        others = {fact.name for fact in self.sisters}
        return tuple(record.entry for record in self.evidence.reported if record.entry.variant not in others)

    @property
    def base_imported(self) -> tuple[ImportedRecord, ...]:
        """What evaluation tools measured of the base model."""
        return tuple(record for record in self.evidence.imported if record.variant is None)

    @property
    def base_reports(self) -> tuple[Reported, ...]:
        """What others report of the base model."""
        return tuple(entry for entry in self.reported if entry.variant is None and entry.parameters is None)

    @property
    def sweep(self) -> tuple[Reported, ...]:
        """The runs of a sweep that others report."""
        return tuple(entry for entry in self.reported if entry.parameters is not None)


def stored_in(record: InspectedRecord) -> str | None:
    """How a model is stored: its scheme; the type of its weights where nothing is quantized."""
    found = main_scheme(record.format, record.method, record.uses) or floating_type(record.uses)
    return _USUAL.get(found, found) if found else None


def version_of(fact: VariantFacts) -> str | None:
    """Version of the library that made the variant, where it was made here."""
    return fact.run.record.environment.packages[fact.backend.package] if fact.run else None


def versions_by_environment(records: Iterable[DoneRecord]) -> Mapping[str, Mapping[str, str]]:
    """Environment name to the versions of its decisive packages, for every environment that the card used."""
    merged: dict[str, dict[str, str]] = {}
    for record in records:
        merged.setdefault(record.environment.name, {}).update(record.versions)
    return {name: dict(sorted(versions.items())) for name, versions in merged.items()}
