"""Does the page show what the source means: tables as tables, code as code, results as whose they are?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from cardgen.inherit.document import CodeBlock, Document, Paragraph, Span, Table
from cardgen.inherit.markdown.pipe_rows import cell_places, delimiters
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.places import code_blocks
from cardgen.lint.rules import inherited
from cardgen.patterns import regex

_FENCE = regex(r"[ \t>|]*(`{3,}|~{3,})")
_CLOSING = regex(r"[ \t>|]*(`{3,}|~{3,})[ \t|]*\Z")


def _ragged(subject: Subject) -> Iterator[Found]:
    for block in subject.document.blocks:
        if not isinstance(block, Table) or block.html:
            continue
        width = len(block.header)
        wrong = [(number, row) for number, row in enumerate(block.rows, start=1) if row and len(row) != width]
        if not wrong:
            continue
        number, row = next(((number, row) for number, row in wrong if len(row) > width), wrong[0])
        others = f", and {len(wrong) - 1} more rows are ragged too" if len(wrong) > 1 else ""
        lost = len(row) > width
        what = "the page leaves out what is too many" if lost else "the page fills up with empty cells"
        message = f"row {number} of the table has {_cells(len(row))} under a header of {width}: {what}{others}"
        remedy = "give every row as many cells as the header; a pipe inside a cell is written `\\|`"
        yield Found(Span(row[0].span.start, row[-1].span.end), message, remedy, None if lost else "warning")


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


def _broken(subject: Subject) -> Iterator[Found]:
    document = subject.document
    for block in document.blocks:
        if isinstance(block, Paragraph) and "|" in block.markdown:
            yield from _not_a_table(document, block)


def _not_a_table(document: Document, paragraph: Paragraph) -> Iterator[Found]:
    lines = paragraph.markdown.splitlines()
    for above, line in pairwise(lines):
        if "-" in line and "|" in above + line and (rule := delimiters(line.strip())):
            header = len(cell_places(above))
            message = f"the line below the table's header has {_cells(rule)} and the header {header}: no table is shown"
            yield Found(_line_place(document, paragraph, line), message, "give both as many cells")
            return
    rows = [
        line for line in lines if line.strip().startswith("|") and line.strip().endswith("|") and len(line.strip()) > 2
    ]
    if len(rows) > 1 and len({len(cell_places(row)) for row in rows}) == 1:
        message = "rows of a table without the line of dashes below its header: no table is shown"
        yield Found(_line_place(document, paragraph, rows[0]), message, "write `|---|---|` below the header")


def _line_place(document: Document, paragraph: Paragraph, line: str) -> Span:
    at = document.source.find(line.strip(), paragraph.span.start, paragraph.span.end)
    return Span(at, at + len(line.strip())) if at >= 0 else paragraph.span


def _unclosed(subject: Subject) -> Iterator[Found]:
    for block, _section in code_blocks(subject.document):
        if is_unclosed(subject.document, block):
            place = Span(block.span.start, block.code_span.start)
            message = "the block of code is never closed, so that all that follows is shown as code"
            yield Found(place, message, "close it with the same fence on a line of its own")


def is_unclosed(document: Document, block: CodeBlock) -> bool:
    """Whether a fenced block runs on to the end of the card."""
    opening = _FENCE.match(document.source, block.span.start, block.span.end)
    if opening is None:
        return False
    rest = document.source[max(block.code_span.end, opening.end()) : block.span.end].rstrip()
    last = rest.splitlines()[-1] if rest else ""
    closing = _CLOSING.match(last) or re.search(r"(`{3,}|~{3,})[ \t|]*\Z", rest)
    return closing is None or closing[1][0] != opening[1][0] or len(closing[1]) < len(opening[1])


_SECOND = regex(
    r"^---[ \t]*\r?\n(?:(?:license|language|tags|datasets|base_model|pipeline_tag|library_name|metrics):[^\n]*\r?\n"
    r"(?:[ \t-][^\n]*\r?\n){0,60}){1,12}---[ \t]*$",
    re.MULTILINE,
)


def _second_head(subject: Subject) -> Iterator[Found]:
    """Often the head of the base model's card, pasted with the card."""
    document = subject.document
    if document.front_matter is None or document.form != "plain":
        return
    code = [block.span for block, _section in code_blocks(document)]
    for match in _SECOND.finditer(document.source, document.head.end):
        if not any(span.start <= match.start() < span.end for span in code):
            message = "a second block of metadata stands in the text, which the Hub shows and does not read"
            place = Span(match.start(), match.start() + 3)
            yield Found(
                place, message, "bring what holds into the block at the head of the file, and leave it out here"
            )


RULES: tuple[Rule, ...] = (
    Rule("table-ragged", "error", "A row with more or fewer cells than the header.", _ragged),
    Rule("table-broken", "error", "Rows with pipes that the page does not show as a table.", _broken),
    Rule("front-matter-second", "warning", "A block of metadata in the text of a card.", _second_head),
    Rule("fence-unclosed", "error", "A block of code that nothing closes.", _unclosed),
    *inherited.RULES,
)
