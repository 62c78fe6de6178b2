"""Can BibTeX read what the card asks to be cited by?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.catalog.suggest import nearest
from cardgen.inherit.document import CodeBlock, Span
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.bibtex import Entry, read_entries
from cardgen.lint.reading.places import code_blocks
from cardgen.patterns import regex

_LANGUAGES = frozenset({"", "bibtex", "bib", "biblatex", "latex", "tex", "text", "txt", "plaintext"})
_SIGN = regex(r"@[ \t]*\w{0,40}[ \t]*[{(]", re.ASCII)
_FIELD = regex(r"\b(?:title|author|year|url|journal|doi|howpublished)[ \t]*=", re.IGNORECASE)
_TYPES_WORDS = """
article book booklet conference inbook incollection inproceedings manual mastersthesis misc phdthesis
proceedings  techreport unpublished online software dataset report thesis patent periodical collection
electronic www
"""
_TYPES = frozenset(_TYPES_WORDS.split())
_PARTICLE_WORDS = """
van von de der den del della di da dos du la le ten ter bin al el
"""
_PARTICLE = frozenset(_PARTICLE_WORDS.split())
_SUFFIX = regex(r"(?:jr|sr|ii|iii|iv)\.?", re.IGNORECASE)


def _entries(subject: Subject) -> Iterator[tuple[Entry, CodeBlock]]:
    """Every entry that stands in a block of code."""
    for block, _section in code_blocks(subject.document):
        if block.language in _LANGUAGES and _SIGN.search(block.code) and _FIELD.search(block.code):
            for entry in read_entries(block.code):
                yield entry, block


def _place(block: CodeBlock, at: int, length: int = 1) -> Span:
    return block.place(at, min(at + length, len(block.code)))


def _form(subject: Subject) -> Iterator[Found]:
    for entry, block in _entries(subject):
        for fault in entry.faults:
            yield Found(_place(block, fault.at), f"BibTeX cannot read the citation: {fault.message}", fault.remedy)


def _unknown_type(subject: Subject) -> Iterator[Found]:
    for entry, block in _entries(subject):
        if entry.type and entry.type not in _TYPES:
            meant = nearest(entry.type, _TYPES)
            remedy = f"did you mean `@{meant}`?" if meant else "write such as @misc or @article"
            place = _place(block, entry.start, len(entry.type) + 1)
            yield Found(place, f"`@{entry.type}` is not a type of BibTeX entries", remedy)


def _empty(subject: Subject) -> Iterator[Found]:
    for entry, block in _entries(subject):
        for name, value, at in entry.fields:
            if not value.strip(" \t\r\n{}\"'.,-?"):
                place = _place(block, at, len(name))
                yield Found(place, f"the citation's {name} is empty", "fill it in, or leave the field out")
        if entry.fields and not any(name == "title" for name, _value, _at in entry.fields):
            yield Found(_place(block, entry.start), "the citation has no title", "write `title = {...},`")


def _authors(subject: Subject) -> Iterator[Found]:
    for entry, block in _entries(subject):
        for name, value, at in entry.fields:
            if name in ("author", "editor") and _listed_by_commas(value):
                message = f"the citation's {name}s are separated by commas, which BibTeX reads as one name"
                yield Found(_place(block, at, len(name)), message, "put ` and ` between the names")


def _listed_by_commas(value: str) -> bool:
    """Whether ``A B, C D`` stands where ``A B and C D`` is meant; ``B, A`` and ``B, Jr, A`` are one name each."""
    flat = " ".join(value.split())
    if re.search(r"\band\b", flat, re.IGNORECASE):
        flat = re.split(r"\band\b", flat, flags=re.IGNORECASE)[0]
        parts = [part.split() for part in flat.split(",") if part.strip()]
        return len(parts) > 2 and all(len(words) > 1 for words in parts)
    if "{" in flat:
        return False
    parts = [part.split() for part in flat.split(",") if part.strip()]
    if len(parts) < 2 or any(_SUFFIX.fullmatch(" ".join(words)) for words in parts):
        return False
    if len(parts) > 3:
        return True
    return all(len(words) > 1 for words in parts) and parts[0][0].lower() not in _PARTICLE


RULES: tuple[Rule, ...] = (
    Rule("citation-form", "error", "BibTeX with a comma, key or brace missing.", _form),
    Rule("citation-type", "warning", "A type of entry that BibTeX does not have.", _unknown_type),
    Rule("citation-empty", "warning", "A citation with an empty field, or without a title.", _empty),
    Rule("citation-authors", "warning", "Authors that are separated by commas.", _authors),
)
