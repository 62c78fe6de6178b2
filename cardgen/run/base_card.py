"""The one fact that is taken over from a base model's own card: its licence."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)


def card_license(card: Path) -> str | None:
    """The licence that a card's front matter gives, or ``None`` where there is no card or it gives none or several."""
    try:
        text = card.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    found = _FRONT_MATTER.match(text)
    try:
        data = yaml.safe_load(found[1]) if found else None
    except (yaml.YAMLError, ValueError, RecursionError):
        return None  # somebody else's card: the Hub could not read it either
    return single_license(data.get("license")) if isinstance(data, dict) else None


def single_license(value: object) -> str | None:
    """A licence as cards write it: one identifier, or a list of one."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, str) and value.strip() else None
