"""What must hold for results that were measured elsewhere, and for a citation."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

from cardgen.catalog.metrics import METRICS, metric_info
from cardgen.catalog.suggest import nearest, remedy_for
from cardgen.manifest.model import Manifest
from cardgen.manifest.places import Findings, Path
from cardgen.manifest.reported import Reported
from cardgen.patterns import regex

_METRIC_NAME = regex(r"[A-Za-z][\w.-]*")
_SIZE_KEYS = (
    "size_mb",
    "baseline_size_mb",
    "made_with",
    "fallback_modules",
    "total_modules",
    "tolerance",
    "calibration",
)
_DATE = regex(r"\d{4}(-\d{2}(-\d{2})?)?")


def check_reported(manifest: Manifest, findings: Findings) -> None:
    """Check every reported entry."""
    seen: dict[object, int] = {}
    for index, entry in enumerate(manifest.reported):
        path: Path = ("reported", index)
        if not findings.sound(path):
            continue
        _check_subject(manifest, entry, path, findings)
        _check_values(entry, path, findings)
        _check_source(entry, path, findings)
        parameters = None if entry.parameters is None else tuple(sorted(entry.parameters.items(), key=str))
        dataset = None if entry.dataset is None else entry.dataset.model_dump_json()
        setting = (entry.batch_size, entry.input_length)
        source = entry.source.model_dump_json() if entry.metric is None else None  # two may each tell other things
        first = seen.setdefault((entry.variant, str(parameters), entry.metric, dataset, setting, source), index)
        if first != index:
            findings.add(path, f"reports the same as reported[{first}]", "keep one of them")
    _check_agreement(manifest, findings)
    if manifest.base_model.card is not None and manifest.card in ("quantized", "model-card", "benchmark"):
        message = "only goes with `card: onnx-export`, which takes the base model's card over"
        findings.add(("base_model", "card"), message, "leave it out", at="key")


def _check_subject(manifest: Manifest, entry: Reported, path: Path, findings: Findings) -> None:
    if entry.variant is not None and entry.variant not in manifest.variants:
        message = f"`{entry.variant}` is not a variant of this manifest"
        findings.add((*path, "variant"), message, remedy_for(entry.variant, manifest.variants))
    if entry.variant is not None and entry.parameters is not None:
        message = "does not go with `variant`: a run of a sweep is told by its parameters"
        findings.add((*path, "parameters"), message, "keep one of the two", at="key")
    if entry.parameters == {}:
        findings.add((*path, "parameters"), "is empty", "say what this run was made with")
    if entry.variant is None:
        for key in _SIZE_KEYS:
            if getattr(entry, key) not in (None, ()) and not (entry.parameters is not None and "size" in key):
                findings.add((*path, key), "belongs to a variant, and none is named", "add `variant: …`", at="key")
    kept = entry.fallback_modules
    before: set[str] = set()
    for at, module in enumerate(kept):
        if module in before:
            findings.add((*path, "fallback_modules", at), f"`{module}` is given twice", "keep one")
        before.add(module)
    if entry.total_modules is not None and len(set(kept)) > entry.total_modules:
        message = f"is {entry.total_modules}, fewer than the {len(set(kept))} under fallback_modules"
        findings.add((*path, "total_modules"), message, "count all Linear modules")


def _check_values(entry: Reported, path: Path, findings: Findings) -> None:
    if entry.metric is not None and not _METRIC_NAME.fullmatch(entry.metric):
        findings.add((*path, "metric"), f"`{entry.metric}` is not a metric's name", "such as accuracy, f1, rougeLsum")
    elif entry.metric is not None and (meant := meant_metric(entry.metric)) is not None:
        findings.add((*path, "metric"), f"`{entry.metric}` is not a metric", f"did you mean `{meant}`?")
    if (entry.value is None) != (entry.metric is None):
        missing, given = ("metric", "value") if entry.metric is None else ("value", "metric")
        findings.add((*path, missing), "is missing", f"it goes with the `{given}` beside it")
    if entry.baseline is not None and entry.value is None:
        findings.add((*path, "baseline"), "stands without a value", "give `metric` and `value` too", at="key")
    info = metric_info(entry.metric or "")
    factor = 100 if entry.scale == "percent" else 1
    for key in ("value", "baseline"):
        value = getattr(entry, key)
        if value is None or not isinstance(value, Decimal) or info.low <= float(value) / factor <= info.high:
            continue
        remedy = "write `scale: percent`" if entry.scale == "fraction" and abs(value) <= 100 else "look it up again"
        findings.add((*path, key), f"is {value}, which {info.title} cannot be as a {entry.scale}", remedy)
    for key in ("size_mb", "baseline_size_mb", "latency_ms", "samples_per_s"):
        value = getattr(entry, key)
        if isinstance(value, Decimal) and value <= 0:
            findings.add((*path, key), f"must be more than 0, not {value}")


def meant_metric(name: str) -> str | None:
    """The metric that a name is a slip of; ``None`` for a metric's own name, and for one that is like none."""
    if name in METRICS:
        return None
    meant = nearest(name, METRICS, cutoff=0.85)
    return meant if meant is not None and not meant.startswith(name) else None


def _check_source(entry: Reported, path: Path, findings: Findings) -> None:
    source = entry.source
    if source.url is not None and not re.match("https?://[^/ ]+", source.url):
        findings.add((*path, "source", "url"), f"`{source.url}` is not an address", "it starts with https://")
    if source.date is not None and not _is_date(source.date):
        findings.add((*path, "source", "date"), f"`{source.date}` is not a date", 'write it as "2022-03-29"')


def _is_date(text: str) -> bool:
    """Whether the text is a year, a month or a day."""
    if not _DATE.fullmatch(text):
        return False
    try:
        datetime.date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)
    except ValueError:
        return False
    return True


def _check_agreement(manifest: Manifest, findings: Findings) -> None:
    """Several entries of one variant, one for each metric, say the same of what is not a metric."""
    given: dict[tuple[str, str], object] = {}
    for index, entry in enumerate(manifest.reported):
        for key in _SIZE_KEYS if entry.variant in manifest.variants else ():
            value = getattr(entry, key)
            if value in (None, ()):
                continue
            before = given.setdefault((str(entry.variant), key), value)
            if before != value:
                message = f"differs from what another entry of `{entry.variant}` gives"
                findings.add(("reported", index, key), message, "give it once")
                given[str(entry.variant), key] = value
