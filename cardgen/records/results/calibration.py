"""Which samples calibrated a model: enough for another person to prove to have used the same."""

from __future__ import annotations

from cardgen.records.frozen import Frozen


class TokenLengths(Frozen):
    """How many tokens samples have, as the model saw them: cut to what it takes, special ones among them."""

    total: int
    shortest: int
    median: float
    longest: int
    each: str = ""
    """Of each sample, in the order in which they were seen, with spaces between; empty where they are many."""


class CalibrationSeen(Frozen):
    """The samples that passed through a model while calibrating."""

    samples: int
    sha256: str
    """Of a text with a line for each sample, in the order in which they were seen, and ``\\n`` between lines. A line is
    the JSON of an object, column to value, of the columns that the model reads, as ``json.dumps(…, sort_keys=True)``
    writes it, in ASCII; in the place of an image stands the SHA-256 of its file."""
    tokens: TokenLengths | None = None
    """``None`` of samples that have no tokens, such as images."""
