"""What evidence holds of figures, one by one: scores, differences, times, agreement with PyTorch, reports of others."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import zip_longest

from cardgen.card.facts.observed import Compared, Predicted, Timed
from cardgen.card.words.numbers import rescaled
from cardgen.card.words.wording import dataset_name, metric_title
from cardgen.catalog.metrics import METRICS, metric_info
from cardgen.export.model import Data, Difference, Figure, Interval, LeftOut
from cardgen.manifest.data import DatasetRef
from cardgen.manifest.model import Manifest
from cardgen.manifest.reported import Reported
from cardgen.records.inputs import DatasetSlice
from cardgen.records.results.evaluate import EvaluateResult, PairedDifference, Score
from cardgen.records.results.fidelity import Fidelity

_POSITIVE = (0.0, math.inf)
_TIMES = {
    "latency_ms": ("Mean latency", "ms", False),
    "samples_per_s": ("Throughput", "samples/s", True),
    "peak_memory_bytes": ("Peak memory of the process", "bytes", False),
}
"""Name to title, unit, and whether more is better."""
_RANDOM_TOKENS = Data("random token ids")
"""What forward passes are timed on."""


def scored(
    manifest: Manifest, result: EvaluateResult, predict: Predicted, measured_at: str, *, alone: bool = False
) -> Iterator[Figure]:
    """The scores of a model.

    Args:
        manifest: names the dataset.
        result: what was scored.
        predict: how the answers were taken.
        measured_at: when.
        alone: whether samples were answered one by one to compare with scores of the same model in batches.
    """
    data = sliced(predict.request.data, manifest.scored_on, predict.result.drawn_from or result.samples)
    for score, difference in zip_longest(result.scores, result.differences[: len(result.scores)]):
        yield Figure(
            metric=score.metric,
            title=metric_title(score.metric, score.args),
            value=_number(score.value),
            higher_is_better=metric_info(score.metric).higher_is_better,
            unit=unit_of(score.metric),
            bounds=bounds_of(score.metric),
            args=score.args,
            interval=_interval(score),
            samples=result.samples,
            data=data,
            conditions={"batch_size": "1"} if alone else {},
            difference=_difference(difference),
            more={} if score.chance is None else {"chance": _text(score.chance)},
            generation=predict.result.settings,
            measured_at=measured_at,
        )
    if result.fidelity is not None:
        conditions = {"batch_size": "1"} if alone else {}
        for figure in _faithful(result.fidelity):
            yield replace(figure, data=data, conditions=conditions, measured_at=measured_at)


def _faithful(told: Fidelity) -> Iterator[Figure]:
    """How far a variant's answers are those of its baseline."""
    shares = {
        "agreement": (told.same, "answered as the baseline does", True),
        "answers_lost": (told.lost, "that the baseline has right and this wrong", False),
        "answers_gained": (told.gained, "that the baseline has wrong and this right", True),
    }
    for name, (share, words, higher_is_better) in shares.items():
        if share is not None and told.units:
            yield Figure(
                metric=name,
                title=f"Share of {told.unit}s {words}",
                value=Decimal(share.count) / told.units,
                higher_is_better=higher_is_better,
                unit="proportion",
                bounds=(0.0, 1.0) if 0 <= share.count <= told.units else None,
                interval=Interval(_number(share.low), _number(share.high), share.interval),
                samples=told.units,
                more={"count": str(share.count)},
                own=True,
            )
    apart = told.divergence
    if apart is not None:
        more = {"median": _text(apart.median), "p99": _text(apart.p99), "largest": _text(apart.largest)}
        kept = {} if apart.likeliest is None else {"likeliest_tokens_kept": str(apart.likeliest)}
        yield Figure(
            metric="kl_divergence",
            title=f"Mean Kullback-Leibler divergence from the baseline's probabilities, by {told.unit}",
            value=_number(apart.mean),
            higher_is_better=False,
            unit="nats",
            bounds=_POSITIVE if apart.mean >= 0 else None,
            interval=Interval(_number(apart.low), _number(apart.high), "bootstrap"),
            samples=apart.units,
            more={**more, "unknown": str(apart.unknown), **kept},
            own=True,
        )


def timed(times: Timed) -> Iterator[Figure]:
    """How fast a model is, on inputs of one shape."""
    result, shape = times.result, _shape(times.request.batch_size, times.request.input_length)
    latency = _timed("latency_ms", result.mean_ms, shape, times.record.started)
    percentiles = {"p50_ms": _text(result.p50_ms), "p90_ms": _text(result.p90_ms), "p99_ms": _text(result.p99_ms)}
    rate = _timed("samples_per_s", result.samples_per_s, shape, times.record.started)
    memory = _timed("peak_memory_bytes", result.peak_memory_bytes, shape, times.record.started)
    yield replace(latency, deviation=_number(result.std_ms), samples=result.runs, more=percentiles, data=_RANDOM_TOKENS)
    yield replace(rate, data=_RANDOM_TOKENS)
    yield replace(memory, data=_RANDOM_TOKENS)


def agreed(manifest: Manifest, compared: Compared, measured_at: str) -> Figure:
    """How far an export's outputs are from those of the base model."""
    result = compared.compare
    return Figure(
        metric="largest_output_difference",
        title="Largest absolute difference of any output from the base model's",
        own=True,
        value=_number(result.largest_difference),
        higher_is_better=False,
        bounds=_POSITIVE,
        samples=result.samples,
        data=sliced(compared.request.data, manifest.scored_on, result.drawn_from or result.samples),
        more={"tolerance": _text(result.tolerance), "outputs": ", ".join(result.outputs)},
        measured_at=measured_at,
    )


def reported(manifest: Manifest, entry: Reported) -> Iterator[Figure]:
    """What others report of a model."""
    if entry.metric is not None and entry.value is not None:
        yield _reported(manifest, entry, entry.metric, entry.value)
    shape = _shape(entry.batch_size, entry.input_length)
    for name, value in (("latency_ms", entry.latency_ms), ("samples_per_s", entry.samples_per_s)):
        if value is not None:
            yield _timed(name, value, shape, entry.source.date)


def reported_baseline(manifest: Manifest, entry: Reported) -> Iterator[Figure]:
    """What others report of the base model, beside a variant."""
    if entry.metric is not None and entry.baseline is not None:
        yield _reported(manifest, entry, entry.metric, entry.baseline)


def without_number(entries: tuple[Reported, ...]) -> Iterator[LeftOut]:
    """Metrics that somebody names and gives no number of."""
    for entry in entries:
        if entry.metric is not None and entry.value is None and entry.baseline is None:
            of = f" of {entry.variant}" if entry.variant else ""
            yield LeftOut(f"reported {entry.metric}{of}", f"{entry.source.name} gives no number")


def unit_of(metric: str) -> str | None:
    """``proportion`` of a metric between 0 and 1; ``None`` of a correlation, or of what cardgen does not know."""
    known = METRICS.get(metric)
    return "proportion" if known and known.fraction and known.low == 0.0 else None


def bounds_of(metric: str) -> tuple[float, float] | None:
    """The least and greatest value of a metric; ``None`` of one that cardgen does not know."""
    known = METRICS.get(metric)
    return (known.low, known.high) if known else None


def sliced(data: DatasetSlice, ref: DatasetRef | None, rows: int | None) -> Data:
    """The rows that a step read, named as the manifest names the dataset."""
    return Data(
        name=dataset_name(ref) if ref else data.source.id or "local file",
        hub_id=data.source.id if data.source.origin == "hub" else None,
        config=data.config,
        split=data.split or (ref.split if ref and ref.path else None),
        revision=data.source.commit,
        sha256=data.source.sha256,
        rows=rows,
    )


def _reported(manifest: Manifest, entry: Reported, metric: str, value: Decimal) -> Figure:
    fraction = rescaled(value, entry.scale, "fraction")
    bounds = bounds_of(metric)
    return Figure(
        metric=metric,
        title=metric_title(metric),
        value=fraction,
        higher_is_better=metric_info(metric).higher_is_better,
        unit=unit_of(metric),
        bounds=bounds if bounds and bounds[0] <= fraction <= bounds[1] else None,
        samples=entry.samples,
        data=_reported_data(manifest, entry),
        stated=f"{value:f} (in percent)" if entry.scale == "percent" else None,
        measured_at=entry.source.date,
    )


def _reported_data(manifest: Manifest, entry: Reported) -> Data | None:
    given = entry.dataset
    if given is not None:
        return Data(given.name, given.id, given.config, given.split, given.revision)
    ref = manifest.scored_on
    return Data(dataset_name(ref), ref.id, ref.config, ref.split, ref.revision) if ref else None


def _shape(batch_size: int | None, input_length: int | None) -> dict[str, str]:
    """Of the inputs that times are of, as far as it is known."""
    given = {"batch_size": batch_size, "input_length": input_length}
    return {name: str(size) for name, size in given.items() if size is not None}


def _timed(name: str, value: float | Decimal, shape: Mapping[str, str], measured_at: str | None) -> Figure:
    title, unit, higher_is_better = _TIMES[name]
    return Figure(
        metric=name,
        title=title,
        value=_number(value),
        higher_is_better=higher_is_better,
        unit=unit,
        bounds=_POSITIVE if value >= 0 else None,
        conditions=shape,
        measured_at=measured_at,
    )


def _interval(found: Score | PairedDifference) -> Interval:
    return Interval(_number(found.low), _number(found.high), found.interval)


def _difference(found: PairedDifference | None) -> Difference | None:
    if found is None:
        return None
    p = None if found.mcnemar_p is None else _number(found.mcnemar_p)
    return Difference(_number(found.value), _interval(found), p)


def _number(value: float | Decimal) -> Decimal:
    """Every digit that tells a number from the next one."""
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def _text(value: float) -> str:
    return f"{_number(value):f}"
