"""The front matter of a card: what the Hub reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from cardgen.card.facts.joined import Facts, VariantFacts
from cardgen.card.facts.observed import SweptRun
from cardgen.card.metadata.adopted import library_of, tags_of
from cardgen.card.metadata.imported import imported_results
from cardgen.card.metadata.model_index import IndexMetric, IndexResult, dump_model_index
from cardgen.card.sections.inherited import inherited_metadata
from cardgen.card.sections.sweep import SweepRun, plain_setting, varied_names
from cardgen.card.words import numbers
from cardgen.card.words.wording import HUB, dataset_name, metric_title, scale_of, score_title, variant_title
from cardgen.catalog.hub_names import id_fault
from cardgen.catalog.languages import language_fault
from cardgen.catalog.licenses import LICENSES
from cardgen.catalog.tasks import TASKS, UNTAGGED, pipeline_tag
from cardgen.manifest.base import Setting
from cardgen.manifest.reported import Reported, ReportSource


def card_license(facts: Facts) -> str | None:
    """The licence: the manifest's, else the base model's, never guessed."""
    base = facts.evidence.resolutions.get("base_model")
    found = facts.manifest.metadata.license or (base and base.license)
    inherited = _texts(inherited_metadata(facts.evidence.inherited).get("license"))
    return found or (inherited[0] if len(inherited) == 1 and inherited[0] in LICENSES else None)


def build_front_matter(facts: Facts) -> dict[str, Any]:
    """The metadata block, in the order that it is written in; what is not known is left out."""
    manifest = facts.manifest
    metadata, base = manifest.metadata, manifest.base_model
    inherited = inherited_metadata(facts.evidence.inherited)
    quantized = any(fact.asked.approach != "none" for fact in facts.variants)
    int8 = any(fact.asked.approach != "none" and not fact.elsewhere for fact in facts.variants)
    own_tags = [tag for fact in facts.variants for tag in (*fact.backend.tags, *_tags_of_files(fact))]
    untagged = manifest.task in UNTAGGED
    results = _index_results(facts)
    known: dict[str, Any] = {
        "license": card_license(facts),
        "license_name": metadata.license_name,
        "license_link": metadata.license_link,
        "language": list(metadata.language) or _languages(inherited.get("language")),
        "pipeline_tag": pipeline_tag(manifest.task),
        "library_name": _library(facts),
        "tags": _unique(
            [*metadata.tags, *([manifest.task] if untagged else []), *(["int8"] if int8 else []), *own_tags]
        ),
        "datasets": list(metadata.datasets) or _ids(inherited.get("datasets")),
        "metrics": _unique(metric.type for result in results for metric in result.metrics),
        "base_model": base.id,
        "base_model_relation": "quantized" if base.id and quantized else None,
    }
    extra = dict(sorted((metadata.model_extra or {}).items()))
    written = {key: value for key, value in known.items() if value not in (None, [])}
    index = {"model-index": dump_model_index(facts.repo_id.rsplit("/", 1)[-1], results)} if results else {}
    return {**written, **extra, **index}


def _library(facts: Facts) -> str | None:
    """Whose classes the card's code loads all variants by; ``None`` where that is no single library."""
    libraries = {library_of(fact.inspected) if fact.inspected else fact.backend.library for fact in facts.variants}
    return (libraries.pop() or None) if len(libraries) == 1 else None


def _tags_of_files(fact: VariantFacts) -> tuple[str, ...]:
    return tags_of(fact.inspected) if fact.inspected else ()


def _index_results(facts: Facts) -> tuple[IndexResult, ...]:
    """One result for what was measured, for each source and dataset of what is reported, and for each task of a tool.

    The FP32 baseline is another model and is not listed; neither is what others report of the base model.
    """
    results = []
    measured = tuple(metric for fact in facts.variants for metric in _measured(facts, fact))
    varied = varied_names(facts.swept)
    measured += tuple(metric for swept in facts.swept for metric in _measured_run(facts, swept, varied))
    if measured:
        commit = facts.evidence.resolutions["evaluation"].source.commit
        url = f"{HUB}/{facts.repo_id}/blob/main/evidence.json"
        source = ReportSource(name="evidence.json, one record per step", url=url)
        results.append(_result(facts, measured, source, commit))
    reported: dict[tuple[ReportSource, str], list[IndexMetric]] = {}
    first: dict[tuple[ReportSource, str], Reported] = {}
    for fact in facts.variants:
        if fact.quantized is not None:
            continue
        for entry in fact.reported:
            if entry.metric and entry.value is not None:
                key = (entry.source, repr(entry.dataset))
                first.setdefault(key, entry)
                reported.setdefault(key, []).append(_reported_metric(facts, fact, entry))
    listed = set()
    for entry, swept in _swept_metrics(facts):
        key = (entry.source, repr(entry.dataset))
        first.setdefault(key, entry)
        one = (*key, swept.type, swept.name, swept.value)
        if one not in listed:
            listed.add(one)
            reported.setdefault(key, []).append(swept)
    for key, metrics in reported.items():
        if result := _reported_result(facts, tuple(metrics), first[key]):
            results.append(result)
    for fact in facts.variants:
        results += imported_results(facts, fact, _task_type(facts), _task_name(facts))
    return tuple(results)


def _measured(facts: Facts, fact: VariantFacts) -> Iterable[IndexMetric]:
    for score in fact.quantized.evaluate.scores if fact.quantized else ():
        yield IndexMetric(
            type=score.metric,
            value=numbers.metric_value(score.value, scale_of(facts.manifest, score.metric)),
            name=f"{score_title(score)}, {variant_title(fact)}",
            args=tuple(sorted(score.args.items())),
        )


def _measured_run(facts: Facts, swept: SweptRun, varied: Sequence[str]) -> Iterable[IndexMetric]:
    for score in swept.evaluate.scores:
        yield IndexMetric(
            type=score.metric,
            value=numbers.metric_value(score.value, scale_of(facts.manifest, score.metric)),
            name=", ".join([score_title(score), *_settings(swept, varied)]),
            args=tuple(sorted(score.args.items())),
        )


def _settings(run: SweepRun, varied: Sequence[str]) -> list[str]:
    """The settings in which runs differ, as this one has them."""
    given = run.parameters or {}
    return [f"{name} {plain_setting(given[name])}" for name in varied if given.get(name) is not None]


def _reported_metric(facts: Facts, fact: VariantFacts, entry: Reported) -> IndexMetric:
    assert entry.metric is not None
    assert entry.value is not None
    return IndexMetric(
        type=entry.metric,
        value=numbers.rescaled(entry.value, entry.scale, scale_of(facts.manifest, entry.metric)),
        name=f"{metric_title(entry.metric)}, {variant_title(fact)}, reported",
    )


def _swept_metrics(facts: Facts) -> Iterator[tuple[Reported, IndexMetric]]:
    """The score of each reported run, named by its settings; by its shape of input too where that changes the score."""
    varied = varied_names(facts.sweep)
    scales = {metric: scale_of(facts.manifest, metric) for metric in {run.metric for run in facts.sweep} if metric}
    made = [frozenset((run.parameters or {}).items()) for run in facts.sweep]
    values: dict[tuple[str | None, frozenset[tuple[str, Setting]]], set[Decimal | None]] = {}
    for run, parameters in zip(facts.sweep, made, strict=True):
        values.setdefault((run.metric, parameters), set()).add(run.value)
    for run, parameters in zip(facts.sweep, made, strict=True):
        if run.metric is None or run.value is None:
            continue
        settings = _settings(run, varied)
        if len(values[run.metric, parameters]) > 1:
            settings.append(f"batch size {run.batch_size}, input length {run.input_length}")
        yield (
            run,
            IndexMetric(
                type=run.metric,
                value=numbers.rescaled(run.value, run.scale, scales[run.metric]),
                name=", ".join([metric_title(run.metric), *settings, "reported"]),
            ),
        )


def _reported_result(facts: Facts, metrics: tuple[IndexMetric, ...], entry: Reported) -> IndexResult | None:
    if entry.dataset is None:
        data = facts.manifest.scored_on
        return _result(facts, metrics, entry.source, data.revision) if data else None
    return IndexResult(
        task_type=_task_type(facts),
        task_name=_task_name(facts),
        dataset_type=entry.dataset.id or entry.dataset.name,
        dataset_name=entry.dataset.name,
        dataset_config=entry.dataset.config,
        dataset_split=entry.dataset.split,
        dataset_revision=entry.dataset.revision,
        metrics=metrics,
        source_name=entry.source.name if entry.source.url else None,
        source_url=entry.source.url,
    )


def _result(facts: Facts, metrics: tuple[IndexMetric, ...], source: ReportSource, commit: str | None) -> IndexResult:
    dataset = facts.manifest.scoring.data
    return IndexResult(
        task_type=_task_type(facts),
        task_name=_task_name(facts),
        dataset_type=dataset.id or dataset_name(dataset),
        dataset_name=dataset_name(dataset),
        dataset_config=dataset.config,
        dataset_split=dataset.split,
        dataset_revision=commit,
        metrics=metrics,
        source_name=source.name if source.url else None,
        source_url=source.url,
    )


def _task_type(facts: Facts) -> str:
    return pipeline_tag(facts.manifest.task) or facts.manifest.task


def _task_name(facts: Facts) -> str:
    task = TASKS.get(facts.manifest.task)
    name = task.title if task else facts.manifest.task.replace("-", " ")
    return name[0].upper() + name[1:]


def _languages(value: object) -> list[str]:
    return [code for code in _texts(value) if language_fault(code) is None]


def _ids(value: object) -> list[str]:
    return [name for name in _texts(value) if id_fault(name) is None]


def _texts(value: object) -> list[str]:
    items = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, str)]


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
