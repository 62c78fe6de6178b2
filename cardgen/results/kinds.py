"""What kind of thing a figure says: how good a model is, how fast, or how far from another one."""

from __future__ import annotations

from typing import Final, Literal

from cardgen.catalog.metrics import METRICS
from cardgen.records.results_file import Figure
from cardgen.results import llama_cpp

Kind = Literal["score", "speed", "divergence"]
"""``speed`` is a time, a rate, memory or energy; ``divergence`` was measured of a model and its baseline at once."""

_NO_MEASURE: Final = (None, "%")


def kind_of(tool: str, figure: Figure) -> Kind:
    """What kind of thing a figure says.

    Args:
        tool: that measured it.
        figure: what it says.
    """
    if tool == llama_cpp.TOOL and figure.metric != llama_cpp.PERPLEXITY:
        return "divergence"
    return "score" if figure.unit in _NO_MEASURE else "speed"


def higher_is_better(figure: Figure) -> bool | None:
    """As the file says, or as the metric of that name is known; ``None`` where neither tells."""
    if figure.higher_is_better is not None:
        return figure.higher_is_better
    known = METRICS.get(figure.metric)
    return known.higher_is_better if known else None
