"""Joins the records of an evidence by variant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from cardgen.card.facts.adopted import as_asked, as_quantized
from cardgen.card.facts.joined import Facts, VariantFacts
from cardgen.card.facts.observed import Compared, Predicted, Quantized, Run, SweptRun, Timed
from cardgen.catalog.backends import backend_info
from cardgen.errors import EvidenceError, Problem
from cardgen.manifest.model import Manifest
from cardgen.plan.layout import variant_folders
from cardgen.plan.model import Plan, RunSteps, Scoring, Step, VariantSteps
from cardgen.plan.resolved import answers, key_of, resolved_refs, unanswered
from cardgen.plan.steps import plan_steps, run_variants
from cardgen.records.evidence import Evidence
from cardgen.records.inspected import InspectedRecord, inspection_name
from cardgen.records.record import DoneRecord
from cardgen.records.request import (
    AdoptRequest,
    BenchmarkRequest,
    CompareRequest,
    EvaluateRequest,
    PredictRequest,
    QuantizeRequest,
    TuneRequest,
)
from cardgen.records.results.benchmark import BenchmarkResult
from cardgen.records.results.compare import CompareResult
from cardgen.records.results.evaluate import EvaluateResult
from cardgen.records.results.export import ExportResult
from cardgen.records.results.predict import PredictResult
from cardgen.records.results.quantize import QuantizeResult
from cardgen.records.results.snippet import SnippetResult
from cardgen.records.results.tune import TuneResult
from cardgen.weights.adopted import adopted_models
from cardgen.weights.adopted import answers as answers_made

_REMEDY = "Run `cardgen build` on the manifest."


T = TypeVar(
    "T",
    ExportResult,
    QuantizeResult,
    PredictResult,
    EvaluateResult,
    CompareResult,
    SnippetResult,
    BenchmarkResult,
    TuneResult,
)


def plan_from_evidence(manifest: Manifest, evidence: Evidence, place: str) -> Plan:
    """The plan that the evidence claims to be the outcome of.

    Args:
        manifest: the manifest as it is now.
        evidence: what was gathered for it.
        place: the evidence file, for messages.

    Raises:
        EvidenceError: where the manifest names an input or a backend that the evidence knows nothing of, or another
            input than was measured.
    """
    variants = run_variants(manifest, evidence.measured, evidence.inspected)
    refs = resolved_refs(manifest, variants)
    others = [
        name for name in refs if name in evidence.resolutions and not answers(evidence.resolutions[name], refs[name])
    ]
    if others:
        raise EvidenceError(
            tuple(
                Problem(place, None, None, key_of(name), unanswered(evidence.resolutions[name], refs[name]), _REMEDY)
                for name in others
            )
        )
    try:
        return plan_steps(manifest, variants, evidence.resolutions, evidence.environments, evidence.inspected)
    except KeyError as error:
        message = f"holds nothing of {error.args[0]!r}, which the manifest names"
        raise EvidenceError((Problem(place, None, None, "", message, _REMEDY),)) from error


def gather_facts(manifest: Manifest, evidence: Evidence, place: str, own: str | None = None) -> Facts:
    """Join the evidence's records by variant, in the manifest's order.

    Args:
        manifest: the manifest as it is now.
        evidence: what was gathered for it.
        place: the evidence file, for messages.
        own: the variant in whose repository the card stands; ``None`` for a card of all.

    Raises:
        EvidenceError: naming every step of the manifest that the evidence has no record of, or a record of other scores
            than those that were asked for.
    """
    plan = plan_from_evidence(manifest, evidence, place)
    records = {record.fingerprint: record for record in evidence.records}
    missing = [step for step in plan.steps if step.fingerprint not in records]
    names = [step.name for step in missing] + [
        inspection_name(name)
        for name, made in adopted_models(manifest)
        if (record := evidence.inspected_of(name)) is None or not answers_made(record, made)
    ]
    if names:
        message = "no record fits the manifest as it is now"
        raise EvidenceError(tuple(Problem(place, None, None, name, message, _REMEDY) for name in names))
    if odd := _odd_scores(plan, records):
        message, remedy = "its scores are not of the metrics that were asked for", "Restore the file, or build anew."
        raise EvidenceError(tuple(Problem(place, None, None, step.name, message, remedy) for step in odd))
    folders = variant_folders(manifest)
    variants = tuple(
        VariantFacts(
            name=name,
            asked=variant,
            backend=backend_info(variant.backend),
            folder=folders[name],
            run=_run(plan.variants[name], records, evidence.inspected_of(name)) if name in plan.variants else None,
            reported=tuple(record.entry for record in evidence.reported if record.entry.variant == name),
            inspected=evidence.inspected_of(name) if variant.made is not None else None,
            imported=tuple(record for record in evidence.imported if record.variant == name),
        )
        for name, variant in manifest.variants.items()
    )
    return Facts(
        manifest,
        evidence,
        tuple(fact for fact in variants if own in (None, fact.name)),
        tuple(_swept(steps, records) for steps in plan.sweep),
        own,
        tuple(fact for fact in variants if own not in (None, fact.name)),
    )


def _odd_scores(plan: Plan, records: Mapping[str, DoneRecord]) -> list[Step]:
    """Steps whose scores are of other metrics than the manifest's, or of others than those of the first of them."""
    odd = []
    first = None
    for step in plan.steps:
        if isinstance(step.request, EvaluateRequest):
            scores = _result(step, EvaluateResult, records).scores
            found = [(score.metric, score.args) for score in scores]
            first = found if first is None else first
            if found != first or [score.metric for score in scores] != [asked.type for asked in step.request.metrics]:
                odd.append(step)
    return odd


def _result(step: Step, kind: type[T], records: Mapping[str, DoneRecord]) -> T:
    found = records[step.fingerprint].result
    assert isinstance(found, kind)
    return found


def _swept(steps: RunSteps, records: Mapping[str, DoneRecord]) -> SweptRun:
    times = []
    for step in steps.benchmarks:
        assert isinstance(step.request, BenchmarkRequest)
        times.append(Timed(step.request, _result(step, BenchmarkResult, records), records[step.fingerprint]))
    return SweptRun(
        run=steps.run,
        export=_result(steps.export, ExportResult, records),
        quantize=_result(steps.quantize, QuantizeResult, records) if steps.quantize else None,
        baseline=_result(steps.baseline.evaluate, EvaluateResult, records),
        evaluate=_result(steps.scoring.evaluate, EvaluateResult, records),
        predict=_predicted(steps.scoring, records),
        predict_record=records[steps.scoring.predict.fingerprint],
        times=tuple(times),
    )


def _predicted(scoring: Scoring, records: Mapping[str, DoneRecord]) -> Predicted:
    request = scoring.predict.request
    assert isinstance(request, PredictRequest)
    return Predicted(request, _result(scoring.predict, PredictResult, records))


def _run(steps: VariantSteps, records: Mapping[str, DoneRecord], inspected: InspectedRecord | None) -> Run:
    def result(step: Step, kind: type[T]) -> T:
        return _result(step, kind, records)

    outcome: Quantized | Compared
    if steps.adopt and steps.baseline and steps.scoring:
        adopt = steps.adopt.request
        assert isinstance(adopt, AdoptRequest)
        assert inspected is not None
        outcome = Quantized(
            quantize=as_quantized(inspected),
            quantize_request=as_asked(adopt),
            baseline=result(steps.baseline.evaluate, EvaluateResult),
            evaluate=result(steps.scoring.evaluate, EvaluateResult),
            baseline_predict=_predicted(steps.baseline, records),
            predict=_predicted(steps.scoring, records),
            single=result(steps.single.evaluate, EvaluateResult) if steps.single else None,
        )
        last = steps.scoring.predict
    elif steps.quantize and steps.baseline and steps.scoring:
        quantize = steps.quantize.request
        tune = steps.tune.request if steps.tune else None
        assert tune is None or isinstance(tune, TuneRequest)
        assert isinstance(quantize, QuantizeRequest)
        outcome = Quantized(
            quantize=result(steps.quantize, QuantizeResult),
            quantize_request=quantize,
            baseline=result(steps.baseline.evaluate, EvaluateResult),
            evaluate=result(steps.scoring.evaluate, EvaluateResult),
            baseline_predict=_predicted(steps.baseline, records),
            predict=_predicted(steps.scoring, records),
            single=result(steps.single.evaluate, EvaluateResult) if steps.single else None,
            tune=result(steps.tune, TuneResult) if steps.tune else None,
            tune_request=tune,
        )
        last = steps.scoring.predict
    else:
        assert steps.compare is not None
        compare = steps.compare.request
        assert isinstance(compare, CompareRequest)
        outcome = Compared(result(steps.compare, CompareResult), compare)
        last = steps.compare
    return Run(
        export=result(steps.export, ExportResult),
        files=records[steps.made.fingerprint].artifact,
        outcome=outcome,
        record=records[last.fingerprint],
        snippet=records[steps.snippet.fingerprint] if steps.snippet else None,
    )
