"""BibTeX entries, in code or in running text, also malformed ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.inherit.document import CodeBlock, Document, Paragraph, Span
from cardgen.inherit.facts.places import Places
from cardgen.patterns import regex

_ENTRY = regex(
    r"@(?:article|book|booklet|conference|dataset|inbook|incollection|inproceedings|manual|mastersthesis|misc|online"
    r"|phdthesis|proceedings|report|software|techreport|unpublished)\s{0,3}\{",
    re.IGNORECASE,
)
_BRACE = regex(r"[{}]|\n@(?=[A-Za-z])")


def find_citations(document: Document, places: Places) -> tuple[tuple[str, Span], ...]:
    """The entries as written, in order; one that never closes ends with its block."""
    found = []
    for block in document.blocks:
        if isinstance(block, CodeBlock):
            found += [(block.code[start:end], block.place(start, end)) for start, end in entries_in(block.code)]
        elif isinstance(block, Paragraph):
            text = block.markdown
            for start, end in entries_in(text):
                first = places.literal(block.span, text, start, text.index("{", start) + 1)
                last = places.literal(block.span, text, end - 1, end)
                place = Span(first.start, last.end) if first.start < last.end else block.span
                found.append((text[start:end], place))
    return tuple(found)


def is_citation(code: str) -> bool:
    """Whether a block of code starts with a BibTeX entry."""
    return _ENTRY.match(code.lstrip()[:40]) is not None


def entries_in(text: str) -> Iterator[tuple[int, int]]:
    """Where entries start and end in a text."""
    if "@" not in text:
        return
    end = 0
    for found in _ENTRY.finditer(text):
        if found.start() >= end:
            end = _closing(text, found.end())
            yield found.start(), end


def _closing(text: str, start: int) -> int:
    """Just behind the brace that closes an entry, or where the text ends or the next entry starts."""
    depth = 1
    for brace in _BRACE.finditer(text, start):
        if brace[0].startswith("\n"):
            return brace.start()
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.end()
    return len(text.rstrip())
