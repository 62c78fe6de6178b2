"""The YAML block at the head of a card: fixed key order, no wrapped lines, no anchors, Unicode kept."""

from __future__ import annotations

import math
import re
from typing import Any

import yaml

_MISREAD = re.compile(
    r"^(?:[-+]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][-+]?\d+)?"  # numbers of YAML 1.1 and 1.2: 1e-5, 1_000
    r"|[-+]?0[xob][\da-fA-F_]+"
    r"|[-+]?\d+(?::[0-5]?\d)+(?:\.\d*)?"  # base 60: 12:30
    r"|[-+]?\.(?:inf|nan)"
    r"|\d{4}-\d{1,2}-\d{1,2}.*"
    r"|y|n|yes|no|on|off|true|false|null|~)$",
    re.IGNORECASE,
)
"""Strings that some reader of YAML 1.1 or 1.2 would take for a number, date, truth value or nothing."""


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists under their key, as the Hub's own cards do."""
        super().increase_indent(flow, indentless=False)


def _string(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    style = '"' if "\n" in value or _MISREAD.match(value) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _float(dumper: _Dumper, value: float) -> yaml.ScalarNode:
    if not math.isfinite(value):
        raise ValueError(f"a card's metadata cannot hold {value}")
    text = repr(value)
    if "e" in text:  # YAML 1.1 wants a dot in the mantissa and a sign in the exponent
        mantissa, exponent = text.split("e")
        text = f"{mantissa if '.' in mantissa else mantissa + '.0'}e{int(exponent):+03d}"
    return dumper.represent_scalar("tag:yaml.org,2002:float", text)


_Dumper.add_representer(str, _string)
_Dumper.add_representer(float, _float)


def dump_front_matter(data: dict[str, Any]) -> str:
    """``data`` as a front matter block, ``---`` lines included, keys in the order given.

    Raises:
        ValueError: for NaN or an infinity.
    """
    body = yaml.dump(
        data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf"), default_flow_style=False
    )
    return f"---\n{body}---\n"
