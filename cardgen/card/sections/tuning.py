"""How the modules that stay FP32 were found: the trials, and whether the tolerance is met."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from cardgen.card.facts.joined import VariantFacts
from cardgen.card.facts.observed import Quantized
from cardgen.card.words import numbers
from cardgen.card.words.machine import other_work, waiting
from cardgen.card.words.markdown import Markdown, code, escape, folded, table
from cardgen.card.words.wording import dataset_place, metric_title, scale_of
from cardgen.catalog.metrics import metric_info
from cardgen.manifest.model import Manifest
from cardgen.manifest.reported import Scale
from cardgen.plan.layout import tuning_data
from cardgen.records.request import TuneRequest
from cardgen.records.results.tune import Candidate, TuneResult

_ROUNDING = 1e-9
_NAMED = 4
"""Modules that a row of the table names, before it only counts them."""


def tuning_notes(manifest: Manifest, fact: VariantFacts) -> tuple[Markdown, ...]:
    """What was asked for, what was tried and what came of it; nothing for a variant that was not tuned."""
    seen = fact.quantized
    if seen is None or seen.tune is None or seen.tune_request is None:
        return ()
    tune, request = seen.tune, seen.tune_request
    scale = scale_of(manifest, tune.metric)
    metric = metric_title(tune.metric, request.metric.args)
    found = _found(tune)
    outcome = _outcome(seen, tune, scale)
    limit = _limit(tune, request, metric, scale)
    lead = f"What stays FP32 in {code(fact.name)} was chosen by trials, to keep {limit}."
    if tune.ranking is None:
        lead = f"Modules of {code(fact.name)} were to stay FP32 as far as it takes to keep {limit}."
    data = _data(manifest, fact, tune, scale)
    parts = [lead, found, outcome, data, other_work([tune.load], None), waiting([tune.spinning])]
    return Markdown(" ".join(filter(None, parts))), _trials(tune, escape(metric), scale)


def _data(manifest: Manifest, fact: VariantFacts, tune: TuneResult, scale: Scale) -> str:
    """On what the choice was made, and what that means for the score."""
    other = tuning_data(manifest.scoring, fact.asked.fallback)
    trials = "The trial was" if tune.ranking is None else "The trials were"
    if other is not None:
        return (
            f"{trials} scored on {tune.samples} other samples ({dataset_place(other[0])}), on which FP32 has "
            f"{numbers.metric(tune.baseline, scale)}. Those of the results above chose nothing: "
            "they were seen once, by what was chosen."
        )
    if tune.ranking is None:
        return f"{trials} scored on the evaluation data."
    return (
        f"{trials} scored on the evaluation data, so that the choice leans towards these samples: "
        "on others the loss can be a little larger."
    )


def _limit(tune: TuneResult, request: TuneRequest, metric: str, scale: Scale) -> str:
    loss = "loss" if metric_info(tune.metric).higher_is_better else "rise"
    if request.absolute:
        rescaled = numbers.rescaled(Decimal(repr(request.tolerance)), "fraction", scale)
        return f"the {loss} of {escape(metric)} within {numbers.exact(rescaled)}"
    return f"the relative {loss} of {escape(metric)} within {100 * request.tolerance:g} %"


def _found(tune: TuneResult) -> str:
    count = len(tune.candidates)
    if tune.ranking is None:
        return "Plain INT8 already does: no module had to, and there was no other trial."
    stopped = sum(candidate.bound is not None for candidate in tune.candidates)
    early = (
        f", {stopped} of which could be stopped early, when {_they(stopped)} could no longer pass" if stopped else ""
    )
    return (
        f"It took {count} trials{early}: plain INT8 first, then by bisection over the "
        f"{len(tune.ranking.modules)} quantized modules, the most sensitive kept first. They were ranked by how far "
        f"each alone in INT8 moves the outputs on {tune.ranking.samples} samples, without looking at labels."
    )


def _they(count: int) -> str:
    return "it" if count == 1 else "they"


def _outcome(seen: Quantized, tune: TuneResult, scale: Scale) -> str:
    """By the evaluation whose score the card gives, not by the trial."""
    index = next(index for index, score in enumerate(seen.evaluate.scores) if score.metric == tune.metric)
    score, change = seen.evaluate.scores[index].value, seen.evaluate.differences[index]
    higher = metric_info(tune.metric).higher_is_better
    baseline = seen.baseline.scores[index].value
    loss = baseline - score if higher else score - baseline
    met = loss <= (seen.allowed_loss(baseline) or 0.0) + _ROUNDING
    noise = "within noise" if change.within_noise else "more than noise"
    worse = change.value < 0 if higher else change.value > 0
    verdict = "The tolerance is met" if met else "**The tolerance is not met** by the evaluation above"
    if not worse:
        return f"{verdict}: nothing was lost."
    return f"{verdict}; the difference of {numbers.difference(change.value, scale)} is {noise}."


def _trials(tune: TuneResult, metric: Markdown, scale: Scale) -> Markdown:
    header = [Markdown(text) for text in ("Trial", "In FP32", metric, "Samples", "Seconds", "Within the tolerance")]
    rows = [
        [
            Markdown(str(number)),
            _kept(candidate.fp32_modules),
            _score(candidate, scale),
            Markdown(str(candidate.samples)),
            Markdown(f"{candidate.seconds:.1f}"),
            Markdown("yes" if candidate.accepted else "no"),
        ]
        for number, candidate in enumerate(tune.candidates, 1)
    ]
    return folded(table(header, rows, "rlrrrl"), summary=f"{len(rows)} trials" if len(rows) > 1 else "1 trial")


def _kept(modules: Sequence[str]) -> Markdown:
    if not modules:
        return Markdown("nothing")
    shown = ", ".join(code(module) for module in modules[:_NAMED])
    more = len(modules) - _NAMED
    return Markdown(f"{shown} and {more} more" if more > 0 else shown)


def _score(candidate: Candidate, scale: Scale) -> Markdown:
    if candidate.score is not None:
        return Markdown(numbers.metric(candidate.score, scale))
    return Markdown("stopped early") if candidate.bound is not None else escape(candidate.fault)
