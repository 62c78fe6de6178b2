"""The results that the Hub lists on the leaderboard of a benchmark, where the manifest names one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from cardgen.card.facts.gather import gather_facts
from cardgen.card.facts.joined import Facts, VariantFacts
from cardgen.card.metadata.eval_results import EvalDataset, EvalResult, EvalSource
from cardgen.card.metadata.imported import imported_leader
from cardgen.card.words import numbers
from cardgen.card.words.wording import HUB, metric_title, scale_of, variant_title
from cardgen.manifest.model import Manifest
from cardgen.manifest.reported import Reported
from cardgen.records.evidence import Evidence


def leaderboard_results(manifest: Manifest, evidence: Evidence, own: str | None = None) -> tuple[EvalResult, ...]:
    """The primary metric of every variant, or of its own one, measured or else reported; empty without a benchmark.

    Of a variant of which neither is known, what an evaluation tool measured on the benchmark's task.
    """
    evaluation = manifest.evaluation
    if evaluation is None or evaluation.leaderboard is None:
        return ()
    board = evaluation.leaderboard
    dataset = EvalDataset(id=board.id, task_id=board.task_id, revision=board.revision)
    facts = gather_facts(manifest, evidence, "evidence.json", own)
    results = []
    for fact in facts.variants:
        result = _measured(facts, fact, dataset) or _reported(facts, fact, dataset)
        result = result or imported_leader(facts, fact, dataset)
        if result is not None:
            results.append(result)
    return tuple(results)


def _primary(manifest: Manifest) -> str | None:
    """The metric that is listed: where none is measured, the first that anybody reports on the same data."""
    named = manifest.scoring.primary or next((metric.type for metric in manifest.scoring.metrics), None)
    return named or next((entry.metric for entry in manifest.reported if _is_a_score(entry)), None)


def _is_a_score(entry: Reported) -> bool:
    """Whether an entry is of a variant, and on the evaluation's own data: on other data it is no result there."""
    return entry.variant is not None and entry.dataset is None and entry.value is not None


def _measured(facts: Facts, fact: VariantFacts, dataset: EvalDataset) -> EvalResult | None:
    if fact.run is None or fact.quantized is None:
        return None
    primary = _primary(facts.manifest)
    assert primary is not None
    score = next(score for score in fact.quantized.evaluate.scores if score.metric == primary)
    value = numbers.metric_value(score.value, scale_of(facts.manifest, primary))
    return EvalResult(
        dataset=dataset,
        value=Decimal(str(value)),
        date=fact.run.record.started[:10],
        source=EvalSource(
            url=f"{HUB}/{facts.repo_id}/blob/main/evidence.json", name="evidence.json, one record per step"
        ),
        notes=f"{metric_title(primary)}, {variant_title(fact)}",
    )


def _reported(facts: Facts, fact: VariantFacts, dataset: EvalDataset) -> EvalResult | None:
    primary = _primary(facts.manifest)
    entry = next((entry for entry in fact.reported if _is_a_score(entry) and entry.metric == primary), None)
    if entry is None or entry.metric is None or entry.value is None:
        return None
    source = EvalSource(url=entry.source.url, name=entry.source.name) if entry.source.url else None
    return EvalResult(
        dataset=dataset,
        value=numbers.rescaled(entry.value, entry.scale, scale_of(facts.manifest, entry.metric)),
        date=_day(entry.source.date),
        source=source,
        notes=f"{metric_title(entry.metric)}, {variant_title(fact)}, reported by {entry.source.name}",
    )


def _day(written: str | None) -> str | None:
    """A source's date, where it is a whole one: a manifest may give the year or the month alone, the Hub takes none."""
    try:
        return date.fromisoformat(written).isoformat() if written else None
    except ValueError:
        return None
