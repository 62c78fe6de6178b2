"""What was to be filled in and was not."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from cardgen.inherit.document import Paragraph, Span, Table
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.places import visible_stretches
from cardgen.patterns import regex

_TO_BE = ("filled", "completed", "added", "determined", "announced", "done")
_WORDS = regex(
    r"\[(?:more information needed|optional|(?:add|insert) [^\[\]\n]{1,40}|your [^\[\]\n]{1,40} here)\](?!\()"
    rf"|\b(?:to be filled in|to be (?:{'|'.join(_TO_BE)})|coming soon|lorem ipsum)\b"
    r"|\bmore information needed\b"
    r"|\b(?-i:TODO|TBD|TBA|FIXME|XXX)\b(?![ -](?:list|app|item|comment)s?\b)",
    re.IGNORECASE,
)
_SIGNS = (
    *("information needed", "[optional]", "[add ", "[insert ", "[your ", "coming soon", "lorem ipsum"),
    *(f"to be {done}" for done in _TO_BE),
)
_SHOUTED = ("TODO", "TBD", "TBA", "FIXME", "XXX")
"""A text without any of these signs, as most are, holds no such words."""
_SENTENCE = 300
"""Characters before such words in which their sentence begins."""
_SENTENCE_END = regex(r"[.!?:|]\s|\n[ \t]*\n|\n[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]|\n\s{0,3}#{1,6}\s[^\n]*\n")
_VERB = regex(r"\b(?:is|are|was|were|will|has|have|had|should|must|need|needs|remain|remains)\b|['’](?:s|re|ll|ve)\b")
_EXPRESSION = regex(r"\{\{[ \t]*([^{}\n]{1,200}?)[ \t]*\}\}")
_STATEMENT = regex(
    r"\{%-?[ \t]*(?:if|elif|else|for|set|include|extends|block|macro|raw|end(?:if|for|set|block|macro|raw))\b"
    r"[^{}\n]{0,200}%\}"
)
_CARD_VARIABLE = regex(
    r"[|._(\[]|^(?:model|license|language|developers|title|repo|base|tags|datasets|metrics|name|author|authors)$"
)
_NO_VALUE = frozenset({"None", "NaN", "nan", "null", "NULL", "undefined", "N/A?", "???", "?"})
_LATER = regex(
    r"\(?(?:pending|in[ -](?:flight|progress)|running|to come|to follow|wip"
    r"|not yet(?: (?:run|measured))?)\)?[\W\u2070\u00b9\u00b2\u00b3\u2074]{0,3}",
    re.IGNORECASE,
)
"""What a cell says of a value that is not there yet."""
_DASHES = frozenset({"-", "--", "---", "–", "—"})
_PAIR = regex(r"[^:\n]{1,80}:[ \t]*(None|NaN|nan|null|undefined|\?{1,3}|-{1,3}|–|—)\s*")


def _placeholder(subject: Subject) -> Iterator[Found]:
    for stretch in visible_stretches(subject.document):
        text = _EXPRESSION.sub(lambda match: " " * len(match[0]), stretch.text)
        if not _may_hold_place(text):
            continue
        for match in _WORDS.finditer(text):
            if _is_said(text, match):
                continue
            place = Span(stretch.start + match.start(), stretch.start + match.end())
            if match[0].casefold() == "[optional]":
                message = f"`{match[0]}` is left over from a template"
                yield Found(place, message, "leave it out", "note", match[0].casefold())
            else:
                message = f"`{match[0]}` stands for text that was never written"
                yield Found(place, message, "write it, or leave the part out", fault=match[0].casefold().strip("[]"))


def _is_said(text: str, match: re.Match[str]) -> bool:
    """Whether the words are what a sentence says, such as that support is coming soon."""
    if match[0][0] == "[" or match[0] in _SHOUTED or match[0].casefold() == "lorem ipsum":
        return False
    before = text[max(0, match.start() - _SENTENCE) : match.start()]
    ends = [end.end() for end in _SENTENCE_END.finditer(before)]
    return _VERB.search(before, ends[-1] if ends else 0) is not None


def _may_hold_place(text: str) -> bool:
    lower = text.lower()
    return any(sign in lower for sign in _SIGNS) or any(sign in text for sign in _SHOUTED)


_VARIABLE = regex(r"\{\{[ \t]*[A-Z][A-Z0-9]*(?:_[A-Z0-9]{1,30}){0,6}[ \t]*\}\}")


def _template_in_code(subject: Subject) -> Iterator[Found]:
    """A variable in capitals is one of the card's own template, in a code span too: no chat template writes so."""
    document = subject.document
    for block in document.blocks:
        if isinstance(block, Paragraph):
            texts = [(block.markdown, block.span)]
        elif isinstance(block, Table):
            texts = [(cell.markdown, cell.span) for row in block.rows for cell in row]
        else:
            continue
        for text, span in texts:
            for match in _VARIABLE.finditer(text) if "{{" in text else ():
                start = document.source.find(match[0], span.start, span.end)
                place = Span(start, start + len(match[0])) if start >= 0 else span
                message = f"`{match[0]}` looks like a template's tag that was never filled in"
                yield Found(place, message, "fill it in, or leave it out", None, match[0])


def _templates(subject: Subject) -> Iterator[Found]:
    found = list(_template(subject))
    yield from found
    shown = {one.fault for one in found}
    yield from (one for one in _template_in_code(subject) if one.fault not in shown)


def _template(subject: Subject) -> Iterator[Found]:
    for stretch in visible_stretches(subject.document, front_matter=True):
        for pattern in (_EXPRESSION, _STATEMENT):
            for match in pattern.finditer(stretch.text):
                place = Span(stretch.start + match.start(), stretch.start + match.end())
                sure = pattern is _STATEMENT or _CARD_VARIABLE.search(match[1]) is not None
                message = f"`{match[0]}` looks like a template's tag that was never filled in"
                yield Found(place, message, "fill it in, or leave it out", None if sure else "note", match[0])


def _empty_values(subject: Subject) -> Iterator[Found]:
    runs = sorted(row.span.start for row in subject.facts.sweep)
    for block in subject.document.blocks:
        if isinstance(block, Table):
            if bisect_left(runs, block.span.start) == bisect_left(runs, block.span.end):
                yield from _empty_cells(block)
        elif isinstance(block, Paragraph) and (pair := _PAIR.fullmatch(block.text)):
            yield Found(block.span, f"`{pair[1]}` stands where a value is expected", _REMEDY)


_REMEDY = "write the value, or n/a where none applies"


def _empty_cells(table: Table) -> Iterator[Found]:
    """In a table of descriptions each empty cell; in one of figures, where a dash is common, one finding a table."""
    descriptive = len(table.header) == 2
    empty = [
        (cell, row[0].text)
        for row in table.rows
        for cell in row[1:]
        if cell.text.strip() in _NO_VALUE or cell.text.strip() in _DASHES
    ]
    if descriptive:
        for cell, label in empty:
            message = f"`{cell.text.strip()}` stands where the card should say something of {label or 'this'}"
            yield Found(cell.span, message, _REMEDY)
        return
    later = [cell for row in table.rows for cell in row[1:] if _LATER.fullmatch(cell.text.strip())]
    if later:
        count = f"{len(later)} cells of the table say" if len(later) > 1 else "a cell of the table says"
        message = f"{count} `{later[0].text.strip()}` in place of a value"
        yield Found(later[0].span, message, "write the value, or leave the row out until it is there")
    blanks = [cell for cell, _label in empty if cell.text.strip() in _NO_VALUE]
    if blanks:
        count = f"{len(blanks)} cells of the table hold" if len(blanks) > 1 else "a cell of the table holds"
        yield Found(blanks[0].span, f"{count} `{blanks[0].text.strip()}` in place of a value", _REMEDY)
    elif empty:
        count = f"{len(empty)} cells of the table hold" if len(empty) > 1 else "a cell of the table holds"
        yield Found(empty[0][0].span, f"{count} a dash, which does not say why there is no value", _REMEDY, "note")


RULES: tuple[Rule, ...] = (
    Rule("placeholder", "warning", "Words that hold the place of text.", _placeholder),
    Rule("template-tag", "warning", "Tags of a template that were left over.", _templates),
    Rule("value-empty", "warning", "A dash or `None` where a value is expected.", _empty_values),
)
