"""What a time must be read with: what else the machine did meanwhile, and how threads waited."""

from __future__ import annotations

from collections.abc import Sequence

from cardgen.card.words.numbers import NOT_APPLICABLE


def other_work(loads: Sequence[float | None], cores: int | None) -> str:
    """A sentence on the work of others while times were taken; empty where nothing tells.

    Args:
        loads: the processors that it took on average, of each time.
        cores: how many there are, where that is one number.
    """
    known = sorted(load for load in loads if load is not None)
    if not known:
        return ""
    ends = dict.fromkeys([processors(known[0]), processors(known[-1])])
    of = "" if cores is None else f" of {cores}"
    where = "" if len(known) == len(loads) else ", where that is known"
    return f"Other work took {' to '.join(ends)}{of} processors meanwhile{where}."


def processors(load: float | None) -> str:
    """How many processors a load takes: ``0.4``."""
    return NOT_APPLICABLE if load is None else f"{load:.1f}"


def waiting(spinning: Sequence[bool | None]) -> str:
    """A sentence on how threads waited while times were taken, one of each time; empty where nothing tells."""
    told = set(spinning)
    where = ", where that is known" if None in told else ""
    if {True, False} <= told:
        return f"Threads that waited for work spun in some runs and not in others{where}."
    if told <= {None}:
        return ""
    return f"Threads that waited for work {'spun' if True in told else 'did not spin'}{where}."
