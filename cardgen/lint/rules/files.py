"""Are the files that code fetches those that the card lists?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from cardgen.inherit.document import Document, Paragraph, Table
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.fetched import NAME, fetched_files
from cardgen.patterns import regex

_WHOLE = regex(rf"`?\[?`?(?:[\w.-]{{1,60}}/){{0,3}}(?P<name>{NAME})`?\]?(?:\([^()\s]{{1,300}}\))?`?", re.IGNORECASE)
_LEAST = 2
"""Files of one type that make a list of them."""


def _listed(document: Document) -> set[str]:
    """Names of files in columns of tables and in lists, where at least two of one type stand together."""
    found: set[str] = set()
    for block in document.blocks:
        if isinstance(block, Table):
            for index in range(len(block.header)):
                column = [row[index].markdown for row in block.rows if index < len(row)]
                found |= _together(column)
    for section in document.sections:
        found |= _together([block.markdown for block in section.blocks if isinstance(block, Paragraph)], start=True)
    return found


def _together(texts: list[str], *, start: bool = False) -> set[str]:
    matches = [_WHOLE.match(text.strip()) if start else _WHOLE.fullmatch(text.strip()) for text in texts]
    names = {match["name"] for match in matches if match and "*" not in match["name"]}
    types = Counter(_type(name) for name in names)
    return {name for name in names if types[_type(name)] >= _LEAST}


def _type(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _check(subject: Subject) -> Iterator[Found]:
    document = subject.document
    listed = _listed(document)
    if not listed:
        return
    types, names = {_type(name) for name in listed}, {name.lower() for name in listed}
    for fetched in fetched_files(subject):
        if _type(fetched.name) in types and not fetched.is_among(names):
            message = f"the code fetches `{fetched.written}`, which is none of the files that the card lists"
            remedy = f"name one of them, such as `{min(listed)}`, or list it too"
            yield Found(fetched.span, message, remedy)


RULES: tuple[Rule, ...] = (
    Rule("file-unlisted", "error", "Code that fetches a file which the card's list of files has not.", _check),
)
