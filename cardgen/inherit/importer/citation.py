"""BibTeX as cards write it, faults included."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cardgen.inherit.importer.mend import joined_authors
from cardgen.inherit.manifest_text import Entry
from cardgen.patterns import regex

_HEAD = regex(r"@\s*(?P<type>[A-Za-z]+)\s*\{\s*(?P<key>[^\s,{}\"#%~\\=]+)\s*(?:,|(?=\s))")
_FIELD = regex(r"[\s,]*(?P<name>[A-Za-z][A-Za-z0-9_-]*)\s*=\s*")
_BARE = regex(r"[^\s,{}\"]+")


@dataclass(frozen=True)
class BibEntry:
    """One BibTeX entry."""

    type: str
    key: str
    fields: tuple[tuple[str, str], ...]
    """Name in lower case, and the value on one line."""
    mended: tuple[str, ...] = ()
    """What was wrong with it and is put right."""

    def entries(self) -> list[Entry]:
        """As a manifest's ``citation``."""
        return [Entry("type", self.type), Entry("key", self.key), Entry("fields", dict(self.fields))]


def parse_bibtex(text: str) -> BibEntry | None:
    """Read an entry; a comma may be missing after the key or between fields, and the last brace too.

    Returns:
        The entry, or ``None`` where something in it is not understood.
    """
    head = _HEAD.search(text)
    if not head:
        return None
    fields: dict[str, str] = {}
    at = head.end()
    while found := _FIELD.match(text, at):
        value, at = _value(text, found.end())
        name = found["name"].lower()
        if value is None or name in fields:
            return None
        if value:
            fields[name] = value
    rest = text[at:].strip(" \t\r\n,")
    if not fields or rest not in ("", "}"):
        return None
    mended = [] if head[0].endswith(",") else ["a comma stands after its key"]
    mended += [] if rest else ["a brace ends it"]
    return BibEntry(head["type"].lower(), head["key"], tuple(fields.items()), tuple(mended))


def with_joined_authors(entry: BibEntry) -> BibEntry:
    """An entry with `` and `` between its authors where commas stand between full names."""
    fields = dict(entry.fields)
    mended = list(entry.mended)
    for name in ("author", "editor"):
        joined = joined_authors(fields.get(name, ""))
        if joined is not None:
            fields[name] = joined
            mended.append(f"its {name}s are {joined}")
    return replace(entry, fields=tuple(fields.items()), mended=tuple(mended))


def _value(text: str, at: int) -> tuple[str | None, int]:
    """The value that starts at ``at``, and where it ends; ``None`` for one that never ends."""
    if at < len(text) and text[at] == "{":
        depth = 0
        for index in range(at, len(text)):
            depth += {"{": 1, "}": -1}.get(text[index], 0)
            if depth == 0:
                return " ".join(text[at + 1 : index].split()), index + 1
        return None, at
    if at < len(text) and text[at] == '"':
        end = text.find('"', at + 1)
        return (" ".join(text[at + 1 : end].split()), end + 1) if end > 0 else (None, at)
    bare = _BARE.match(text, at)
    return (bare[0], bare.end()) if bare else (None, at)
