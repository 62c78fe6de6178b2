"""The bill of materials of one repository.

Format: bom-1.7.schema.json of CycloneDX (ECMA-424). The repository's model is what the bill is of; its variants, the
base model, the datasets and the libraries are components; files with their hashes are those of a variant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cardgen.card.facts.joined import Facts
from cardgen.card.metadata.fields import card_license
from cardgen.card.sections.citation import bibtex
from cardgen.card.words.wording import HUB
from cardgen.export.cyclonedx.components import (
    data_component,
    data_ref,
    file_component,
    library_components,
    library_ref,
    licenses,
    model_name,
    properties,
)
from cardgen.export.cyclonedx.model_card import subject_card, whole_card
from cardgen.export.figures import without_number
from cardgen.export.inspected import REWRITTEN, inspected_facts, inspected_files
from cardgen.export.model import Data, Document, Export, LeftOut, ModelId, Subject
from cardgen.export.sources import content_uuid, given, last_measured
from cardgen.export.subjects import base_model_id, subjects_of
from cardgen.records.sealed_text import UNSEALED

NAME = "bom.cdx.json"
"""Of the document beside a card: by this ending tools know the format."""

VERSION = "1.7"

_MAX_VERSION = 1024
"""Characters that the format takes."""
_BASE = "base-model"
_VARIANT = "variant"
_WHOLE = "model"


def export_cyclonedx(facts: Facts, prose: Mapping[str, str]) -> Export:
    """The one document of a repository, and what has no place in it."""
    subjects = subjects_of(facts)
    variants = tuple(subject for subject in subjects if subject.role == "variant")
    runs = {subject.key: subject for subject in subjects if subject.role == "run"}
    baselines = tuple(subject for subject in subjects if subject.role == "baseline")
    data = {data_ref(each): each for each in _data(subjects)}
    components = [
        *(_variant(facts, subject) for subject in variants),
        _base(facts, baselines),
        *(data_component(each) for each in data.values()),
        *library_components(subjects),
    ]
    content: dict[str, Any] = {
        "$schema": f"http://cyclonedx.org/schema/bom-{VERSION}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": VERSION,
        "version": 1,
        "metadata": _metadata(facts, whole_card(facts, runs, prose), prose),
        "components": components,
        "dependencies": _dependencies(subjects, variants, baselines),
        "properties": properties({"seal": UNSEALED}),
    }
    serial = {"serialNumber": f"urn:uuid:{content_uuid(content)}"}
    ordered = {**dict(list(content.items())[:3]), **serial, **content}
    return Export((Document(NAME, ordered),), tuple(_left_out(facts)))


def _metadata(facts: Facts, card: Mapping[str, Any], prose: Mapping[str, str]) -> dict[str, Any]:
    manifest, details = facts.manifest, facts.manifest.details
    owner = facts.repo_id.partition("/")[0]
    component = {
        "type": "machine-learning-model",
        "bom-ref": _WHOLE,
        "supplier": {"name": owner, "url": [f"{HUB}/{owner}"]},
        "authors": [{"name": details.authors}] if details and details.authors else None,
        **model_name(ModelId(facts.repo_id)),
        "version": details.version if details and len(details.version or "") <= _MAX_VERSION else None,
        "description": prose.get("summary") or manifest.title,
        "licenses": licenses(card_license(facts), manifest.metadata.license_name, manifest.metadata.license_link),
        "tags": list(manifest.metadata.tags),
        "modelCard": card,
        "properties": properties(_words(facts, prose)),
    }
    tool = {"type": "application", "name": "cardgen", "version": facts.evidence.cardgen}
    return given(
        {
            "timestamp": last_measured(facts),
            "tools": {"components": [tool]},
            "component": given(component),
        }
    )


def _words(facts: Facts, prose: Mapping[str, str]) -> dict[str, str]:
    told = {"title": facts.manifest.title}
    if facts.manifest.metadata.language:
        told["languages"] = ", ".join(facts.manifest.metadata.language)
    if facts.manifest.metadata.datasets:
        told["training_datasets"] = ", ".join(facts.manifest.metadata.datasets)
    if facts.manifest.citation is not None:
        told["citation"] = bibtex(facts.manifest.citation)
    return told | {f"prose:{name}": text for name, text in prose.items() if name == "notes"}


def _variant(facts: Facts, subject: Subject) -> dict[str, Any]:
    manifest = facts.manifest
    component = {
        "type": "machine-learning-model",
        "bom-ref": f"{_VARIANT}:{subject.key}",
        **model_name(subject.model),
        "description": subject.title,
        "licenses": licenses(card_license(facts), manifest.metadata.license_name, manifest.metadata.license_link),
        "pedigree": {"ancestors": [{"type": "machine-learning-model", **model_name(base_model_id(facts))}]},
        "components": [file_component(f"{_VARIANT}:{subject.key}", file) for file in subject.files],
        "modelCard": subject_card(facts, subject),
        "properties": properties(given({"variant": subject.key, "precision": subject.precision})),
    }
    return given(component)


def _base(facts: Facts, baselines: Iterable[Subject]) -> dict[str, Any]:
    """The base model, once; in each runtime that it was run in it is a model of its own inside it."""
    inner = [
        given(
            {
                "type": "machine-learning-model",
                "bom-ref": subject.key,
                **model_name(subject.model),
                "description": subject.title,
                "modelCard": subject_card(facts, subject),
                "properties": properties(given({"precision": subject.precision})),
            }
        )
        for subject in baselines
    ]
    found, read = facts.evidence.resolutions.get("base_model"), facts.base_inspected
    component = {
        "type": "machine-learning-model",
        "bom-ref": _BASE,
        **model_name(base_model_id(facts)),
        "description": "The base model",
        "licenses": licenses(found.license if found else None, None, None),
        "components": [*inner, *(file_component(_BASE, file) for file in inspected_files(read))] if read else inner,
        "modelCard": {"modelParameters": {"task": facts.manifest.task}},
        "properties": properties(
            given({"content_sha256": base_model_id(facts).sha256, **(inspected_facts(read) if read else {})})
        ),
    }
    return given(component)


def _dependencies(
    subjects: Iterable[Subject], variants: Iterable[Subject], baselines: Iterable[Subject]
) -> list[dict[str, Any]]:
    def libraries(subject: Subject) -> list[str]:
        return [library_ref(name, version) for name, version in sorted(subject.versions.items())]

    own = {f"{_VARIANT}:{subject.key}": [_BASE, *libraries(subject)] for subject in variants}
    own |= {subject.key: libraries(subject) for subject in baselines}
    runs = [ref for subject in subjects if subject.role == "run" for ref in libraries(subject)]
    whole = [f"{_VARIANT}:{subject.key}" for subject in variants] or [_BASE, *runs]
    return [
        {"ref": ref, "dependsOn": list(dict.fromkeys(needed))}
        for ref, needed in {_WHOLE: whole, **own}.items()
        if needed
    ]


def _data(subjects: Iterable[Subject]) -> Iterator[Data]:
    for subject in subjects:
        yield from (figure.data for report in subject.reports for figure in report.figures if figure.data)
        if subject.calibration is not None:
            yield subject.calibration


def _left_out(facts: Facts) -> Iterator[LeftOut]:
    yield from without_number(facts.reported)
    if facts.evidence.inherited is not None:
        yield LeftOut("the base model's card", "it is another model's")
    if facts.runs:
        yield LeftOut("loading code", "the format has no field for it")
        yield LeftOut("packages that cannot change a result", "the evidence does not record their versions")
    local = [record for record in facts.evidence.inspected if record.path is not None]
    if facts.runs or any(file.path.rpartition("/")[2] == REWRITTEN for record in local for file in record.files):
        yield LeftOut(f"the hash of {REWRITTEN}", "publishing may rewrite the base model's name in it")
    for fact in facts.variants:
        if fact.quantized and fact.quantized.tune:
            trials = len(fact.quantized.tune.candidates)
            yield LeftOut(f"variants.{fact.name}.fallback: {trials} trials", "a trial's model is published nowhere")
