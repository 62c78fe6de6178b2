"""The YAML block at the head of a card: fixed key order, no wrapped lines, no anchors, Unicode kept.

What is written means the same to readers of YAML 1.1 and 1.2. PyYAML's emitter in C is not used: it has no way to
indent lists under their key, and escapes every character beyond U+FFFF.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

import yaml

from cardgen.manifest.scalars import ScalarError, Written, read_scalar
from cardgen.patterns import regex

_MISREAD = regex(
    r"[-+]?(?:\d[\d_,]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][-+]?\d+)?"  # numbers of some reader: 1e-5, 1_000, 1,000
    r"|[-+]?0[xob][\da-fA-F_]+"
    r"|[-+]?\d+(?::[0-5]?\d)+(?:\.\d*)?"  # base 60: 12:30
    r"|[-+]?\.(?:inf|nan)"
    r"|\d{4}-\d{1,2}-\d{1,2}.*"
    r"|y|n|yes|no|on|off|true|false|null|~",
    re.IGNORECASE | re.DOTALL,
)
"""Strings that some reader of YAML 1.1 or 1.2 would take for a number, date, truth value or nothing.

:func:`read_scalar` knows what PyYAML and the core schema do; js-yaml, Psych and others have readings of their own.
"""
_BREAKS = regex("[\n\r\x85\u2028\u2029]")
_SURROGATE = regex("[\ud800-\udfff]")
_TO_ESCAPE = regex(r'["\\]|[^ -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]')
"""What double quotes cannot hold as it stands: all but YAML 1.1's printable characters, and those that end a line."""
_LONGEST_KEY = 100
"""Characters; PyYAML writes keys of 128 and more in another style."""
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists under their key, as the Hub's own cards do."""
        super().increase_indent(flow, indentless=False)

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        """Write one line that keeps every printable character; PyYAML would escape those beyond U+FFFF."""
        self.write_indicator(_quoted(text), True)

    def write_plain(self, text: str, split: bool = True) -> None:
        """Write in one go what is never wrapped and never empty."""
        self.write_indicator(text, True)

    def analyze_scalar(self, scalar: str) -> yaml.emitter.ScalarAnalysis:
        """Look at each text once: keys and tags are the same in card after card."""
        return _analysis(scalar)


def dump_front_matter(data: Mapping[str, Any]) -> str:
    """``data`` as a front matter block, ``---`` lines included, keys in the order given.

    Raises:
        ValueError: for NaN, an infinity, a number beyond the range of a double, or half of a surrogate pair.
    """
    return f"---\n{dump_yaml(dict(data))}---\n"


def dump_yaml(data: dict[str, Any] | list[Any]) -> str:
    """``data`` as YAML lines, in the way of :func:`dump_front_matter`, which says what is refused."""
    try:
        return "".join(_lines(data, "")) if data else _dump_any(data)
    except _UncommonError:
        return _dump_any(data)


class _UncommonError(Exception):
    """A shape that is left to PyYAML."""


def _lines(data: Mapping[Any, Any] | list[Any], indent: str) -> Iterator[str]:
    """Block style as PyYAML's emitter writes it, in a sixth of its time: it is most of what rendering a card takes."""
    if isinstance(data, list):
        for item in data:
            if isinstance(item, dict | list):
                inner = iter(_nested(item, indent + "  "))
                yield f"{indent}- {next(inner)[len(indent) + 2 :]}"
                yield from inner
            else:
                yield f"{indent}- {_scalar(item)}\n"
        return
    for key, value in data.items():
        if type(key) is not str or len(key) > _LONGEST_KEY:
            raise _UncommonError
        if isinstance(value, dict | list):
            yield f"{indent}{_text(key)}:\n"
            yield from _nested(value, indent + "  ")
        else:
            yield f"{indent}{_text(key)}: {_scalar(value)}\n"


def _nested(data: dict[Any, Any] | list[Any], indent: str) -> Iterator[str]:
    if not data:
        raise _UncommonError
    return _lines(data, indent)


def _scalar(value: Any) -> str:
    if type(value) is str:
        return _text(value)
    if isinstance(value, Quoted):
        return _quoted(_whole(str(value)))
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is int:
        return str(value)
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, Decimal):
        return _decimal_text(value)
    raise _UncommonError


@lru_cache(maxsize=8192)
def _text(text: str) -> str:
    if _needs_quotes(_whole(text)):
        return _quoted(text)
    analysis = _analysis(text)
    if analysis.allow_block_plain:
        return text
    return "'" + text.replace("'", "''") + "'" if analysis.allow_single_quoted else _quoted(text)


def _quoted(text: str) -> str:
    return f'"{_TO_ESCAPE.sub(_escape, text)}"'


def _dump_any(data: dict[str, Any] | list[Any]) -> str:
    return yaml.dump(
        data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf"), default_flow_style=False
    )


class Quoted(str):
    """Text that is always written in double quotes, for readers who expect them."""

    __slots__ = ()


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    if character in _ESCAPES:
        return _ESCAPES[character]
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


@lru_cache(maxsize=4096)
def _analysis(text: str) -> yaml.emitter.ScalarAnalysis:
    return yaml.emitter.Emitter(io.StringIO(), allow_unicode=True).analyze_scalar(text)


@lru_cache(maxsize=4096)
def _needs_quotes(text: str) -> bool:
    """Whether the text must stand in double quotes; where not, PyYAML chooses between none and single ones."""
    if _BREAKS.search(text) or _MISREAD.fullmatch(text):
        return True
    try:
        return not isinstance(read_scalar(text), str)
    except ScalarError:
        return True


def _whole(text: str) -> str:
    if half := _SURROGATE.search(text):
        raise ValueError(f"a card's metadata cannot hold U+{ord(half[0]):04X}, which is half of a character")
    return text


def _string(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    text = _whole(str(value))
    style = '"' if isinstance(value, Quoted) or _needs_quotes(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _float(dumper: _Dumper, value: float) -> yaml.ScalarNode:
    text = _float_text(value)
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


def _decimal(dumper: _Dumper, value: Decimal) -> yaml.ScalarNode:
    text = _decimal_text(value)
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


def _float_text(value: float) -> str:
    if isinstance(value, Written):
        return _decimal_text(Decimal(value.text))
    if not math.isfinite(value):
        raise ValueError(f"a card's metadata cannot hold {value}")
    return _number(repr(value))


def _decimal_text(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"a card's metadata cannot hold {value}")
    if math.isinf(float(value)) or (value and not float(value)):
        raise ValueError(f"a card's metadata cannot hold {value}: readers take numbers as doubles")
    return _number(str(value))


def _number(text: str) -> str:
    """A decimal number as both versions of YAML read it: 1.1 wants a point, and a sign in the exponent."""
    mantissa, mark, exponent = text.lower().partition("e")
    if not mark:
        return text
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}e{int(exponent):+03d}"


_Dumper.add_multi_representer(str, _string)
_Dumper.add_multi_representer(float, _float)
_Dumper.add_representer(str, _string)
_Dumper.add_representer(float, _float)
_Dumper.add_representer(Decimal, _decimal)
