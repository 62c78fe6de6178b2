"""What a candidate must reach: a tolerance, as a limit on the score."""

from __future__ import annotations

from dataclasses import dataclass

_ROUNDING = 1e-12
"""Binary fractions: 0.9 less one per cent must be met by 891 of 1000."""


@dataclass(frozen=True)
class Goal:
    """The loss that is allowed against the FP32 score."""

    baseline: float
    """The FP32 model's score; a number."""
    tolerance: float
    """The loss allowed: a share of the baseline's size, or a difference where it is ``absolute``."""
    absolute: bool = False
    higher_is_better: bool = True

    @property
    def allowed(self) -> float:
        """The loss allowed, in the metric's own terms."""
        return self.tolerance if self.absolute else self.tolerance * abs(self.baseline)

    @property
    def limit(self) -> float:
        """The worst score that meets the goal."""
        return self.baseline - self.allowed if self.higher_is_better else self.baseline + self.allowed

    def loss(self, score: float) -> float:
        """What ``score`` lost against the baseline, in the metric's own terms; less than 0 is a gain."""
        return self.baseline - score if self.higher_is_better else score - self.baseline

    def met(self, score: float | None) -> bool:
        """Whether ``score`` keeps to the tolerance; none, or NaN, does not."""
        return score is not None and self.loss(score) <= self.allowed + _ROUNDING * max(1.0, abs(self.baseline))
