"""Did steps that were asked for the same calibration samples see the same?"""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.records.canonical import fingerprint
from cardgen.records.evidence import Evidence
from cardgen.records.record import DoneRecord
from cardgen.records.request import CalibrationRequest, QuantizeRequest, TuneRequest
from cardgen.records.results.calibration import CalibrationSeen
from cardgen.records.results.quantize import QuantizeResult
from cardgen.records.results.tune import TuneResult


def calibration_faults(evidence: Evidence) -> Iterator[str]:
    """Pairs of steps of which that is not so: the data, or what draws from them, were not what they are said to be."""
    first: dict[tuple[str, int], tuple[str, str]] = {}
    for record in evidence.records:
        asked, seen = _asked(record), _seen(record)
        if asked is None or seen is None:
            continue
        # How many pass at once decides nothing about which they are.
        key = fingerprint(asked.model_dump(mode="json", exclude={"batch_size"})), seen.samples
        step, content = first.setdefault(key, (record.step, seen.sha256))
        if content != seen.sha256:
            yield f"{step} and {record.step} were asked for the same calibration samples, and did not see the same"


def _asked(record: DoneRecord) -> CalibrationRequest | None:
    match record.request:
        case QuantizeRequest(calibration=asked) | TuneRequest(quantize=QuantizeRequest(calibration=asked)):
            return asked
    return None


def _seen(record: DoneRecord) -> CalibrationSeen | None:
    return record.result.calibration if isinstance(record.result, QuantizeResult | TuneResult) else None
