"""A loss and its interval, drawn: a line with zero on it, the same scale in every row, the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from cardgen.card.words.numbers import percent
from cardgen.review.preview.figures.variants import Loss

WIDTH: Final = 120
HEIGHT: Final = 20
_EDGE = 8
"""Left free at both ends, for the arrow of what lies beyond."""
_SCALES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_MOST_BEYOND = 0.05
"""Share of the intervals that may end beyond the scale, so that one collapsed model does not flatten all others."""


@dataclass(frozen=True)
class Drawn:
    """One loss on the scale, in pixels of a picture that is ``WIDTH`` wide."""

    text: str
    """What it shows, in words."""
    short: str
    """The loss alone."""
    tone: str
    """``noise``, ``loss``, ``gain``; ``reported`` where nothing says how sure it is."""
    middle: float
    """Where zero is."""
    at: float
    low: float
    high: float
    beyond: str
    """``left`` or ``right``, where the loss itself lies beyond the scale; else empty."""


def scale_of_losses(losses: Iterable[Loss]) -> float:
    """How far the scale goes to both sides: the least that holds nearly all intervals."""
    ends = sorted(max(abs(end) for end in (loss.value, loss.low, loss.high) if end is not None) for loss in losses)
    if not ends:
        return _SCALES[0]
    end = ends[int((len(ends) - 1) * (1 - _MOST_BEYOND))]
    return next((scale for scale in _SCALES if end <= scale), _SCALES[-1])


def drawn(loss: Loss, scale: float) -> Drawn:
    """Where a loss is drawn, and what is said of it."""
    low, high = (loss.value if end is None else end for end in (loss.low, loss.high))
    if loss.low is None:
        tone = "reported"
    elif loss.within_noise:
        tone = "noise"
    else:
        tone = "loss" if loss.value > 0 else "gain"
    beyond = "" if abs(loss.value) <= scale else "right" if loss.value > 0 else "left"
    return Drawn(
        text=loss_text(loss),
        short=loss_alone(loss),
        tone=tone,
        middle=WIDTH / 2,
        at=_place(loss.value, scale),
        low=_place(low, scale),
        high=_place(high, scale),
        beyond=beyond,
    )


def loss_alone(loss: Loss) -> str:
    """``0.33 % loss``, ``0.12 % gain``; what rounds to nothing is neither."""
    text = _signless(loss.value)
    return "no loss" if text == "0.00 %" else f"{text} {'gain' if loss.value < 0 else 'loss'}"


def loss_text(loss: Loss) -> str:
    """``0.33 % loss, 95 % interval from −0.10 % to 0.75 %, within noise``; that of a gain is one of the gain."""
    text = loss_alone(loss)
    if loss.low is None or loss.high is None:
        return f"{text}, reported"
    noise = ", within noise" if loss.within_noise else ""
    low, high = (-loss.high, -loss.low) if text.endswith("gain") else (loss.low, loss.high)
    return f"{text}, 95 % interval from {_signed(low)} to {_signed(high)}{noise}"


def _place(value: float, scale: float) -> float:
    share = max(-1.0, min(1.0, value / scale))
    return round(WIDTH / 2 + share * (WIDTH / 2 - _EDGE), 1)


def _signless(value: float) -> str:
    return percent(Decimal(str(abs(value))))


def _signed(value: float) -> str:
    sign = "\N{MINUS SIGN}" if value < 0 and _signless(value) != "0.00 %" else ""
    return sign + _signless(value)
