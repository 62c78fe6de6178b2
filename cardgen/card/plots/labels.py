"""Where labels of points stand, so that none covers another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cardgen.card.plots.svg import Box
from cardgen.card.plots.text import width

SIZE = 12.0
"""Of the letters of a label."""
_HEIGHT = 14.0
_NEAR, _FAR = 9.0, 20.0
"""How far a label is from what it is of."""
_POINT = 5.0


class Placed(NamedTuple):
    """A label with its place."""

    text: str
    x: float
    """Of its middle."""
    y: float
    """Of its base line."""
    box: Box


def placed_labels(points: Sequence[tuple[float, float]], names: Sequence[str], inside: Box) -> list[Placed]:
    """A label for every point; points that lie too close for one each have one together: ``2–4``.

    Args:
        points: those that have a name, in its order along the picture.
        names: of each.
        inside: where labels may stand.
    """
    groups = [[at] for at in range(min(1, len(points)))]
    for at in range(1, len(points)):
        (x, y), (before_x, before_y) = points[at], points[at - 1]
        if abs(x - before_x) <= _POINT and abs(y - before_y) <= _POINT:
            groups[-1].append(at)
        else:
            groups.append([at])
    while True:
        found: list[Placed] = []
        for at, group in enumerate(groups):
            text = names[group[0]] if len(group) == 1 else f"{names[group[0]]}\N{EN DASH}{names[group[-1]]}"
            place = _free([points[each] for each in group], text, found, points, inside)
            if place is None and len(groups) > 1:
                other = at - 1 if at else 1
                first, second = sorted((at, other))
                groups[first : second + 1] = [groups[first] + groups[second]]
                break
            if place is not None:
                found.append(place)
        else:
            return found


def _free(
    group: Sequence[tuple[float, float]],
    text: str,
    taken: Sequence[Placed],
    points: Sequence[tuple[float, float]],
    inside: Box,
) -> Placed | None:
    """The first place that covers no other label, and if there is such a one, no point."""
    free = [
        place
        for place in _around(group, text)
        if inside.holds(place.box) and not any(place.box.meets(other.box) for other in taken)
    ]
    marks = [Box(x - _POINT, y - _POINT, x + _POINT, y + _POINT) for x, y in points]
    clear = (place for place in free if not any(place.box.meets(mark) for mark in marks))
    return next(clear, free[0] if free else None)


def _around(group: Sequence[tuple[float, float]], text: str) -> Iterator[Placed]:
    """Places around some points, the nearest first."""
    left, right = min(x for x, _y in group), max(x for x, _y in group)
    top, bottom = min(y for _x, y in group), max(y for _x, y in group)
    half = width(text, SIZE) / 2
    middle, centre = (left + right) / 2, (top + bottom) / 2
    for away in (_NEAR, _FAR):
        for x, y in (
            (middle, top - away - _HEIGHT / 2),
            (middle, bottom + away + _HEIGHT / 2),
            (right + away + half, centre),
            (left - away - half, centre),
            (right + away + half, top - away),
            (left - away - half, top - away),
            (right + away + half, bottom + away),
            (left - away - half, bottom + away),
        ):
            yield Placed(text, x, y + 4, Box(x - half, y - _HEIGHT / 2, x + half, y + _HEIGHT / 2))
