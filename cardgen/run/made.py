"""What a step made that another one would have: it came about on the way."""

from __future__ import annotations

from cardgen.records.frozen import Frozen
from cardgen.records.results import Result


class Made(Frozen):
    """The outcome of another step. Its artifact is whole, in the folder of the output called by the result's kind."""

    result: Result
    seconds: float
    """That it took."""
