"""Every Eval Ever: the common JSON of evaluation results, one document for each model and whoever measured it.

Format: eval.schema.json 0.3.0 of EvalEval's every_eval_ever; what the schema leaves open follows its guide for those
who convert to it: models go by their Hub id, variants are told apart by ``evaluation_id``, a metric is given on the
scale of its bounds, and ``source_type`` says whether single answers were at hand.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from cardgen.card.facts.joined import Facts
from cardgen.card.metadata.fields import card_license
from cardgen.card.sections.disclosures import find_disclosures
from cardgen.card.sections.sweep import plain_setting
from cardgen.card.words.wording import HUB
from cardgen.export.figures import without_number
from cardgen.export.model import Data, Document, Export, Figure, LeftOut, Report, Subject
from cardgen.export.sources import content_uuid4, epoch, given, last_measured
from cardgen.export.subjects import subjects_of
from cardgen.patterns import regex
from cardgen.records.sealed_text import UNSEALED

FOLDER = "every-eval-ever"
"""Of the documents, beside a card's other exports."""

VERSION = "0.3.0"
"""Of the schema."""

_UNKNOWN = "unknown"
"""What the format writes for what must be said and is not known."""
_GENERATION = {"temperature": "temperature", "top_p": "top_p", "top_k": "top_k", "max_new_tokens": "max_tokens"}
"""Settings of transformers' generation that the format has a field for."""
_RESERVED = regex(r"^(?:data$|(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?=\.|$))", re.IGNORECASE)
"""No folder of the format's collection may be called so: on some systems there can be none."""
_UNSAFE = regex(r"[^A-Za-z0-9._-]+")
_REMARKS = "the format has no field for remarks"
_WORDS = "it is a person's words, and the format holds results"


def export_every_eval_ever(facts: Facts, prose: Mapping[str, str]) -> Export:
    """A document for each model and place that figures of it come from, and what has no place in any."""
    documents = []
    left_out = list(_left_out(facts, prose))
    for subject in subjects_of(facts):
        taken: dict[str, int] = {}
        if not subject.reports:
            left_out.append(LeftOut(f"facts of {subject.title}", "nobody gives a score or time"))
        for report in subject.reports:
            if subject.model.id is None:
                left_out.append(
                    LeftOut(f"results of {subject.title}", "it has no id, by which the format names models")
                )
                continue
            if not report.figures:
                left_out.append(LeftOut(f"facts of {subject.title}", f"{report.measurer.name} gives no score or time"))
            left_out += _undirected(subject, report)
            directed = tuple(figure for figure in report.figures if figure.higher_is_better is not None)
            if directed:
                name = _name(subject, report, taken)
                documents.append(_document(facts, subject, replace(report, figures=directed), name))
    return Export(tuple(documents), tuple(dict.fromkeys(left_out)))


def _name(subject: Subject, report: Report, taken: dict[str, int]) -> str:
    """Of a document: what cardgen measured goes by the model alone; several of one origin are numbered."""
    origin = report.measurer.origin
    taken[origin] = taken.get(origin, 0) + 1
    named = origin == "measured" or subject.key.endswith(f"/{origin}")
    name = subject.key if named else f"{subject.key}.{origin}"
    return f"{name}-{taken[origin]}" if taken[origin] > 1 else name


def _undirected(subject: Subject, report: Report) -> Iterator[LeftOut]:
    """Figures of which nobody says whether more is better, which the format must know."""
    for figure in report.figures:
        if figure.higher_is_better is None:
            why = f"{report.measurer.name} does not say whether more is better"
            yield LeftOut(f"{figure.title} of {subject.title}", why)


def _document(facts: Facts, subject: Subject, report: Report, name: str) -> Document:
    measured = report.measurer.origin == "measured"
    when = last_measured(facts) if measured else next((each.measured_at for each in report.figures), None)
    retrieved = epoch(when) or epoch(last_measured(facts)) or _UNKNOWN
    evaluation = _evaluation_name(report.figures[0].data)
    evaluation_id = f"{_slug(evaluation)}/{subject.model.id}/{name}/{retrieved}"
    results = [_result(figure, f"{evaluation_id}/{number}") for number, figure in enumerate(report.figures, 1)]
    content = {
        "schema_version": VERSION,
        "evaluation_id": evaluation_id,
        "evaluation_timestamp": (epoch(when) if measured else when) or None,
        "retrieved_timestamp": retrieved,
        "source_metadata": _source(facts, subject, report),
        "eval_library": _library(report),
        "model_info": _model(facts, subject, report),
        "evaluation_results": results,
    }
    content = {key: value for key, value in content.items() if value is not None}
    owner, _slash, model = str(subject.model.id).rpartition("/")
    parts = (_slug(evaluation), owner or _UNKNOWN, model)
    folder = "/".join(_RESERVED.sub(r"\g<0>_", part) for part in parts)
    return Document(f"{FOLDER}/{name}.json", content, f"data/{folder}/{content_uuid4(content)}.json")


def _source(facts: Facts, subject: Subject, report: Report) -> dict[str, Any]:
    owner = facts.repo_id.partition("/")[0]
    told: dict[str, Any]
    if report.measurer.origin == "measured":
        told = {
            "source_name": facts.repo_id,
            "source_type": "evaluation_run",
            "source_organization_name": owner,
            "source_organization_url": f"{HUB}/{owner}",
            "evaluator_relationship": "first_party" if _owner_of(subject) == owner else "third_party",
        }
    elif report.measurer.origin == "imported":
        told = {
            "source_name": report.measurer.name,
            "source_type": "evaluation_run",
            "source_organization_name": _UNKNOWN,
            "evaluator_relationship": "other",
        }
    else:
        told = {
            "source_name": report.measurer.name,
            "source_type": "documentation",
            "source_organization_name": report.measurer.name,
            "source_organization_url": report.measurer.url,
            "evaluator_relationship": "other",
        }
    details = {"card": f"{HUB}/{facts.repo_id}", "cardgen": facts.evidence.cardgen, "seal": UNSEALED}
    return {**given(told), "additional_details": details}


def _library(report: Report) -> dict[str, Any]:
    ran = report.measurer.origin in ("measured", "imported")
    library = {
        "name": report.measurer.name if ran else _UNKNOWN,
        "version": report.measurer.version or _UNKNOWN,
        "additional_details": dict(report.environment),
    }
    return given(library)


def _model(facts: Facts, subject: Subject, report: Report) -> dict[str, Any]:
    base = facts.manifest.base_model
    details = {
        # Weights that cardgen ran, it ran itself; of those that others measured nobody says who served them.
        "deployment_type": "self_deployed" if report.measurer.origin == "measured" else _UNKNOWN,
        "model_availability": "open_weights" if subject.model.on_hub else _UNKNOWN,
        "variant": subject.key if subject.role == "variant" else None,
        "precision": subject.precision,
        "revision": subject.model.revision,
        "sha256": subject.model.sha256,
        "base_model": base.id if subject.role == "variant" else None,
        "license": card_license(facts) if subject.role == "variant" else None,
        "task": facts.manifest.task,
        **subject.facts,
        **report.facts,
    }
    engine = {"name": subject.runtime.name, "version": subject.runtime.version} if subject.runtime else None
    told = {
        "name": f"{subject.model.id} ({subject.title})",
        "id": subject.model.id,
        "developer": _owner_of(subject) or None,
        "inference_engine": engine,
    }
    return {**given(told), "additional_details": given(details)}


def _owner_of(subject: Subject) -> str:
    return (subject.model.id or "").rpartition("/")[0]


def _result(figure: Figure, result_id: str) -> dict[str, Any]:
    result = {
        "evaluation_result_id": result_id,
        "evaluation_name": _evaluation_name(figure.data),
        "source_data": _source_data(figure.data),
        "evaluation_timestamp": epoch(figure.measured_at) or figure.measured_at,
        "metric_config": _metric(figure),
        "score_details": _score(figure),
        "generation_config": _generation(figure),
    }
    return given(result)


def _evaluation_name(data: Data | None) -> str:
    """A dotted name: ``glue.sst2`` for a configuration of a dataset on the Hub."""
    if data is None:
        return _UNKNOWN
    if data.task is not None:
        return _slug(data.task)
    name = data.hub_id.rpartition("/")[2] if data.hub_id else _slug(data.name)
    return f"{name}.{data.config}" if data.config else name


def _source_data(data: Data | None) -> dict[str, Any]:
    if data is None:
        return {"dataset_name": _UNKNOWN, "source_type": "other"}
    details = {"config": data.config, "revision": data.revision, "sha256": data.sha256}
    told: dict[str, Any]
    if data.hub_id is None:
        more = {"split": data.split, "rows": None if data.rows is None else str(data.rows)}
        told = {"dataset_name": data.name, "source_type": "other", "additional_details": given({**details, **more})}
    else:
        told = {
            "dataset_name": data.name,
            "source_type": "hf_dataset",
            "hf_repo": data.hub_id,
            "hf_split": data.split,
            "samples_number": data.rows,
            "additional_details": given(details),
        }
    return given(told)


def _metric(figure: Figure) -> dict[str, Any]:
    average = figure.args.get("average")
    metric = f"{figure.metric}_{average}" if average else figure.metric
    told: dict[str, Any] = {
        "evaluation_description": figure.title,
        "metric_id": f"cardgen.{metric}" if figure.own else metric,
        "metric_name": figure.title,
        "metric_kind": figure.metric,
        "metric_unit": figure.unit,
        "metric_parameters": dict(figure.args),
        "lower_is_better": not figure.higher_is_better,
    }
    if figure.bounds is not None:
        low, high = figure.bounds
        told |= {"score_type": "continuous", "min_score": _bound(low), "max_score": _bound(high)}
    else:
        told["additional_details"] = {"bounds_status": _UNKNOWN}
    return given(told)


def _bound(value: float) -> float | str:
    """JSON has no infinity; the format spells it."""
    return value if math.isfinite(value) else "Infinity" if value > 0 else "-Infinity"


def _score(figure: Figure) -> dict[str, Any]:
    details: dict[str, Any] = {**figure.more, "stated": figure.stated}
    if figure.difference is not None:
        change = figure.difference
        details |= {
            "difference_to_baseline": f"{change.value:f}",
            "difference_low": f"{change.interval.low:f}",
            "difference_high": f"{change.interval.high:f}",
            "difference_method": change.interval.method,
            "mcnemar_p": None if change.mcnemar_p is None else f"{change.mcnemar_p:f}",
        }
    uncertainty: dict[str, Any] = {
        "standard_deviation": None if figure.deviation is None else float(figure.deviation),
        "num_samples": figure.samples,
    }
    if figure.interval is not None:
        uncertainty["confidence_interval"] = {
            "lower": float(figure.interval.low),
            "upper": float(figure.interval.high),
            "method": figure.interval.method,
        }
        if figure.interval.level is not None:
            uncertainty["confidence_interval"]["confidence_level"] = float(figure.interval.level)
    if figure.standard_error is not None:
        uncertainty["standard_error"] = {"value": float(figure.standard_error)}
    told = {"details": given(details), "uncertainty": given(uncertainty)}
    return {"score": float(figure.value), **given(told)}


def _generation(figure: Figure) -> dict[str, Any]:
    typed: dict[str, Any] = {}
    rest = dict(figure.conditions)
    for name, value in figure.generation.items():
        if isinstance(value, bool | str) or name not in _GENERATION or (name == "max_new_tokens" and value < 1):
            rest[name] = plain_setting(value)
        else:
            typed[_GENERATION[name]] = value
    return given({"generation_args": typed, "additional_details": rest})


def _left_out(facts: Facts, prose: Mapping[str, str]) -> Iterator[LeftOut]:
    manifest = facts.manifest
    yield from without_number(facts.reported)
    yield from (LeftOut(f"prose.{section}", _WORDS) for section in prose)
    if manifest.details is not None:
        yield from (LeftOut(f"details.{key}", _WORDS) for key in manifest.details.model_dump(exclude_none=True))
    if manifest.citation is not None:
        yield LeftOut("citation", "the format has no field for it")
    if facts.evidence.inherited is not None:
        yield LeftOut("the base model's card", "it is another model's, and the format holds results")
    if facts.runs:
        yield LeftOut("loading code", "the format holds results")
    for fact in facts.variants:
        if fact.quantized and fact.quantized.tune:
            trials = len(fact.quantized.tune.candidates)
            yield LeftOut(f"variants.{fact.name}.fallback: {trials} trials", "a trial's model is published nowhere")
    if find_disclosures(facts):
        yield LeftOut("what does not add up in reported figures", _REMARKS)


def _slug(text: str) -> str:
    """A name that every file system takes."""
    return _UNSAFE.sub("-", text).strip("-.").lower() or _UNKNOWN
