"""Names on the Hub for what has none yet."""

from __future__ import annotations

from cardgen.patterns import regex

OWNER = "your-name"

_UNFIT = regex(r"[^A-Za-z0-9._-]+|\.\.+|--+")


def default_name(base_name: str) -> str:
    """What the manifest of a model is called: its file's stem."""
    return _UNFIT.sub("-", base_name).strip("-._") or "model"
