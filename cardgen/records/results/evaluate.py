"""How good a model is."""

from __future__ import annotations

from typing import Literal

from cardgen.records.frozen import Frozen
from cardgen.records.results.fidelity import Fidelity


class Score(Frozen):
    """One metric's value, at full precision on the metric's own scale (a fraction), with a 95 % interval."""

    metric: str
    args: dict[str, str | int | float | bool] = {}
    value: float
    low: float
    high: float
    interval: Literal["wilson", "bootstrap"]
    """How the interval was computed."""
    chance: float | None = None
    """The score to expect where the same answers are dealt to the samples at random; ``None`` where it is not known."""

    @property
    def no_better_than_chance(self) -> bool:
        """Whether the value is at or below chance, or cannot be told from it: the interval reaches down to it."""
        return self.chance is not None and self.low <= self.chance


class PairedDifference(Frozen):
    """Variant minus baseline on the same samples, with a 95 % interval."""

    metric: str
    value: float
    low: float
    high: float
    interval: Literal["paired-bootstrap"]
    mcnemar_p: float | None = None
    """Of McNemar's exact test, for a metric that is a share of samples: how likely a difference at least as large is
    where both are equally often right."""

    @property
    def within_noise(self) -> bool:
        """Whether the interval holds zero."""
        return self.low <= 0.0 <= self.high


class EvaluateResult(Frozen):
    """How good an artifact is on a dataset."""

    kind: Literal["evaluate"] = "evaluate"
    samples: int
    scores: tuple[Score, ...]
    differences: tuple[PairedDifference, ...] = ()
    """Against the baseline; empty for the baseline itself."""
    fidelity: Fidelity | None = None
    """``None`` for the baseline itself, and for a task whose answers are numbers."""
