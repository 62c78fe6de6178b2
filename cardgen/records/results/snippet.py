"""That the printed code runs."""

from __future__ import annotations

from typing import Literal

from cardgen.records.frozen import Frozen


class SnippetResult(Frozen):
    """The code that a card prints ran to its end."""

    kind: Literal["snippet"] = "snippet"
    output: str
    """What it printed, at most the last 2,000 characters."""
