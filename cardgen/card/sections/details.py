"""The sections of a model card that only a person can fill, as tables.

Sections and their order: Mitchell et al., Model Cards for Model Reporting, 2019, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from cardgen.card.facts.joined import Facts
from cardgen.card.model import DetailTable
from cardgen.card.words.markdown import Markdown, cell, table
from cardgen.card.words.wording import dataset_place, metric_title, sentence_list
from cardgen.catalog.licenses import LICENSES
from cardgen.manifest.details import Details

_SECTIONS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "model_details": (
        "Model details",
        {
            "authors": "Authors",
            "date": "Date",
            "version": "Version",
            "type": "Type",
            "resources": "Paper and other resources",
            "license": "Licence",
            "contact": "Questions and comments",
        },
    ),
    "intended_use": (
        "Intended use",
        {
            "primary_uses": "Primary intended uses",
            "primary_users": "Primary intended users",
            "out_of_scope": "Out-of-scope uses",
        },
    ),
    "factors": (
        "Factors",
        {
            "groups": "Groups",
            "instrumentation": "Instrumentation",
            "environment": "Environment",
            "card_prompts": "Card prompts",
        },
    ),
    "metrics": (
        "Metrics",
        {
            "performance_measures": "Model performance measures",
            "decision_thresholds": "Decision thresholds",
            "uncertainty": "Approaches to uncertainty and variability",
        },
    ),
    "evaluation_data": (
        "Evaluation data",
        {"datasets": "Datasets", "motivation": "Motivation", "preprocessing": "Preprocessing"},
    ),
    "training_data": (
        "Training data",
        {"datasets": "Datasets", "motivation": "Motivation", "preprocessing": "Preprocessing"},
    ),
    "training": (
        "Training procedure",
        {"objectives": "Objectives", "procedure": "Procedure", "hardware": "Hardware and time"},
    ),
    "quantitative_analyses": (
        "Quantitative analyses",
        {"unitary": "Unitary results", "intersectional": "Intersectional results"},
    ),
    "ethical_considerations": (
        "Ethical considerations",
        {
            "data": "Data",
            "human_life": "Human life",
            "mitigations": "Mitigations",
            "risks_and_harms": "Risks and harms",
            "use_cases": "Use cases",
        },
    ),
    "caveats": ("Caveats and recommendations", {"caveats": "Caveats and recommendations"}),
}
_NOT_MITCHELL = ("training",)
"""Sections that a model card need not have."""


def detail_tables(facts: Facts, license_id: str | None) -> tuple[DetailTable, ...]:
    """A table for each section that the manifest describes; for a model card, for every section of the paper."""
    details = facts.manifest.details or Details()
    whole = facts.manifest.card == "model-card"
    tables = []
    for name, (title, labels) in _SECTIONS.items():
        values = _values(facts, details, name, license_id if whole else None)
        known = {label: values[key] for key, label in labels.items() if values.get(key)}
        if not known and (not whole or name in _NOT_MITCHELL):
            continue
        missing = [label[0].lower() + label[1:] for key, label in labels.items() if not values.get(key)]
        rows = [[Markdown(label), cell(text)] for label, text in known.items()]
        if len(labels) == 1:
            body = table([Markdown(title)], ([text] for _label, text in rows)) if rows else ""
        else:
            body = table([Markdown(title), Markdown("Description")], rows) if rows else ""
        tables.append(DetailTable(name, title, Markdown(body), sentence_list(missing) if whole else ""))
    return tuple(tables)


def _values(facts: Facts, details: Details, name: str, license_id: str | None) -> dict[str, str]:
    if name == "model_details":
        keys = ("authors", "date", "version", "type", "resources", "contact")
        found = {key: value for key in keys if (value := getattr(details, key))}
        if license_id:
            found["license"] = f"{LICENSES.get(license_id, license_id)} (`{license_id}`)"
        return found
    if name == "caveats":
        return {"caveats": details.caveats} if details.caveats else {}
    section = getattr(details, name)
    found = section.model_dump(exclude_none=True) if isinstance(section, BaseModel) else {}
    whole = facts.manifest.card == "model-card"
    if whole and name == "metrics" and "performance_measures" not in found and (metrics := _metrics(facts)):
        found["performance_measures"] = metrics
    if whole and name == "evaluation_data" and "datasets" not in found and facts.manifest.scored_on:
        found["datasets"] = dataset_place(facts.manifest.scored_on)
    return found


def _metrics(facts: Facts) -> str:
    evaluation = facts.manifest.evaluation
    named = [metric_title(metric.type, metric.args) for metric in evaluation.metrics] if evaluation else []
    named += [metric_title(entry.metric) for entry in facts.reported if entry.metric and entry.variant]
    return sentence_list(list(dict.fromkeys(named)))
