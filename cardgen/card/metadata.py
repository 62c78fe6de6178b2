"""The front matter of a card: what the Hub reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cardgen.card import numbers
from cardgen.card.facts import VariantFacts
from cardgen.card.model_index import IndexMetric, IndexResult, dump_model_index
from cardgen.card.wording import dataset_name, metric_title, variant_title
from cardgen.catalog.tasks import TASKS
from cardgen.manifest.model import Manifest
from cardgen.records.model import Evidence


def build_front_matter(manifest: Manifest, evidence: Evidence, facts: tuple[VariantFacts, ...]) -> dict[str, Any]:
    """The metadata block, in the order that it is written in; what is not known is left out, never guessed."""
    metadata = manifest.metadata
    base = manifest.base_model
    tags = _unique([*metadata.tags, "int8", *(tag for fact in facts for tag in fact.backend.tags)])
    known: dict[str, Any] = {
        "license": metadata.license or evidence.resolutions["base_model"].license,
        "license_name": metadata.license_name,
        "license_link": metadata.license_link,
        "language": list(metadata.language),
        "pipeline_tag": manifest.task,
        "tags": tags,
        "datasets": list(metadata.datasets),
        "metrics": _unique(metric.type for metric in manifest.evaluation.metrics),
        "base_model": base.id,
        "base_model_relation": "quantized" if base.id else None,
    }
    extra = dict(sorted((metadata.model_extra or {}).items()))
    index = dump_model_index(manifest.repo_id.rsplit("/", 1)[-1], _index_results(manifest, evidence, facts))
    written = {key: value for key, value in known.items() if value not in (None, [])}
    return {**written, **extra, "model-index": index}


def _index_results(manifest: Manifest, evidence: Evidence, facts: tuple[VariantFacts, ...]) -> tuple[IndexResult, ...]:
    """One result, since all variants share a dataset; the FP32 baseline is another model and is not listed."""
    dataset = manifest.evaluation.dataset
    name = dataset_name(dataset)
    task = TASKS[manifest.task]
    metrics = tuple(
        IndexMetric(
            type=score.metric,
            value=numbers.metric_value(score.value),
            name=f"{metric_title(score)}, {variant_title(fact)}",
            args=tuple(sorted(score.args.items())),
        )
        for fact in facts
        for score in fact.evaluate.scores
    )
    return (
        IndexResult(
            task_type=manifest.task,
            task_name=task.title.capitalize(),
            dataset_type=dataset.id or name,
            dataset_name=name,
            dataset_config=dataset.config,
            dataset_split=dataset.split,
            dataset_revision=evidence.resolutions["evaluation"].source.commit,
            metrics=metrics,
            source_name="evidence.json, one record per step",
            source_url=f"https://huggingface.co/{manifest.repo_id}/blob/main/evidence.json",
        ),
    )


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
