"""Models made of numbers: what a search sees of a real one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from cardgen.records.results.tune import Sensitivity
from cardgen.tuning.search import Hopeless, Trial

FP32_SCORE = 0.9


@dataclass
class NumberSubject:
    """A subject whose score is a function of its fallback."""

    names: Sequence[str]
    """The most sensitive first, as the ranking has it."""
    scored: Callable[[frozenset[str]], float]
    noise: Callable[[str], float | None] = lambda _name: 1.0
    stops: bool = False
    """Whether scoring stops where it is hopeless."""
    ran: list[frozenset[str]] = field(default_factory=list)
    asked_ranking: int = 0

    def modules(self) -> Sequence[Sensitivity]:
        self.asked_ranking += 1
        return tuple(Sensitivity(module=name, noise=self.noise(name)) for name in self.names)

    def score(self, fallback: Sequence[str], hopeless: Hopeless) -> Trial:
        assert len(set(fallback)) == len(fallback) < len(self.names)
        kept = frozenset(fallback)
        assert kept not in self.ran, "tried twice"
        self.ran.append(kept)
        value = self.scored(kept)
        if self.stops and hopeless(value):
            return Trial(None, 50, 0.5, bound=value)
        return Trial(value, 100, 1.0)


def costs(losses: dict[str, float]) -> Callable[[frozenset[str]], float]:
    """Each module in INT8 costs its share, whatever the others are."""
    return lambda kept: FP32_SCORE - sum(loss for name, loss in losses.items() if name not in kept)


def named(count: int) -> list[str]:
    return [f"layer.{index:03}" for index in range(count)]


def all_but(names: Collection[str], *these: str) -> frozenset[str]:
    return frozenset(names) - set(these)
