"""Names on the Hub for what has none yet."""

from __future__ import annotations

import re

OWNER = "your-name"

_UNFIT = re.compile(r"[^A-Za-z0-9._-]+|\.\.+|--+")


def default_name(base_name: str) -> str:
    """What the manifest of a model is called: its file's stem."""
    return _UNFIT.sub("-", base_name).strip("-._") or "model"
