"""The least fallback that keeps to a tolerance, found with few evaluations.

Plain INT8 is scored first. Where it loses too much, modules are ranked by sensitivity, and bisection finds the shortest
list from the top of the ranking that keeps to the tolerance; then modules are given back while the rest still does. The
score is not quite monotonic in the fallback, so that nothing is taken for granted: what is chosen was itself scored, on
all samples. Deterministic: a search that was stopped goes on where it was, given the candidates that it has tried.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cardgen.errors import StepError
from cardgen.records.results.tune import Candidate, Sensitivity
from cardgen.tuning.goal import Goal

_LEFT_ALONE = 3
"""Modules that are tried as the only one in INT8, before a tolerance is said to be out of reach."""

Hopeless = Callable[[float], bool]
"""Whether a candidate fails, given the best score that could still come of it."""


@dataclass(frozen=True)
class Trial:
    """What came of scoring one candidate."""

    score: float | None
    """On all samples; ``None`` where scoring was stopped, or gave no number."""
    samples: int
    """Samples that were scored."""
    seconds: float
    """For quantizing and scoring."""
    bound: float | None = None
    """Where scoring was stopped: the best score that could still have come of it."""
    fault: str = ""
    """Why there is no score."""


class Subject(Protocol):
    """A model that can be quantized with any of its modules in FP32."""

    def modules(self) -> Sequence[Sensitivity]:
        """The modules that plain INT8 quantizes, the most sensitive first; asked only where plain INT8 fails."""

    def score(self, fallback: Sequence[str], hopeless: Hopeless) -> Trial:
        """Quantize all but ``fallback``, and score that; it may stop as soon as what it found is ``hopeless``."""


@dataclass(frozen=True)
class Found:
    """The outcome of a search."""

    chosen: Candidate
    candidates: tuple[Candidate, ...]
    """In the order in which they were tried."""


class ToleranceError(StepError):
    """No fallback that was tried keeps to the tolerance."""

    def __init__(self, goal: Goal, candidates: Sequence[Candidate]) -> None:
        scored = [candidate for candidate in candidates if candidate.score is not None]
        best = min(scored, key=lambda candidate: goal.loss(candidate.score or 0.0), default=None)
        reached = "none of them has a score"
        if best is not None:
            kept = len(best.fp32_modules)
            reached = (
                f"the best, with {kept} module{'' if kept == 1 else 's'} in FP32, scores {best.score:.6g}, "
                f"and FP32 {goal.baseline:.6g}"
            )
        super().__init__(
            f"No fallback of {len(candidates)} that were tried reaches {goal.limit:.6g}: {reached}.",
            remedy="Allow a larger `tolerance`, calibrate on more samples, or try the other approach or backend. "
            "What was tried is kept, and not tried again.",
        )
        self.detail = "\n".join(_line(candidate) for candidate in candidates)
        """A line for each candidate."""


def search(
    subject: Subject,
    goal: Goal,
    known: Iterable[Candidate] = (),
    keep: Callable[[Candidate], None] = lambda _candidate: None,
) -> Found:
    """Find the least fallback that meets ``goal``.

    For N modules no more than 3 + log2 N candidates are scored where some list from the top of the ranking meets the
    goal; few, where few modules are sensitive; and 3 more before it is said that none does.

    Args:
        subject: the model.
        goal: what the chosen candidate must reach.
        known: candidates that were tried before, under whatever goal. One that was stopped then is tried again where it
            could meet this goal.
        keep: given each candidate as soon as it was tried.

    Raises:
        ToleranceError: if no fallback that was tried meets the goal.
    """
    trials = _Trials(subject, goal, known, keep)
    plain = trials.run(())
    if plain.accepted:
        return Found(plain, tuple(trials.tried))
    ranking = subject.modules()
    names = [entry.module for entry in ranking]
    budget = 3 + int(math.log2(max(1, len(names))))
    chosen = _shortest(trials, names, _predict(plain, ranking, goal), budget) or _only_one_in_int8(trials, names)
    if chosen is None:
        raise ToleranceError(goal, trials.tried)
    chosen = _give_back(trials, names, chosen, budget - 1)
    return Found(chosen, tuple(trials.tried))


class _Trials:
    """Runs candidates, each once."""

    def __init__(
        self, subject: Subject, goal: Goal, known: Iterable[Candidate], keep: Callable[[Candidate], None]
    ) -> None:
        self.tried: list[Candidate] = []
        self._subject = subject
        self._goal = goal
        self._known: dict[frozenset[str], Candidate] = {}
        for candidate in _holding(known, goal):
            # The first, so that what was found out later for another goal changes nothing here.
            self._known.setdefault(frozenset(candidate.fp32_modules), candidate)
        self._keep = keep

    def run(self, fallback: Collection[str]) -> Candidate:
        key = frozenset(fallback)
        done = next((candidate for candidate in self.tried if frozenset(candidate.fp32_modules) == key), None)
        if done is None:
            done = self._known.get(key) or self._try(tuple(sorted(fallback)))
            self.tried.append(done)
        return done

    def _try(self, fallback: tuple[str, ...]) -> Candidate:
        def hopeless(best: float) -> bool:
            # Plain INT8 is scored to its end: its loss tells how far there is to go, and a reader wants to know it.
            return bool(fallback) and not self._goal.met(best)

        trial = self._subject.score(fallback, hopeless)
        number = trial.score is not None and math.isfinite(trial.score)
        candidate = Candidate(
            fp32_modules=fallback,
            score=trial.score if number else None,
            bound=trial.bound,
            samples=trial.samples,
            seconds=round(trial.seconds, 3),
            accepted=number and self._goal.met(trial.score),
            fault=trial.fault or ("" if number or trial.bound is not None else "the score is not a number"),
        )
        self._keep(candidate)
        return candidate


def _holding(known: Iterable[Candidate], goal: Goal) -> Iterable[Candidate]:
    """What is known of candidates whatever the goal was then, judged by this one."""
    for candidate in known:
        if candidate.bound is None or not goal.met(candidate.bound):
            yield candidate.model_copy(update={"accepted": goal.met(candidate.score)})


def _shortest(trials: _Trials, names: Sequence[str], first: int, budget: int) -> Candidate | None:
    """The shortest list from the top of ``names`` that is accepted, but for that of all: then nothing is INT8.

    Bisection, started at ``first`` and then at geometric means, since short lists are likelier than long ones; yet
    never so far from the middle that what is left of the budget could not settle the rest.
    """
    failed, passed, best = 0, len(names), None
    while passed - failed > 1:
        left = max(1, budget - len(trials.tried))
        reach = 2 ** (left - 1)
        wish = first if (failed, passed) == (0, len(names)) else round(math.sqrt(max(failed, 1) * passed))
        middle = (failed + passed) // 2
        low, high = max(failed + 1, passed - reach), min(passed - 1, failed + reach)
        size = min(max(wish, low), high) if low <= high else middle
        candidate = trials.run(names[:size])
        if candidate.accepted:
            passed, best = size, candidate
        else:
            failed = size
    return best


def _only_one_in_int8(trials: _Trials, names: Sequence[str]) -> Candidate | None:
    """The ranking may be wrong about the last module: the next ones take its place in turn."""
    for index in range(len(names) - 2, max(-1, len(names) - 2 - _LEFT_ALONE), -1):
        candidate = trials.run([*names[:index], *names[index + 1 :]])
        if candidate.accepted:
            return candidate
    return None


def _give_back(trials: _Trials, names: Sequence[str], chosen: Candidate, budget: int) -> Candidate:
    """Return modules to INT8 while what stays FP32 still meets the goal.

    The last of the list was needed, as the list without it failed. Of the others, bisection finds how many can go,
    the least sensitive first.
    """
    kept = [name for name in names if name in set(chosen.fp32_modules)]
    needed, rest = kept[-1], kept[:-1]
    passed, failed = len(rest), -1
    while passed - failed > 1 and len(trials.tried) < budget:
        size = (passed + failed) // 2
        candidate = trials.run([*rest[:size], needed])
        if candidate.accepted:
            passed, chosen = size, candidate
        else:
            failed = size
    return chosen


def _predict(plain: Candidate, ranking: Sequence[Sensitivity], goal: Goal) -> int:
    """How many modules will have to stay FP32, if the loss is in proportion to the noise of those that do not."""
    endless = sum(entry.noise is None for entry in ranking)
    if endless or plain.score is None:
        return max(1, endless)  # beside theirs, all other noise is nothing
    share = goal.allowed / max(goal.loss(plain.score), goal.allowed, 1e-300)
    noises = [entry.noise or 0.0 for entry in ranking]
    remaining = sum(noises)
    allowed = share * remaining
    for count, noise in enumerate(noises):
        if remaining <= allowed:
            return max(1, count)
        remaining -= noise
    return max(1, len(ranking) - 1)


def _line(candidate: Candidate) -> str:
    score = candidate.fault or (
        f"{candidate.score:.6g}" if candidate.score is not None else f"stopped, {candidate.bound:.6g} at best"
    )
    return f"{score}: {len(candidate.fp32_modules)} in FP32: {', '.join(candidate.fp32_modules) or 'none'}"
