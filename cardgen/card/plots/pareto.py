"""Which of some runs nothing beats: no other is as good and faster, or as fast and better."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal


def pareto_front(points: Sequence[tuple[Decimal, Decimal]], *, higher_is_better: bool) -> list[int]:
    """Positions of the points that no other dominates, the fastest first; equal points are all among them.

    Args:
        points: latency and score of each.
        higher_is_better: of the score.
    """
    sign = -1 if higher_is_better else 1
    order = sorted(range(len(points)), key=lambda at: (points[at][0], sign * points[at][1], at))
    front: list[int] = []
    for at in order:
        best = points[front[-1]] if front else None
        if best is None or sign * points[at][1] < sign * best[1] or points[at] == best:
            front.append(at)
    return front
