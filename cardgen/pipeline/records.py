"""The records of a card's evidence: each by the name of its step, in the order of the file."""

from __future__ import annotations

from collections.abc import Mapping

from cardgen.card.facts.gather import plan_from_evidence
from cardgen.manifest.model import Manifest
from cardgen.plan.model import Plan
from cardgen.records.evidence import Evidence
from cardgen.records.evidence_file import in_file_order
from cardgen.records.record import DoneRecord


def named_records(plan: Plan, records: Mapping[str, DoneRecord]) -> tuple[DoneRecord, ...]:
    """The records of a plan's steps.

    Args:
        plan: the plan.
        records: fingerprint to record, for each of its steps.
    """
    return in_file_order(records[step.fingerprint].model_copy(update={"step": step.name}) for step in plan.steps)


def with_names(manifest: Manifest, evidence: Evidence, place: str) -> Evidence:
    """Evidence whose records have the names that their steps have now; of an earlier version, they had none.

    Raises:
        EvidenceError: as :func:`cardgen.card.facts.gather.plan_from_evidence`.
    """
    names = {step.fingerprint: step.name for step in plan_from_evidence(manifest, evidence, place).steps}
    named = (
        record.model_copy(update={"step": names.get(record.fingerprint, record.step)}) for record in evidence.records
    )
    return evidence.model_copy(update={"records": in_file_order(named)})
