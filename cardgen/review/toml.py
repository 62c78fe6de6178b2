"""TOML whose keys know their line and column, which Python's own reader does not tell."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from cardgen.manifest.places import Entry, Findings, Path, Place
from cardgen.patterns import regex

_KEY = r"(?:[A-Za-z0-9_-]+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')"
_DOTTED = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_TABLE = regex(rf"[ \t]*\[{{1,2}}[ \t]*({_DOTTED})[ \t]*\]{{1,2}}[ \t]*(?:#.*)?")
_PAIR = regex(rf"([ \t]*)({_DOTTED})[ \t]*=[ \t]*")
_AT = regex(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def read_toml(text: str, findings: Findings) -> dict[str, Any]:
    """Read a document.

    Args:
        text: without a byte order mark.
        findings: takes what is wrong; its ``entries`` are filled with where each key stands.

    Returns:
        What it holds; nothing where it is no TOML.
    """
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        at = _AT.search(said)
        place = Place(int(at[1]), int(at[2])) if at and at[1] else None
        findings.add_at(place, (), f"not valid TOML: {said[: at.start()] if at else said}")
        return {}
    except RecursionError:
        findings.add_at(None, (), "is nested too deeply")
        return {}
    findings.entries = _entries(text)
    return value


def _entries(text: str) -> dict[Path, Entry]:
    """Where the keys of a sound document stand; of those in an inline table, where that is."""
    found: dict[Path, Entry] = {}
    table: Path = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _TABLE.fullmatch(line):
            table = _parts(header[1])
            place = Place(number, header.start(1) + 1)
            found.setdefault(table, Entry(place, place))
        elif pair := _PAIR.match(line):
            key, value = Place(number, pair.end(1) + 1), Place(number, pair.end() + 1)
            found.setdefault((*table, *_parts(pair[2])), Entry(key, value))
    return found


def _parts(dotted: str) -> Path:
    """The keys of a dotted one."""
    keys = [found[0] for found in re.finditer(_KEY, dotted)]
    return tuple(next(iter(tomllib.loads(f"{key} = 0"))) for key in keys)
