"""Writing a manifest as YAML that people edit: comments, one fixed style, and scalars that every reader takes alike."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from cardgen.manifest.scalars import ScalarError, read_scalar
from cardgen.manifest.schema import TARGET
from cardgen.patterns import regex

WIDTH = 120
"""Columns that a line may have, unless a single word is longer."""

FIRST_LINE = f"# yaml-language-server: $schema={TARGET}\n"
"""Tells editors where the manifest's schema is."""

_STEP = 2
_SHORT_NUMBER = 15
"""Characters of a number that every reader keeps whole."""
_PLAIN = regex(r"[A-Za-z0-9_./(](?:[^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]*\S)?")
_NOT_PLAIN = regex(r": | #|:$")
_NOT_IN_FLOW = regex(r"[,\[\]{}?]")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_UNPRINTABLE = regex(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]')
_CONTROL = regex(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]+")


class Blank:
    """What a person is to fill in: the key stands there without a value."""


BLANK = Blank()

Scalar = str | int | float | bool | Decimal | None
_SCALARS = (str, int, float, Decimal, type(None))
"""A manifest holds hundreds of thousands of them, each asked for its type several times: a tuple is asked fastest."""
_NUMBERS = (int, float, Decimal)
Value = Scalar | Blank | Sequence["Value"] | Mapping[str, "Value"] | Sequence["Entry | Comment"]


@dataclass(frozen=True)
class Comment:
    """A line that no program reads: words for people, or keys that are written but not in force."""

    text: str


@dataclass(frozen=True)
class Entry:
    """One key with its value, and what is said of it."""

    key: str
    value: Value
    remark: str = ""
    """Behind the value, or behind the key where the value stands below it."""


_LINES = (Entry, Comment)


def write_yaml(entries: Sequence[Entry | Comment]) -> str:
    """A manifest's text, with the line for editors first.

    What :func:`cardgen.manifest.yaml.read_yaml` reads from it are the values as given: text word for word, and of
    numbers every digit.
    """
    return FIRST_LINE + "".join(line + "\n" for line in _mapping(entries, 0))


def write_entry(entry: Entry, indent: int) -> list[str]:
    """The lines of one key with its value, as :func:`write_yaml` writes them ``indent`` columns deep."""
    return _keyed(entry.key, entry.value, indent, entry.remark)


def write_flow(entry: Entry) -> str:
    """The same inside ``{…}``."""
    return f"{scalar(entry.key, in_flow=True)}: {_inside(entry.value)}"


def texts_of(value: Value | Entry | Comment) -> list[str]:
    """Every key, scalar and remark of an entry, as it is written but for quotes."""
    found: list[str] = []
    _gather_texts(value, found)
    return found


def _gather_texts(value: Value | Entry | Comment, found: list[str]) -> None:
    if isinstance(value, str):
        found.append(value)
    elif isinstance(value, _SCALARS):
        if value is not None:
            found.append(format(value, "f") if isinstance(value, Decimal) else str(value))
    elif isinstance(value, Entry):
        found += (value.key, value.remark)
        _gather_texts(value.value, found)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            found.append(key)
            _gather_texts(inner, found)
    elif isinstance(value, Sequence):
        for item in value:
            _gather_texts(item, found)


def tidy(entry: Entry | Comment) -> Entry | Comment:
    """An entry whose texts are on one line each and free of control characters, as a manifest's must be."""
    return Entry(entry.key, _tidy(entry.value), entry.remark) if isinstance(entry, Entry) else entry


def _tidy(value: Value) -> Value:
    if isinstance(value, str):
        return _tidy_text(value)
    if isinstance(value, _SCALARS):
        return value
    if isinstance(value, Mapping):
        return {_tidy_key(key): _tidy(inner) for key, inner in value.items()}
    if isinstance(value, Sequence):
        if value and all(isinstance(item, _LINES) for item in value):
            return [tidy(item) for item in value if isinstance(item, _LINES)]
        return [_tidy(item) for item in value if not isinstance(item, _LINES)]
    return value


@lru_cache(maxsize=1024)
def _tidy_text(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


@lru_cache(maxsize=1024)
def _tidy_key(key: str) -> str:
    return _CONTROL.sub(" ", key).strip()


def scalar(value: Scalar, *, in_flow: bool = False) -> str:
    """One value as YAML 1.1 and 1.2 both read it.

    Args:
        value: text, a number, a truth value or nothing.
        in_flow: whether it stands inside ``[…]`` or ``{…}``.
    """
    if isinstance(value, str):
        return _text(value, in_flow)
    if isinstance(value, Decimal):
        return _number(format(value, "f"))
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return _number(format(Decimal(repr(value)), "f") if isinstance(value, float) else str(value))


def _number(text: str) -> str:
    """A number, in quotes where it has more digits than a plain one may: a figure is read from both alike."""
    if len(text) <= _SHORT_NUMBER:
        return text
    try:
        read_scalar(text)
    except ScalarError:
        return f'"{text}"'
    return text


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04x}"


@lru_cache(maxsize=1024)
def _text(text: str, in_flow: bool) -> str:
    if _is_plain(text) and not (in_flow and _NOT_IN_FLOW.search(text)):
        return text
    return '"' + _UNPRINTABLE.sub(_escape, text) + '"'


def _is_plain(text: str) -> bool:
    if not _PLAIN.fullmatch(text) or _NOT_PLAIN.search(text) or text.startswith("---"):
        return False
    try:
        return isinstance(read_scalar(text), str)
    except ScalarError:
        return False


def _mapping(entries: Sequence[Entry | Comment], indent: int) -> list[str]:
    lines: list[str] = []
    for entry in entries:
        if isinstance(entry, Comment):
            lines.append(" " * indent + f"# {_one_line(entry.text)}".rstrip())
        else:
            lines += _keyed(entry.key, entry.value, indent, entry.remark)
    return lines


def _one_line(text: str) -> str:
    return _CONTROL.sub(" ", text)


def _keyed(key: str, value: Value, indent: int, about: str = "") -> list[str]:
    head = _head(key, indent)
    remark = f"  # {_one_line(about)}" if about else ""
    if isinstance(value, Blank):
        return [head + remark]
    if not remark and isinstance(value, _NUMBERS):
        return [f"{head} {scalar(value)}"]
    if isinstance(value, str) and _fits_a_block(value):
        mark = "|" if value.endswith("\n") else "|-"
        return [f"{head} {mark}{remark}", *_indented(value, indent + _STEP)]
    flow = _flow(value, WIDTH)
    if flow is not None and len(head) + 1 + len(flow) <= WIDTH:
        line = f"{head} {flow}{remark}"
        return [line] if len(line) <= WIDTH else [" " * indent + remark.strip(), f"{head} {flow}"]
    if isinstance(value, str):
        return _long_text(head, value, indent + _STEP)
    if isinstance(value, _SCALARS) or not value:
        return [f"{head} {flow}{remark}"]
    return [head + remark, *_block(value, indent + _STEP)]


@lru_cache(maxsize=1024)
def _head(key: str, indent: int) -> str:
    return " " * indent + scalar(key) + ":"


def _fits_a_block(text: str) -> bool:
    """Whether text has several lines, and a literal block holds it as it is."""
    if "\n" not in text:
        return False
    lines = text.removesuffix("\n").split("\n")
    return len(lines) > 1 and bool(lines[-1]) and lines[0][:1].strip() != "" and not _CONTROL.search("".join(lines))


def _indented(text: str, indent: int) -> list[str]:
    return [" " * indent + line if line else "" for line in text.removesuffix("\n").split("\n")]


def _long_text(head: str, text: str, indent: int) -> list[str]:
    """Text over several lines that are folded into one again, where that loses nothing."""
    words = text.split(" ")
    if _UNPRINTABLE.search(text.replace('"', "").replace("\\", "")) or "" in words or len(words) < 2:
        return [f"{head} {scalar(text)}"]
    lines = [" " * indent + words[0]]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) > WIDTH:
            lines.append(" " * indent + word)
        else:
            lines[-1] += f" {word}"
    return [f"{head} >-", *lines]


def _block(value: Value, indent: int) -> list[str]:
    if isinstance(value, Mapping):
        return [line for key, inner in value.items() for line in _keyed(key, inner, indent)]
    assert isinstance(value, Sequence)
    if value and all(isinstance(item, _LINES) for item in value):
        return _mapping([item for item in value if isinstance(item, _LINES)], indent)
    return _list([item for item in value if not isinstance(item, _LINES)], indent)


def _list(items: Sequence[Value], indent: int) -> list[str]:
    if all(not isinstance(item, Mapping) and _flow(item) is not None for item in items):
        return _filled([_inside(item) or "" for item in items], indent)
    lines: list[str] = []
    for item in items:
        flow = _flow(item, WIDTH)
        if flow is not None and (indent + 2 + len(flow) <= WIDTH or isinstance(item, _SCALARS) or not item):
            lines.append(" " * indent + f"- {flow}")
        else:
            below = _block(item, indent + _STEP) if not isinstance(item, str) else _text_item(item, indent)
            lines += [" " * indent + "- " + below[0].lstrip(), *below[1:]]
    return lines


def _text_item(text: str, indent: int) -> list[str]:
    return [" " * (indent + _STEP) + scalar(text)]


def _filled(flows: Sequence[str], indent: int) -> list[str]:
    """A long list of short values in brackets, as many on a line as fit."""
    lines = [" " * indent + "["]
    inside = indent + _STEP
    row = " " * inside
    for flow in flows:
        piece = f"{flow},"
        if len(row) > inside and len(row) + 1 + len(piece) > WIDTH:
            lines.append(row)
            row = " " * inside
        row += piece if len(row) == inside else f" {piece}"
    return [*lines, row, " " * indent + "]"]


def _flow(value: Value, most: float = math.inf) -> str | None:
    """A value on one line; ``None`` where it holds comments or blanks, which have lines of their own.

    Args:
        value: any value.
        most: characters of a list or mapping beyond which it is not put on one line, and ``None`` too.
    """
    if isinstance(value, _SCALARS):
        return scalar(value)
    if isinstance(value, Blank):
        return None
    if isinstance(value, Mapping):
        texts = tuple((key, inner) for key, inner in value.items() if isinstance(inner, str))
        if texts and len(texts) == len(value):
            return _flow_of_texts(texts, most)
        parts, length = [], 0
        for key, inner in value.items():
            flow = _inside(inner, most)
            if flow is None or length > most:
                return None
            parts.append(f"{scalar(key, in_flow=True)}: {flow}")
            length += len(parts[-1]) + 2
        return "{" + ", ".join(parts) + "}"
    parts, length = [], 0
    for item in value:
        flow = None if isinstance(item, _LINES) else _inside(item, most)
        if flow is None or length > most:
            return None
        parts.append(flow)
        length += len(flow) + 2
    return "[" + ", ".join(parts) + "]"


@lru_cache(maxsize=64)
def _flow_of_texts(pairs: tuple[tuple[str, str], ...], most: float) -> str | None:
    """Of a mapping of texts alone: who reports, or a dataset, is the same in thousands of entries."""
    parts = [f"{scalar(key, in_flow=True)}: {scalar(text, in_flow=True)}" for key, text in pairs]
    return None if sum(map(len, parts[:-1])) + 2 * len(parts[:-1]) > most else "{" + ", ".join(parts) + "}"


def _inside(value: Value, most: float = math.inf) -> str | None:
    if isinstance(value, _SCALARS):
        return scalar(value, in_flow=True)
    return _flow(value, most)
