"""Latencies of the runs of a sweep."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cardgen.review.diff.change import Change
from cardgen.review.diff.changes.moved import in_both, relative
from cardgen.review.diff.facts.chains import Timed
from cardgen.review.diff.facts.picture import Picture, Subject
from cardgen.review.diff.noise import Estimate, difference, is_noise
from cardgen.review.diff.rules import change

_Z = 1.959963984540054
"""The normal distribution's quantile for 95 %."""


def changes(old: Picture, new: Picture) -> Iterator[Change]:
    """How long a forward pass takes, and took."""
    for one, other in in_both(old, new):
        before, after = _times(one), _times(other)
        for shape in before.keys() & after.keys():
            was, now = before[shape], after[shape]
            if was.result.mean_ms != now.result.mean_ms:
                moved = {"old": was.result.mean_ms, "new": now.result.mean_ms}
                share = relative(was.result.mean_ms, now.result.mean_ms)
                place = f"{one.place}.{shape}.latency"
                yield change(_rule(was, now), place, moved, variant=one.name, shape=shape, relative=share)


def _times(subject: Subject) -> dict[str, Timed]:
    """By what was timed: ``1x128``, a batch of one sample of 128 tokens."""
    times = subject.chain.times if subject.chain else ()
    return {f"{timed.request.batch_size}x{timed.request.input_length}": timed for timed in times}


def _rule(was: Timed, now: Timed) -> str:
    if was.record.hardware != now.record.hardware:
        return "latency-elsewhere"
    found = difference(_mean(now), _mean(was))
    if is_noise(found):
        return "latency-within-noise"
    return "latency-rose" if found.value > 0 else "latency-fell"


def _mean(timed: Timed) -> Estimate:
    """The mean latency, with the interval of a mean of so many runs."""
    result = timed.result
    half = _Z * result.std_ms / math.sqrt(max(result.runs, 1))
    return Estimate(result.mean_ms, result.mean_ms - half, result.mean_ms + half)
