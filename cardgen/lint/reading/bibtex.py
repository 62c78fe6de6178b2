"""BibTeX entries as people paste them: read leniently, with what is wrong noted.

The grammar is that of BibTeX's own reader: ``@type{key, name = value, ...}``, where a value is text in braces or
quotes, a number or a name, or several of these joined by ``#``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from cardgen.patterns import regex

_START = regex(r"@[ \t]*(\w{0,40})[ \t]*([{(])", re.ASCII)
_LINE_START = regex(r"^[ \t]*@\w{1,40}[ \t]*[{(]", re.MULTILINE)
_KEYS = {"}": regex(r"\s*([^\s,{}\"#%]{0,200})"), ")": regex(r"\s*([^\s,{}()\"#%]{0,200})")}
"""By what closes the entry: between braces, brackets are a key's like other characters."""
_NAME = regex(r"\s*([A-Za-z][\w:.+/-]{0,60})\s*=", re.ASCII)
_FIELDS = frozenset(
    [
        "address",
        "annote",
        "archiveprefix",
        "author",
        "booktitle",
        "chapter",
        "crossref",
        "date",
        "doi",
        "edition",
        "editor",
        "eprint",
        "howpublished",
        "institution",
        "isbn",
        "issn",
        "journal",
        "month",
        "note",
        "number",
        "organization",
        "pages",
        "publisher",
        "school",
        "series",
        "title",
        "type",
        "url",
        "urldate",
        "version",
        "volume",
        "year",
    ]
)
"""What stands before ``=`` where the key was left out; anything else may be a key that has ``=`` in it."""
_SPACE = regex(r"\s*")
_PLAIN = regex(r"[\w.+:/-]{1,200}")
_NO_ENTRY = frozenset({"comment", "string", "preamble"})


@dataclass(frozen=True)
class Fault:
    """What is wrong with the form of an entry, and where in the text."""

    at: int
    message: str
    remedy: str


@dataclass
class Entry:
    """One entry, with offsets in the text that it was read from."""

    type: str
    start: int
    end: int = 0
    key: str = ""
    fields: list[tuple[str, str, int]] = field(default_factory=list)
    """Name in lower case, value without its outer braces, and where the name stands."""
    faults: list[Fault] = field(default_factory=list)


def read_entries(text: str) -> Iterator[Entry]:
    """Every entry of ``text``; what stands between them is left out, as BibTeX does."""
    begun = [match.start() for match in _LINE_START.finditer(text)]
    position = 0
    while match := _START.search(text, position):
        if match[1].lower() in _NO_ENTRY:
            position = match.end()
            continue
        entry = _Reader(text, match, begun).read()
        yield entry
        position = max(entry.end, match.end())


class _Reader:
    def __init__(self, text: str, start: re.Match[str], begun: list[int]) -> None:
        self.text = text
        self.at = start.end()
        self.closing = "}" if start[2] == "{" else ")"
        self.entry = Entry(start[1].lower(), start.start())
        # An entry ends before the next one at the latest, whatever its braces say.
        following = bisect_left(begun, self.at)
        self.limit = begun[following] if following < len(begun) else len(text)

    def read(self) -> Entry:
        if not self.entry.type:
            self._fault(self.entry.start, "the entry has no type", "write such as @misc or @article")
        self._key()
        while self._field():
            pass
        self.entry.end = self.at
        return self.entry

    def _fault(self, at: int, message: str, remedy: str) -> None:
        self.entry.faults.append(Fault(at, message, remedy))

    def _skip(self) -> str:
        """Skip space; the character there, or nothing at the entry's limit."""
        space = _SPACE.match(self.text, self.at, self.limit)
        self.at = space.end() if space else self.at
        return self.text[self.at] if self.at < self.limit else ""

    def _key(self) -> None:
        field = _NAME.match(self.text, self.at, self.limit)
        if field and (
            field[1].lower() in _FIELDS or self.text[field.end() : field.end() + 20].lstrip()[:1] in ("{", '"')
        ):
            self._fault(self.entry.start, "the entry has no key", f"write @{self.entry.type or 'misc'}{{key,")
            return
        key = _KEYS[self.closing].match(self.text, self.at, self.limit)
        if key and key[1]:
            self.entry.key = key[1]
            self.at = key.end()
        else:
            self._fault(self.entry.start, "the entry has no key", f"write @{self.entry.type or 'misc'}{{key,")
        after = self.at
        char = self._skip()
        if char == ",":
            self.at += 1
        elif char and char != self.closing and self.entry.key:
            self._fault(after, f"no comma stands after the key `{self.entry.key}`", f"write `{self.entry.key},`")

    def _field(self) -> bool:
        """Read one field; whether another may follow."""
        char = self._skip()
        if char == ",":
            self.at += 1
            return True
        if char == self.closing:
            self.at += 1
            if self._skip() in ("}", ","):
                message = "a brace too many closes the entry before its end"
                self._fault(self.at, message, "leave out the brace that nothing opens")
            return False
        if not char:
            self._fault(self.entry.start, "the entry's braces are never closed", f"close it with `{self.closing}`")
            return False
        name = _NAME.match(self.text, self.at, self.limit)
        if name is None:
            line = self.text[self.at : self.limit].split("\n", 1)[0].strip()[:40]
            self._fault(self.at, f"`{line}` is no field of an entry", "write `name = {value},`")
            self.at = self.limit
            return False
        at = name.start(1)
        self.at = name.end()
        value = self._value()
        if value is None:
            self._fault(at, f"the value of {name[1]} is never closed", "close its braces or quotes")
            self.at = self.limit
            return False
        self.entry.fields.append((name[1].lower(), value, at))
        after = self.at
        char = self._skip()
        if char and char != "," and char != self.closing:
            if _NAME.match(self.text, self.at, self.limit) is None:
                return self._stray(after)
            self._fault(after, f"no comma stands after {name[1]}", "end every field with a comma")
        return True

    def _stray(self, after: int) -> bool:
        self._fault(
            after, f"`{self.text[self.at]}` stands where a comma or the entry's end is expected", "mend the braces"
        )
        self.at = self.limit
        return False

    def _value(self) -> str | None:
        """A value with its parts joined; ``None`` where it is not closed."""
        parts: list[str] = []
        while True:
            char = self._skip()
            if char in ("{", '"') and char:
                part = self._delimited(char)
                if part is None:
                    return None
                parts.append(part)
            elif plain := _PLAIN.match(self.text, self.at, self.limit):
                parts.append(plain[0])
                self.at = plain.end()
            if self._skip() != "#":
                return "".join(parts)
            self.at += 1

    def _delimited(self, opening: str) -> str | None:
        depth = 0
        start = self.at + 1
        for position in range(self.at, self.limit):
            char = self.text[position]
            if char == "{":
                depth += 1
            elif char == "}":
                depth -= 1
            ends = depth == 0 if opening == "{" else char == '"' and depth == 0 and position > self.at
            if ends or depth < 0:
                if depth < 0:
                    return None
                self.at = position + 1
                return self.text[start:position]
        return None
