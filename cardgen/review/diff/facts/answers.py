"""How good two models were sample by sample, where the project's store holds that of both."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cardgen.records.record import DoneRecord
from cardgen.records.request import PredictRequest
from cardgen.records.results.evaluate import Score
from cardgen.records.samples import Samples, read_samples
from cardgen.records.store import Store
from cardgen.review.diff.change import Argument
from cardgen.review.diff.facts.chains import Scored
from cardgen.review.diff.paired import paired_difference


class Answers:
    """What evaluations left in the stores of the projects that two states are of."""

    def __init__(self, *roots: Path | None) -> None:
        self._stores = [Store(root) for root in dict.fromkeys(roots) if root is not None]
        self._known: dict[str, Samples | None] = {}

    def beside(self, old: Scored, new: Scored, was: Score, now: Score) -> Mapping[str, Argument]:
        """The difference on the same samples, and how many flipped each way; nothing where that is not known."""
        if _asked(old.request) != _asked(new.request) or (was.metric, was.args) != (now.metric, now.args):
            return {}
        samples = self._samples(old.scored), self._samples(new.scored)
        if samples[0] is None or samples[1] is None:
            return {}
        before, after = samples[0].of(was.metric, was.args), samples[1].of(now.metric, now.args)
        if before is None or after is None or len(before.values) != len(after.values) or not before.values:
            return {}
        found = paired_difference(after.values, before.values)
        return {
            "paired": found.value,
            "paired_low": found.low,
            "paired_high": found.high,
            "risen": found.gained,
            "fallen": found.lost,
            "right": after.right and before.right,
        }

    def _samples(self, record: DoneRecord) -> Samples | None:
        if record.fingerprint not in self._known:
            self._known[record.fingerprint] = self._read(record)
        return self._known[record.fingerprint]

    def _read(self, record: DoneRecord) -> Samples | None:
        for store in self._stores:
            folder = store.artifact(record)
            if folder is not None:
                try:
                    return read_samples(folder)
                except FileNotFoundError:  # an evaluation by an earlier version, or by metrics that are no means
                    continue
        return None


def _asked(request: PredictRequest) -> tuple[object, ...]:
    """What decides which samples are answered, in which order."""
    return request.task, request.data, request.columns, request.labels, request.limit, request.seed
