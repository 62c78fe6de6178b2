"""Are the figures that a manifest says others report those that the evidence holds?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cardgen.manifest.model import Manifest
from cardgen.plan.steps import reported_records
from cardgen.records.evidence import Evidence
from cardgen.records.record import ReportedRecord
from cardgen.review.check.differences import key_changes, likeness
from cardgen.review.check.why import Reason
from cardgen.review.check.words import short


def reported_faults(manifest: Manifest, evidence: Evidence) -> Iterator[str]:
    """What is no longer so, an entry at a time, with the keys that differ."""
    asked = reported_records(manifest)
    if asked == evidence.reported:
        return
    spare = [record for record in evidence.reported if record not in asked]
    told = 0
    for number, record in enumerate(asked):
        if record in evidence.reported:
            continue
        entry = _entry(record)
        old = max(spare, key=lambda other: likeness(_entry(other), entry), default=None)
        told += 1
        if old is None or old.entry.variant != record.entry.variant:
            yield f"reported[{number}] is not in the evidence"
            continue
        spare.remove(old)
        changes = [
            short(Reason("reported", change.key, change.old, change.new)) for change in key_changes(_entry(old), entry)
        ]
        yield f"reported[{number}] is not what the evidence holds: {'; '.join(changes)}"
    if spare:
        yield f"the evidence holds {len(spare)} reported entries that the manifest does not"
    elif not told:
        yield "the reported entries stand in another order than in the evidence"


def _entry(record: ReportedRecord) -> Mapping[str, Any]:
    return record.entry.model_dump(mode="json")
