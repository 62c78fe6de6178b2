"""The measured scores of a variant, by metric."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cardgen.catalog.metrics import metric_info
from cardgen.records.results.evaluate import EvaluateResult, PairedDifference, Score
from cardgen.review.diff.change import Argument
from cardgen.review.diff.facts.chains import Scored
from cardgen.review.diff.facts.picture import Subject
from cardgen.review.diff.noise import Estimate


@dataclass(frozen=True)
class Figure:
    """One metric of a variant, and how far it is from FP32."""

    score: Score
    difference: PairedDifference | None
    baseline: Score | None

    @property
    def metric(self) -> str:
        """The Hub's metric type."""
        return self.score.metric

    @property
    def args(self) -> Argument:
        """The metric's arguments, as pairs."""
        return tuple((name, value) for name, value in sorted(self.score.args.items()))

    @property
    def estimate(self) -> Estimate:
        """The score with its interval."""
        return Estimate(self.score.value, self.score.low, self.score.high)

    @property
    def against_fp32(self) -> Estimate | None:
        """The difference to FP32 on the same samples, with its interval."""
        found = self.difference
        return Estimate(found.value, found.low, found.high) if found else None

    @property
    def loss(self) -> float | None:
        """How much worse than FP32 it is, in the metric's own terms; negative where it is better."""
        if self.difference is None:
            return None
        return -self.difference.value if self.higher_is_better else self.difference.value

    @property
    def higher_is_better(self) -> bool:
        """Which way is better."""
        return metric_info(self.metric).higher_is_better


def scores_of(subject: Subject) -> Mapping[str, Figure]:
    """What was measured, by what its place is called: ``accuracy``, ``f1-macro``."""
    return _figures(subject.chain.score, subject.chain.baseline) if subject.chain and subject.chain.score else {}


def baselines_of(subject: Subject) -> Mapping[str, Figure]:
    """The same of FP32."""
    return _figures(subject.chain.baseline, None) if subject.chain and subject.chain.baseline else {}


def _figures(scored: Scored, baseline: Scored | None) -> dict[str, Figure]:
    result = scored.result
    fp32 = {_key(score): score for score in baseline.result.scores} if baseline else {}
    return {
        _key(score): Figure(score, _paired(result, index), fp32.get(_key(score)))
        for index, score in enumerate(result.scores)
    }


def _paired(result: EvaluateResult, index: int) -> PairedDifference | None:
    return result.differences[index] if index < len(result.differences) else None


def _key(score: Score) -> str:
    return "-".join([score.metric, *(str(value) for _name, value in sorted(score.args.items()))])
