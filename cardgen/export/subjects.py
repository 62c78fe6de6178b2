"""Which models evidence speaks of: the variants, the base model in each runtime, and what the runs of a sweep made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from cardgen.card.facts.joined import Facts, VariantFacts
from cardgen.card.facts.observed import Predicted, Quantized, Run, SweptRun
from cardgen.card.sections.sweep import plain_setting
from cardgen.card.words.wording import variant_title
from cardgen.catalog.backends import BackendInfo, backend_info
from cardgen.catalog.hub_names import is_commit
from cardgen.export.figures import agreed, reported, reported_baseline, scored, sliced, timed
from cardgen.export.imported import imported_reports
from cardgen.export.inspected import inspected_facts, inspected_files, kept_as_it_is
from cardgen.export.model import Data, Figure, Measurer, ModelFile, ModelId, Report, Runtime, Subject
from cardgen.manifest.base import Setting
from cardgen.manifest.data import Calibration
from cardgen.manifest.model import Manifest
from cardgen.manifest.reported import Reported, ReportedCalibration, ReportSource
from cardgen.plan.layout import calibration_data, files_repository
from cardgen.records.record import DoneRecord

_RUNTIMES = {"pytorch": ("pytorch", "torch"), "onnx": ("onnxruntime", "onnxruntime")}
"""A backend's runtime to its name, and to the distribution whose version it is of."""

BASE = "base-model"
"""Begins the keys of the base model; its runtime follows, or the origin of its figures.

No variant's name holds a slash.
"""


def subjects_of(facts: Facts) -> tuple[Subject, ...]:
    """The variants first, then the base model, then the runs."""
    baselines: dict[str, Subject] = {}
    for fact, run, seen in facts.quantized:
        baselines.setdefault(fact.runner.runtime, _baseline(facts, fact.runner, run, seen))
    return (
        *(_variant(facts, fact) for fact in facts.variants),
        *baselines.values(),
        *_imported_baseline(facts),
        *_reported_baseline(facts),
        *_runs(facts),
    )


def base_model_id(facts: Facts) -> ModelId:
    """The base model, as far as the evidence says which state of it was read."""
    base, resolved = facts.manifest.base_model, facts.evidence.resolutions.get("base_model")
    if resolved is None:
        commit = base.revision if is_commit(base.revision) else None  # what a branch means, nobody looked up
        return ModelId(base.id, commit, on_hub=base.path is None)
    source = resolved.source
    return ModelId(base.id or source.id, source.commit, source.sha256, on_hub=source.origin == "hub")


def _variant(facts: Facts, fact: VariantFacts) -> Subject:
    precision = "FP32" if fact.asked.approach == "none" else fact.scheme
    subject = Subject(fact.name, "variant", variant_title(fact), _published(facts, fact), precision)
    reports = (*imported_reports(fact.imported), *_reports(facts.manifest, fact.reported))
    prefix = f"{fact.folder}/" if fact.folder else ""
    if fact.inspected is not None:
        files = inspected_files(fact.inspected, prefix)
        made_by = {"made_by": fact.asked.made.by.name} if fact.asked.made and fact.asked.made.by else {}
        subject = replace(subject, files=files, facts={**made_by, **inspected_facts(fact.inspected)})
    if fact.run is None:
        return replace(subject, reports=reports)
    measured = Report(
        _cardgen(facts),
        tuple(_measured(facts.manifest, fact.run)),
        _variant_facts(fact, fact.run),
        _environment(fact.run.record),
    )
    return replace(
        subject,
        runtime=_runtime(fact.runner, fact.run.record),
        versions=fact.run.record.versions,
        calibration=_calibrated_on(facts.manifest, fact),
        files=subject.files
        or tuple(
            ModelFile(prefix + file.path, file.bytes, file.sha256 if kept_as_it_is(file.path) else None)
            for file in fact.run.files
        ),
        reports=(measured, *reports),
    )


def _published(facts: Facts, fact: VariantFacts) -> ModelId:
    """Where its files are fetched from: of a model that lies in another repository, at the commit that was read."""
    repository = files_repository(facts.manifest, fact.name)
    if fact.inspected is None or repository == facts.manifest.repository(fact.name):
        return ModelId(repository)
    return ModelId(repository, fact.inspected.source.commit)


def _measured(manifest: Manifest, run: Run) -> Iterator[Figure]:
    seen, when = run.outcome, run.record.started
    if not isinstance(seen, Quantized):
        yield agreed(manifest, seen, when)
        return
    yield from scored(manifest, seen.evaluate, seen.predict, when)
    if seen.single is not None:
        yield from scored(manifest, seen.single, seen.predict, when, alone=True)


def _variant_facts(fact: VariantFacts, run: Run) -> dict[str, str]:
    told = {"approach": fact.asked.approach, "parameters": str(run.export.parameters)}
    if run.export.opset is not None:
        told["opset"] = str(run.export.opset)
    seen = run.outcome
    if not isinstance(seen, Quantized):
        return {**told, "weight_bytes": str(run.export.weight_bytes)}
    if fact.inspected is not None:  # whose files tell the rest
        return {"baseline_weight_bytes": str(run.export.weight_bytes)}
    made, asked = seen.quantize, seen.quantize_request
    told |= {
        "weight_bytes": str(made.weight_bytes),
        "baseline_weight_bytes": str(run.export.weight_bytes),
        "int8_linear_modules": str(len(made.int8_modules)),
        "fp32_linear_modules": ", ".join(made.fp32_modules) or "none",
        "int8_embeddings": str(len(made.int8_embeddings)),
        "int8_convolutions": str(len(made.int8_convolutions)),
    }
    if made.calibration_seen is not None:
        told["calibration_samples"] = str(made.calibration_seen)
    options = asked.options.model_dump(exclude_defaults=True)
    told |= {name: plain_setting(value) for name, value in options.items()}
    if made.saturation is not None:
        told["int8_sums_exceed_16_bits"] = made.saturation
    if seen.tune_request is not None:
        unit = "absolute" if seen.tune_request.absolute else "relative"
        told["tolerance"] = f"{seen.tune_request.tolerance} {seen.tune_request.metric.type}, {unit}"
    return told


def _calibrated_on(manifest: Manifest, fact: VariantFacts) -> Data | None:
    asked = fact.quantized.quantize_request.calibration if fact.quantized else None
    if asked is None:
        return None
    ref, _split = calibration_data(manifest.scoring, fact.asked.calibration or Calibration())
    return sliced(asked.data, ref, None)


def _baseline(facts: Facts, backend: BackendInfo, run: Run, seen: Quantized) -> Subject:
    record = _record_of(facts, seen.baseline_predict)
    figures = scored(facts.manifest, seen.baseline, seen.baseline_predict, record.started)
    sizes = {"weight_bytes": str(run.export.weight_bytes), "parameters": str(run.export.parameters)}
    return Subject(
        key=f"{BASE}/{backend.runtime}",
        role="baseline",
        title=f"base model in FP32, {backend.runtime_title}",
        model=base_model_id(facts),
        precision="FP32",
        runtime=_runtime(backend, record),
        versions=record.versions,
        reports=(Report(_cardgen(facts), tuple(figures), sizes, _environment(record)),),
    )


def _record_of(facts: Facts, predicted: Predicted) -> DoneRecord:
    """The record of some answers."""
    asked, found = predicted.request, predicted.result
    return next(each for each in facts.evidence.records if (each.request, each.result) == (asked, found))


def _imported_baseline(facts: Facts) -> Iterator[Subject]:
    """The base model, where evaluation tools measured it."""
    if facts.base_imported:
        reports = tuple(imported_reports(facts.base_imported))
        yield _told_baseline(facts, "imported", reports)


def _told_baseline(facts: Facts, origin: str, reports: tuple[Report, ...]) -> Subject:
    precision = facts.baseline if facts.baseline != "Baseline" else None
    return Subject(f"{BASE}/{origin}", "baseline", "base model", base_model_id(facts), precision, reports=reports)


def _reported_baseline(facts: Facts) -> Iterator[Subject]:
    """The base model, where somebody reports figures of it, by itself or beside a variant's."""
    beside = [entry for fact in facts.variants for entry in fact.reported]
    found: dict[ReportSource, tuple[list[Figure], dict[str, str]]] = {}
    for entry in (*facts.base_reports, *beside):
        figures = reported(facts.manifest, entry) if entry.variant is None else reported_baseline(facts.manifest, entry)
        size = entry.size_mb if entry.variant is None else entry.baseline_size_mb
        known, told = found.setdefault(entry.source, ([], {}))
        known += [figure for figure in figures if figure not in known]
        if size is not None:
            told.setdefault("size_mb", f"{size:f}")
    reports = tuple(
        Report(_reporter(source), tuple(figures), told) for source, (figures, told) in found.items() if figures or told
    )
    if reports:
        yield _told_baseline(facts, "reported", reports)


def _runs(facts: Facts) -> Iterator[Subject]:
    """What each run of a sweep made: it is published nowhere, and goes by the base model's id."""
    number = 0
    for swept in facts.swept:
        number += 1
        yield _run(facts, swept, f"runs/{number}")
    entries: dict[tuple[tuple[str, Setting], ...], list[Reported]] = {}
    for entry in facts.sweep:
        entries.setdefault(tuple(sorted((entry.parameters or {}).items())), []).append(entry)
    for settings, runs in entries.items():
        number += 1
        told = _settings(dict(settings))
        reports = tuple(replace(each, facts={**each.facts, **told}) for each in _reports(facts.manifest, runs))
        title = ", ".join(f"{name} {value}" for name, value in told.items()) or "no settings"
        yield Subject(f"runs/{number}", "run", title, base_model_id(facts), reports=reports)


def _run(facts: Facts, swept: SweptRun, key: str) -> Subject:
    backend = backend_info(swept.run.backend)
    weights = (swept.quantize or swept.export).weight_bytes
    figures = [*scored(facts.manifest, swept.evaluate, swept.predict, swept.predict_record.started)]
    for times in swept.times:
        figures += timed(times)
    told = {**_settings(swept.parameters), "weight_bytes": str(weights)}
    return Subject(
        key=key,
        role="run",
        title=swept.run.name,
        model=base_model_id(facts),
        precision="INT8" if swept.quantize else "FP32",
        runtime=_runtime(backend, swept.predict_record),
        versions=swept.predict_record.versions,
        reports=(Report(_cardgen(facts), tuple(figures), told, _environment(swept.predict_record)),),
    )


def _reports(manifest: Manifest, entries: Iterable[Reported]) -> Iterator[Report]:
    """What others report, by source."""
    by_source: dict[ReportSource, list[Reported]] = {}
    for entry in entries:
        by_source.setdefault(entry.source, []).append(entry)
    for source, own in by_source.items():
        figures: list[Figure] = []
        told: dict[str, str] = {}
        for entry in own:
            figures += [figure for figure in reported(manifest, entry) if figure not in figures]
            told = {**_reported_facts(entry), **told}
        yield Report(_reporter(source), tuple(figures), told)


def _reported_facts(entry: Reported) -> dict[str, str]:
    told = {
        "size_mb": None if entry.size_mb is None else f"{entry.size_mb:f}",
        "made_with": entry.made_with,
        "fp32_linear_modules": ", ".join(entry.fallback_modules) or None,
        "linear_modules": None if entry.total_modules is None else str(entry.total_modules),
        "tolerance": None if entry.tolerance is None else f"{entry.tolerance} relative",
        "calibration": _calibration(entry.calibration),
        "note": entry.note,
    }
    return {name: value for name, value in told.items() if value is not None}


def _calibration(told: ReportedCalibration | None) -> str | None:
    if told is None:
        return None
    parts = {
        "dataset": told.dataset,
        "split": told.split,
        "samples asked for": told.asked,
        "samples seen": told.seen,
        "batch size": told.batch_size,
    }
    return ", ".join(f"{name} {value}" for name, value in parts.items() if value is not None) or None


def _settings(parameters: Mapping[str, Setting]) -> dict[str, str]:
    return {name: plain_setting(value) for name, value in parameters.items() if value is not None}


def _runtime(backend: BackendInfo, record: DoneRecord) -> Runtime | None:
    name, package = _RUNTIMES[backend.runtime]
    version = record.versions.get(package) or record.environment.packages.get(package)
    return Runtime(name, version) if version else None


def _environment(record: DoneRecord) -> dict[str, str]:
    """What the figures were measured with, and on."""
    found = dict(sorted(record.versions.items()))
    machine = record.hardware
    if machine is not None:
        found |= {
            "cpu": machine.cpu,
            "architecture": machine.architecture,
            "cores": str(machine.cores),
            "memory_bytes": str(machine.memory_bytes),
            "instruction_sets": ", ".join(machine.instruction_sets) or "not stated",
        }
    return found


def _cardgen(facts: Facts) -> Measurer:
    return Measurer("measured", "cardgen", facts.evidence.cardgen)


def _reporter(source: ReportSource) -> Measurer:
    return Measurer("reported", source.name, url=source.url)
