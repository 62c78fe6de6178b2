"""What evaluation tools measured, for the Hub: by whom, of what, and under which conditions."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from cardgen.card.facts.imported import Measured, apart_from_groups, measured
from cardgen.card.facts.joined import Facts, VariantFacts
from cardgen.card.metadata.eval_results import EvalDataset, EvalResult, EvalSource
from cardgen.card.metadata.model_index import IndexMetric, IndexResult
from cardgen.card.words import numbers
from cardgen.card.words.wording import HUB, measure_title, variant_title
from cardgen.records.imported import ImportedRecord
from cardgen.records.results_file import ALL


def imported_results(facts: Facts, fact: VariantFacts, task_type: str, task_name: str) -> Iterable[IndexResult]:
    """A result for each task of each file; none of what names no task, or is no score.

    Args:
        facts: of the card.
        fact: of the variant.
        task_type: the Hub's.
        task_name: that the card's other results have.
    """
    found: dict[tuple[ImportedRecord, str], list[Measured]] = {}
    for one in apart_from_groups(tuple(measured(fact.imported))):
        if one.kind == "score" and one.figure.task is not None:
            found.setdefault((one.record, one.figure.task), []).append(one)
    for (record, task), figures in found.items():
        data, version = figures[0].figure.data, figures[0].figure.task_version
        yield IndexResult(
            task_type=task_type,
            task_name=task_name,
            dataset_type=data.id if data else task,
            dataset_name=f"{task}, version {version}" if version else task,
            dataset_config=data.config if data else None,
            dataset_split=data.split if data else None,
            dataset_revision=data.revision if data else None,
            metrics=tuple(
                IndexMetric(
                    type=one.figure.metric,
                    value=numbers.tool_number(one.figure.value),
                    name=f"{measure_title(one.figure)}, {variant_title(fact)}{_conditions(one)}",
                )
                for one in figures
            ),
            source_name=_by(record),
            source_url=_address(facts, record),
        )


def imported_leader(facts: Facts, fact: VariantFacts, dataset: EvalDataset) -> EvalResult | None:
    """The score of the task that a leaderboard is of, as its first metric; none that is of some of the samples."""
    for one in measured(fact.imported):
        whole = one.figure.limit in (None, ALL)
        if one.kind == "score" and one.figure.task == dataset.task_id and whole:
            return EvalResult(
                dataset=dataset,
                value=Decimal(str(numbers.tool_number(one.figure.value))),
                source=EvalSource(url=_address(facts, one.record), name=_by(one.record)),
                notes=f"{measure_title(one.figure)}, {variant_title(fact)}{_conditions(one)}, {_by(one.record)}",
            )
    return None


def _conditions(one: Measured) -> str:
    """What a value depends on that its dataset does not say."""
    figure = one.figure
    parts = []
    if figure.few_shot is not None:
        parts.append(f"{figure.few_shot}-shot")
    if figure.chat_template:
        parts.append("chat template")
    if figure.limit not in (None, ALL):
        parts.append(f"limit {figure.limit}")
    return "".join(f", {part}" for part in parts)


def _by(record: ImportedRecord) -> str:
    results = record.results
    return f"{results.tool} {results.tool_version}" if results.tool_version else results.tool


def _address(facts: Facts, record: ImportedRecord) -> str:
    """Of the file, where it is published; else of the evidence, which holds what it says."""
    return f"{HUB}/{facts.repo_id}/blob/main/{record.copy_at or 'evidence.json'}"
