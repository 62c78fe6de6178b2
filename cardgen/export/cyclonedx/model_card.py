"""The model card of a component: its task and data, what it scores, and what a person says of its use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardgen.card.facts.joined import Facts
from cardgen.card.sections.disclosures import find_disclosures
from cardgen.export.cyclonedx.components import data_ref, properties
from cardgen.export.model import Figure, Interval, Report, Subject
from cardgen.export.sources import given
from cardgen.manifest.details import Details

_MAPPED = {
    ("intended_use", "primary_uses"),
    ("intended_use", "primary_users"),
    ("intended_use", "out_of_scope"),
    ("ethical_considerations", "risks_and_harms"),
    ("ethical_considerations", "mitigations"),
}
"""What of ``details`` has a field of its own."""


def subject_card(facts: Facts, subject: Subject) -> dict[str, Any]:
    """The card of one model."""
    scored = [(report, figure) for report in subject.reports for figure in report.figures]
    told: dict[str, str] = {}
    for number, (report, figure) in enumerate(scored):
        told |= {f"metric:{number}:{name}": value for name, value in _more(report, figure).items()}
    told |= {f"inspected:{name}": value for name, value in subject.facts.items()}
    for report in subject.reports:
        told |= {f"{_origin(report)}:{name}": value for name, value in {**report.facts, **report.environment}.items()}
    metrics = [performance_metric(figure) for _report, figure in scored]
    return given(
        {
            "modelParameters": _parameters(facts, subject),
            "quantitativeAnalysis": given({"performanceMetrics": metrics}),
            "properties": properties(told),
        }
    )


def whole_card(facts: Facts, runs: Mapping[str, Subject], prose: Mapping[str, str]) -> dict[str, Any]:
    """The card of a repository: what holds for all its models, and the runs of a sweep, which are published nowhere.

    Args:
        facts: all that is known.
        runs: by key.
        prose: a person's words by section.
    """
    details = facts.manifest.details or Details()
    metrics = [
        performance_metric(figure, run) for run in runs.values() for report in run.reports for figure in report.figures
    ]
    return given(
        {
            "modelParameters": given({"task": facts.manifest.task, "modelArchitecture": _architecture(facts)}),
            "quantitativeAnalysis": given({"performanceMetrics": metrics}),
            "considerations": _considerations(details, prose),
            "properties": properties({**_rest(details), **_remarks(facts), **_run_facts(runs)}),
        }
    )


def performance_metric(figure: Figure, run: Subject | None = None) -> dict[str, Any]:
    """One figure, as text with all its digits; where and under which conditions it was measured is its slice."""
    args = [f"{name}={value}" for name, value in sorted(figure.args.items())]
    conditions = [f"{name} {value}" for name, value in figure.conditions.items()]
    parts = [*([run.title] if run else []), *([figure.data.place] if figure.data else []), *conditions]
    interval = figure.interval
    told = {
        "type": f"{figure.metric} ({', '.join(args)})" if args else figure.metric,
        "value": f"{figure.value:f}",
        "slice": "; ".join(parts) or None,
        "confidenceInterval": interval and {"lowerBound": f"{interval.low:f}", "upperBound": f"{interval.high:f}"},
    }
    return given(told)


def _origin(report: Report) -> str:
    """``measured``, or ``reported by`` whoever does."""
    measurer = report.measurer
    return measurer.origin if measurer.origin == "measured" else f"{measurer.origin} by {measurer.name}"


def _parameters(facts: Facts, subject: Subject) -> dict[str, Any]:
    data = [figure.data for report in subject.reports for figure in report.figures if figure.data]
    if subject.calibration is not None:
        data.append(subject.calibration)
    refs = dict.fromkeys(map(data_ref, data))
    return given(
        {
            "task": facts.manifest.task,
            "modelArchitecture": _architecture(facts),
            "datasets": [{"ref": ref} for ref in refs],
        }
    )


def _architecture(facts: Facts) -> str | None:
    base = facts.evidence.resolutions.get("base_model")
    return (base.generation.model_type or None) if base and base.generation else None


def _more(report: Report, figure: Figure) -> dict[str, str]:
    """What the format's metrics have no field for."""
    interval, change = figure.interval, figure.difference
    told = {
        "origin": report.measurer.origin,
        "source": None
        if report.measurer.origin == "measured"
        else f"{report.measurer.name} {report.measurer.version or ''}".strip(),
        "source_url": report.measurer.url,
        "unit": figure.unit,
        "samples": None if figure.samples is None else str(figure.samples),
        "interval": _interval(interval),
        "standard_error": None if figure.standard_error is None else f"{figure.standard_error:f}",
        "standard_deviation": None if figure.deviation is None else f"{figure.deviation:f}",
        "measured_at": figure.measured_at,
        "stated": figure.stated,
        **figure.more,
    }
    if change is not None:
        told |= {
            "difference_to_baseline": f"{change.value:f}",
            "difference_interval": f"[{change.interval.low:f}, {change.interval.high:f}], {change.interval.method}",
            "mcnemar_p": None if change.mcnemar_p is None else f"{change.mcnemar_p:f}",
        }
    return {name: value for name, value in told.items() if value is not None}


def _interval(interval: Interval | None) -> str | None:
    """What a confidence interval is, which the format has no field for."""
    if interval is None:
        return None
    return interval.method if interval.level is None else f"{100 * interval.level:.0f} %, {interval.method}"


def _run_facts(runs: Mapping[str, Subject]) -> dict[str, str]:
    told: dict[str, str] = {}
    number = 0
    for key, run in runs.items():
        for report in run.reports:
            told |= {f"{key}:{name}": value for name, value in {**report.facts, **report.environment}.items()}
            for figure in report.figures:
                told |= {f"metric:{number}:{name}": value for name, value in _more(report, figure).items()}
                number += 1
    return told


def _considerations(details: Details, prose: Mapping[str, str]) -> dict[str, Any]:
    use, ethics = details.intended_use, details.ethical_considerations
    limits = [use and use.out_of_scope, prose.get("limitations"), details.caveats, prose.get("caveats")]
    risk = given(
        {
            "name": ethics and ethics.risks_and_harms,
            "mitigationStrategy": ethics and ethics.mitigations,
        }
    )
    return given(
        {
            "users": [use.primary_users] if use and use.primary_users else [],
            "useCases": [text for text in (use and use.primary_uses, prose.get("intended_use")) if text],
            "technicalLimitations": [text for text in limits if text],
            "ethicalConsiderations": [risk] if risk else [],
        }
    )


def _rest(details: Details) -> dict[str, str]:
    """What a person says of the model and the format has no field for."""
    told: dict[str, str] = {}
    for key, value in details.model_dump(exclude_none=True).items():
        if isinstance(value, str):
            told |= {} if key in ("caveats", "authors") else {f"details:{key}": value}
            continue
        told |= {f"details:{key}:{name}": text for name, text in value.items() if (key, name) not in _MAPPED}
    return told


def _remarks(facts: Facts) -> dict[str, str]:
    return {f"disclosure:{number}": str(each.text) for number, each in enumerate(find_disclosures(facts))}
