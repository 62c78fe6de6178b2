"""The figures of a card's variants: what each scores, what that cost, what it saved, how old the evidence is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from cardgen.card.facts.consistency import relative_loss
from cardgen.card.facts.imported import imported_rows, leading_row
from cardgen.card.facts.joined import Facts, VariantFacts
from cardgen.card.facts.observed import Quantized, Run
from cardgen.card.words import numbers
from cardgen.card.words.wording import measure_title, metric_title, scale_of, score_title, variant_kind
from cardgen.catalog.metrics import metric_info
from cardgen.manifest.reported import Reported
from cardgen.records.inspected import InspectedRecord


@dataclass(frozen=True)
class Loss:
    """What quantizing cost, as a share of the baseline's score; below zero where it gained."""

    value: float
    low: float | None = None
    """Of the 95 % interval; ``None`` where nothing says how sure the figure is."""
    high: float | None = None

    @property
    def within_noise(self) -> bool:
        """Whether the interval holds zero."""
        return self.low is not None and self.high is not None and self.low <= 0 <= self.high


FiguresOrigin = Literal["measured", "reported", "imported", "inspected", "unknown"]
"""``imported``: an evaluation tool measured it, as its results file says; ``inspected``: only its files tell."""


@dataclass(frozen=True)
class VariantFigures:
    """One variant in a line."""

    name: str
    kind: str
    """``static INT8``, ``FP32 export``."""
    origin: FiguresOrigin
    metric: str = ""
    value: str = ""
    baseline: str = ""
    against: str = "FP32"
    """What the baseline is called: its type, or ``base model`` where nobody tells it."""
    score: float | None = None
    """The value as a number, on the metric's own scale."""
    loss: Loss | None = None
    size: str = ""
    baseline_size: str = ""
    size_ratio: float | None = None
    """Bytes of the weights as a share of the baseline's."""
    fp32_modules: int | None = None
    """Linear modules that stayed in floating point."""
    modules: int | None = None
    """Linear modules, quantized or not."""


def variant_figures(facts: Facts) -> tuple[VariantFigures, ...]:
    """The variants, in the manifest's order, and each sweep: what was measured goes before what others report."""
    variants = [_figures(facts, fact) for fact in facts.variants]
    return (*(_called(facts, told) for told in variants), *_measured_sweep(facts), *_reported_sweep(facts))


def evidence_dates(facts: Facts) -> tuple[str, str] | None:
    """The days on which the oldest and the newest record was begun, such as ``2026-11-03``; ``None`` without any."""
    days = sorted(record.started[:10] for record in facts.evidence.records)
    return (days[0], days[-1]) if days else None


def _called(facts: Facts, figures: VariantFigures) -> VariantFigures:
    """With the name of what it is held against."""
    stated = figures.origin != "imported" and facts.baseline != "Baseline"
    return replace(figures, against=facts.baseline if stated else "base model")


def _figures(facts: Facts, fact: VariantFacts) -> VariantFigures:
    kind = variant_kind(fact)
    if fact.run and fact.quantized:
        return _measured(facts, fact, kind, fact.run, fact.quantized)
    if fact.run:
        size = numbers.megabytes(fact.run.export.weight_bytes)
        return VariantFigures(fact.name, kind, "measured", size=size)
    told = _reported(facts, fact, kind) if fact.reported else _imported(facts, fact, kind)
    if fact.inspected:
        return _adopted(facts, told or VariantFigures(fact.name, kind, "inspected"), fact.inspected)
    return told or VariantFigures(fact.name, kind, "unknown")


def _adopted(facts: Facts, figures: VariantFigures, record: InspectedRecord) -> VariantFigures:
    """With what the files tell of sizes and modules."""
    base = facts.base_inspected
    linear = [use for use in record.uses if use.kind in ("linear", "head")]
    kept = sum(len(use.modules) for use in linear if not use.storage.quantized)
    return replace(
        figures,
        size=numbers.megabytes(record.size_bytes),
        baseline_size=numbers.megabytes(base.size_bytes) if base else "",
        size_ratio=record.size_bytes / base.size_bytes if base else None,
        fp32_modules=kept if linear else None,
        modules=sum(len(use.modules) for use in linear) if linear else None,
    )


def _measured(facts: Facts, fact: VariantFacts, kind: str, run: Run, seen: Quantized) -> VariantFigures:
    scoring = facts.manifest.scoring
    primary = scoring.primary or scoring.metrics[0].type
    at = next(index for index, score in enumerate(seen.evaluate.scores) if score.metric == primary)
    score, change = seen.evaluate.scores[at], seen.evaluate.differences[at]
    base = next(other for other in seen.baseline.scores if (other.metric, other.args) == (score.metric, score.args))
    scale = scale_of(facts.manifest, primary)
    loss = None
    if base.value:
        sign = -1 if metric_info(primary).higher_is_better else 1
        low, high = sorted(sign * bound / abs(base.value) for bound in (change.low, change.high))
        loss = Loss(sign * change.value / abs(base.value), low, high)
    int8, fp32 = seen.quantize.weight_bytes, run.export.weight_bytes
    return VariantFigures(
        name=fact.name,
        kind=kind,
        origin="measured",
        metric=score_title(score),
        value=numbers.metric(score.value, scale),
        baseline=numbers.metric(base.value, scale),
        score=score.value,
        loss=loss,
        size=numbers.megabytes(int8),
        baseline_size=numbers.megabytes(fp32),
        size_ratio=int8 / fp32 if fp32 else None,
        fp32_modules=len(seen.quantize.fp32_modules),
        modules=seen.linear_total,
    )


def _reported(facts: Facts, fact: VariantFacts, kind: str) -> VariantFigures:
    scored = _first(entry for entry in fact.reported if entry.metric and entry.value is not None)
    sized = _first(entry for entry in fact.reported if entry.size_mb is not None)
    listed = _first(entry for entry in fact.reported if entry.total_modules is not None)
    size, base_size = (sized.size_mb, sized.baseline_size_mb) if sized else (None, None)
    return VariantFigures(
        name=fact.name,
        kind=kind,
        origin="reported",
        metric=metric_title(scored.metric) if scored and scored.metric else "",
        value=_shown(facts, scored, scored.value) if scored else "",
        baseline=_shown(facts, scored, scored.baseline) if scored else "",
        score=_fraction(scored) if scored else None,
        loss=_loss(scored) if scored else None,
        size=numbers.reported_megabytes(size) if size is not None else "",
        baseline_size=numbers.reported_megabytes(base_size) if base_size is not None else "",
        size_ratio=float(size / base_size) if size is not None and base_size else None,
        fp32_modules=len(listed.fallback_modules) if listed else None,
        modules=listed.total_modules if listed else None,
    )


def _imported(facts: Facts, fact: VariantFacts, kind: str) -> VariantFigures | None:
    row = leading_row(imported_rows(facts, fact))
    if row is None:
        return None
    figure, loss = row.of.figure, None
    if row.compared is not None and (recovery := row.compared.recovery):
        loss = _loss_of(100 - recovery.value, recovery.high, recovery.low, lambda end: 100 - end)
    elif row.compared is not None and (increase := row.compared.increase):
        loss = _loss_of(increase.value, increase.low, increase.high, lambda end: end)
    return VariantFigures(
        name=fact.name,
        kind=kind,
        origin="imported",
        metric=measure_title(figure),
        value=numbers.tool_value(figure.value),
        baseline=numbers.tool_value(row.base.figure.value) if row.base and loss else "",
        score=figure.value,
        loss=loss,
    )


def _loss_of(percent: float, low: float | None, high: float | None, turned: Callable[[float], float]) -> Loss:
    if low is None or high is None:
        return Loss(percent / 100)
    return Loss(percent / 100, turned(low) / 100, turned(high) / 100)


def _measured_sweep(facts: Facts) -> Iterator[VariantFigures]:
    if not facts.swept:
        return
    scoring = facts.manifest.scoring
    primary = scoring.primary or scoring.metrics[0].type
    scores = [score for run in facts.swept for score in run.evaluate.scores if score.metric == primary]
    values = sorted(score.value for score in scores)
    yield VariantFigures(
        name="sweep",
        kind=_runs(len(facts.swept)),
        origin="measured",
        metric=score_title(scores[0]),
        value=_range([numbers.metric(value, scale_of(facts.manifest, primary)) for value in values]),
        score=values[0],
    )


def _reported_sweep(facts: Facts) -> Iterator[VariantFigures]:
    if not facts.sweep:
        return
    runs = len({repr(entry.parameters) for entry in facts.sweep})
    scored = sorted((entry for entry in facts.sweep if entry.metric and entry.value is not None), key=_fraction)
    same = [entry for entry in scored if entry.metric == scored[0].metric]
    yield VariantFigures(
        name="sweep",
        kind=_runs(runs),
        origin="reported",
        metric=metric_title(same[0].metric) if same and same[0].metric else "",
        value=_range([_shown(facts, entry, entry.value) for entry in same]),
        score=_fraction(same[0]) if same else None,
    )


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count} runs"


def _range(values: Sequence[str]) -> str:
    """The first and the last of some values."""
    return " to ".join(dict.fromkeys([values[0], values[-1]])) if values else ""


def _fraction(entry: Reported) -> float:
    assert entry.value is not None
    return float(numbers.rescaled(entry.value, entry.scale, "fraction"))


def _first(entries: Iterator[Reported]) -> Reported | None:
    return next(entries, None)


def _shown(facts: Facts, entry: Reported, value: Decimal | None) -> str:
    if value is None:
        return ""
    return numbers.exact(numbers.rescaled(value, entry.scale, scale_of(facts.manifest, entry.metric or "")))


def _loss(entry: Reported) -> Loss | None:
    if entry.value is None or not entry.baseline:
        return None
    higher = metric_info(entry.metric or "").higher_is_better
    return Loss(float(relative_loss(entry.value, entry.baseline, higher_is_better=higher)))
