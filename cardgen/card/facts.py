"""The records of one card, joined by variant and typed: what `cardgen.card.build` words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from cardgen.catalog.backends import BACKENDS, BackendInfo
from cardgen.catalog.layout import variant_folder
from cardgen.errors import EvidenceError, Problem
from cardgen.manifest.model import Manifest, Variant
from cardgen.plan import Plan, Step, plan_steps
from cardgen.records.model import DoneRecord, EvaluateResult, Evidence, ExportResult, QuantizeResult
from cardgen.records.request import EvaluateRequest, QuantizeRequest

_REMEDY = "Run `cardgen build` on the manifest."

T = TypeVar("T", ExportResult, QuantizeResult, EvaluateResult)


@dataclass(frozen=True)
class VariantFacts:
    """Everything that was observed of one variant."""

    name: str
    asked: Variant
    backend: BackendInfo
    folder: str
    """Where it is published: a folder of the repository, empty for its root."""
    export: ExportResult
    quantize: QuantizeResult
    quantize_request: QuantizeRequest
    baseline: EvaluateResult
    evaluate: EvaluateResult
    evaluate_request: EvaluateRequest
    record: DoneRecord
    """Of the variant's evaluation: versions, hardware."""

    @property
    def linear_total(self) -> int:
        """Linear layers, INT8 or not."""
        return len(self.quantize.int8_modules) + len(self.quantize.fp32_modules)


def plan_from_evidence(manifest: Manifest, evidence: Evidence, place: str) -> Plan:
    """The plan that the evidence claims to be the outcome of.

    Args:
        manifest: the manifest as it is now.
        evidence: what was gathered for it.
        place: the evidence file, for messages.

    Raises:
        EvidenceError: where the manifest names an input or a backend that the evidence knows nothing of.
    """
    try:
        return plan_steps(manifest, evidence.resolutions, evidence.environments)
    except KeyError as error:
        message = f"holds nothing of {error.args[0]!r}, which the manifest names"
        raise EvidenceError((Problem(place, None, None, "", message, _REMEDY),)) from error


def gather_facts(manifest: Manifest, evidence: Evidence, place: str) -> tuple[VariantFacts, ...]:
    """Join the evidence's records by variant, in the manifest's order.

    Raises:
        EvidenceError: naming every step of the manifest that the evidence has no record of.
    """
    plan = plan_from_evidence(manifest, evidence, place)
    records = {record.fingerprint: record for record in evidence.records}
    missing = [step for step in plan.steps if step.fingerprint not in records]
    if missing:
        raise EvidenceError(
            tuple(
                Problem(place, None, None, step.name, "no record fits the manifest as it is now", _REMEDY)
                for step in missing
            )
        )
    folders = variant_folder({name: BACKENDS[variant.backend].runtime for name, variant in manifest.variants.items()})

    def result(step: Step, kind: type[T]) -> T:
        found = records[step.fingerprint].result
        assert isinstance(found, kind)
        return found

    facts = []
    for name, steps in plan.variants.items():
        quantize, evaluate = steps.quantize.request, steps.evaluate.request
        assert isinstance(quantize, QuantizeRequest)
        assert isinstance(evaluate, EvaluateRequest)
        facts.append(
            VariantFacts(
                name=name,
                asked=manifest.variants[name],
                backend=BACKENDS[manifest.variants[name].backend],
                folder=folders[name],
                export=result(steps.export, ExportResult),
                quantize=result(steps.quantize, QuantizeResult),
                quantize_request=quantize,
                baseline=result(steps.baseline, EvaluateResult),
                evaluate=result(steps.evaluate, EvaluateResult),
                evaluate_request=evaluate,
                record=records[steps.evaluate.fingerprint],
            )
        )
    return tuple(facts)


def version_of(facts: VariantFacts) -> str:
    """Version of the library that quantized the variant."""
    return facts.record.environment.packages[facts.backend.package]


def versions_by_environment(facts: tuple[VariantFacts, ...]) -> Mapping[str, Mapping[str, str]]:
    """Environment name to the versions of its decisive packages, for every environment that the card used."""
    merged: dict[str, dict[str, str]] = {}
    for fact in facts:
        merged.setdefault(fact.record.environment.name, {}).update(fact.record.versions)
    return {name: dict(sorted(versions.items())) for name, versions in merged.items()}
