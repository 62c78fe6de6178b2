"""What was asked for of a variant: by its manifest or, where there is none, by what its records repeat of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cardgen.manifest.data import Calibration, DatasetRef
from cardgen.manifest.model import Manifest, Variant
from cardgen.manifest.reported import Reported
from cardgen.plan.layout import calibration_data
from cardgen.records.evidence import Evidence
from cardgen.records.inputs import DatasetSlice, Source
from cardgen.records.request import CalibrationRequest
from cardgen.review.diff.change import Argument
from cardgen.review.diff.facts.chains import Chain

NEWEST: Final = "the newest"
"""The revision of a manifest that names none."""


@dataclass(frozen=True)
class Data:
    """Samples of a dataset."""

    name: str
    """Hub id, or path as the manifest writes it."""
    config: str | None = None
    split: str | None = None
    source: Source | None = None
    """What the name meant, where that is known."""
    revision: str | None = None
    """As the manifest names it; ``None`` where there is no manifest."""

    @property
    def state(self) -> str | None:
        """Commit, or hash of the content."""
        return None if self.source is None else self.source.commit or self.source.sha256

    def is_that_of(self, other: Data) -> bool:
        """Whether both are one dataset, in whatever state: a file that was only moved to another path is."""
        moved = self.is_local and other.is_local and self.state == other.state
        return moved or self.name == other.name

    def is_part_of(self, other: Data) -> bool:
        """Whether both are the same samples, in whatever state; how the split of a file is called says nothing."""
        same = (self.config, self.split) == (other.config, other.split)
        return self.is_that_of(other) and (same or self.is_local)

    @property
    def is_local(self) -> bool:
        """Whether it is a file here, as far as that is known."""
        return self.source is not None and self.source.origin == "local"


@dataclass(frozen=True)
class Calibrated:
    """What a static quantization looks at."""

    data: Data | None
    asked: int | None = None
    seen: int | None = None
    batch_size: int | None = None
    seed: int | None = None
    content: str | None = None
    """SHA-256 of the samples that were seen, where it was recorded."""


@dataclass(frozen=True)
class Asked:
    """How a variant is to be made."""

    backend: str
    approach: str
    options: Mapping[str, Argument] = field(default_factory=dict)
    modules: tuple[str, ...] | None = None
    """That are to stay FP32; ``None`` where they are found by trials."""
    tolerance: float | None = None
    absolute: bool = False
    limited: str | None = None
    """The metric that the tolerance is on, by its type."""
    calibrated: Calibrated | None = None


def by_manifest(manifest: Manifest, name: str, evidence: Evidence | None, chain: Chain | None) -> Asked:
    """What a manifest says of a variant."""
    variant = manifest.variants[name]
    fallback = variant.fallback
    tolerance = fallback.tolerance if fallback else None
    given = variant.options.model_dump(exclude_none=True)
    return Asked(
        backend=variant.backend,
        approach=variant.approach,
        options={key: _sorted(value) for key, value in given.items() if value != ()},
        modules=None if tolerance is not None else tuple(sorted((fallback and fallback.modules) or ())),
        tolerance=tolerance,
        absolute=bool(fallback and fallback.absolute),
        limited=_primary(manifest) if tolerance is not None else None,
        calibrated=_calibrated(manifest, name, variant, evidence, chain) if variant.approach == "static" else None,
    )


def by_records(name: str, evidence: Evidence, chain: Chain) -> Asked:
    """What the records of a variant repeat."""
    request, tune = chain.quantize_request, chain.tune_request
    opset = chain.export_request.opset if chain.export_request else None
    options = {"opset": opset} if opset is not None else {}
    if request is None:
        return Asked(chain.made.request.backend, "none", options)
    given = request.options.model_dump(exclude_none=True)
    modules = request.fallback_modules
    return Asked(
        backend=request.backend,
        approach=request.approach,
        options={**{key: _sorted(value) for key, value in given.items() if value != ()}, **options},
        modules=None if modules == "tuned" else tuple(sorted(modules)),
        tolerance=tune.tolerance if tune else None,
        absolute=bool(tune and tune.absolute),
        limited=tune.metric.type if tune else None,
        calibrated=_recorded(request.calibration, name, evidence, chain) if request.calibration else None,
    )


def by_report(entries: tuple[Reported, ...]) -> Calibrated | None:
    """What others say of how a variant was calibrated."""
    told = next((entry.calibration for entry in entries if entry.calibration is not None), None)
    if told is None:
        return None
    data = Data(told.dataset or "", split=told.split) if told.dataset or told.split else None
    return Calibrated(data, told.asked, told.seen, told.batch_size)


def data_of(ref: DatasetRef, split: str | None, source: Source | None) -> Data:
    """Samples that a manifest names."""
    return Data(ref.id or ref.path or "", ref.config, split, source, ref.revision or NEWEST)


def recorded_data(read: DatasetSlice, path: str | None) -> Data:
    """Samples that a record repeats."""
    return Data(read.source.id or path or "", read.config, read.split, read.source)


def source_of(evidence: Evidence | None, name: str) -> Source | None:
    """What a name meant, where evidence knows it."""
    found = evidence.resolutions.get(name) if evidence else None
    return found.source if found else None


def path_of(evidence: Evidence, name: str) -> str | None:
    """The path of a local input, as the manifest writes it."""
    found = evidence.resolutions.get(name)
    return found.path if found else None


def _primary(manifest: Manifest) -> str | None:
    evaluation = manifest.evaluation
    if evaluation is None or not evaluation.metrics:
        return None
    return evaluation.primary or evaluation.metrics[0].type


def _calibrated(
    manifest: Manifest, name: str, variant: Variant, evidence: Evidence | None, chain: Chain | None
) -> Calibrated:
    asked = variant.calibration or Calibration()
    data: Data | None = None
    if manifest.evaluation is not None and (manifest.evaluation.dataset is not None or asked.dataset is not None):
        ref, split = calibration_data(manifest.evaluation, asked)
        data = data_of(ref, split, source_of(evidence, f"calibration.{name}"))
    return Calibrated(data, asked.samples, _seen(chain), asked.batch_size, asked.seed, _content(chain))


def _recorded(request: CalibrationRequest, name: str, evidence: Evidence, chain: Chain) -> Calibrated:
    data = recorded_data(request.data, path_of(evidence, f"calibration.{name}"))
    return Calibrated(data, request.samples, _seen(chain), request.batch_size, request.seed, _content(chain))


def _seen(chain: Chain | None) -> int | None:
    return chain.quantize.calibration_seen if chain and chain.quantize else None


def _content(chain: Chain | None) -> str | None:
    found = chain.quantize.calibration if chain and chain.quantize else None
    return found.sha256 if found else None


def _sorted(value: Argument) -> Argument:
    """Lists of operators and nodes mean the same in any order."""
    return tuple(sorted(map(str, value))) if isinstance(value, tuple) else value
