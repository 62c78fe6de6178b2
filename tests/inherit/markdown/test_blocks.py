from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.card.words.markdown import escape, table
from cardgen.inherit.document import Block, CodeBlock, Document, Heading, HtmlBlock, Paragraph, Table
from cardgen.inherit.parse import parse_card


def only(document: Document, kind: type[Block]) -> list[Block]:
    return [block for block in document.blocks if isinstance(block, kind)]


def the_table(document: Document) -> Table:
    (found,) = (block for block in document.blocks if isinstance(block, Table))
    return found


def the_code(document: Document) -> CodeBlock:
    (found,) = (block for block in document.blocks if isinstance(block, CodeBlock))
    return found


def texts(found: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in (found.header, *found.rows)]


@pytest.mark.parametrize(
    "source",
    [
        "```\n# x\n```\n",
        "~~~text\n# x\n~~~\n",
        "```\n# x",
        "words\n\n    # x\n",
        "\t# x\n",
        "<div>\n# x\n</div>\n",
        "<!--\n\n# x\n\n-->\n",
        "<pre>\n\n# x\n</pre>\n",
        "---\n# x\na: b\n---\n",
        "- # x\n",
        "> # x\n",
        "#x\n",
        "\\# x\n",
        "####### x\n",
        "| a |\n|---|\n| # x |\n",
    ],
)
def test_not_a_heading(source: str) -> None:
    assert only(parse_card(source), Heading) == []


@pytest.mark.parametrize(
    ("source", "level", "title"),
    [
        ("# x", 1, "x"),
        ("   ### x ###  ", 3, "x"),
        ("#", 1, ""),
        ("x\n===", 1, "x"),
        ("x\ny\n---\n", 2, "x y"),
        ("## **INT8** of [a `b`](c) &amp; <i>d</i>", 2, "INT8 of a b & d"),
        ("#\tx", 1, "x"),
        ("<div>\n\n# x\n\n</div>", 1, "x"),
    ],
)
def test_a_heading(source: str, level: int, title: str) -> None:
    (heading,) = only(parse_card(source), Heading)
    assert isinstance(heading, Heading)
    assert (heading.level, heading.title) == (level, title)


def test_a_setext_heading_has_both_lines() -> None:
    document = parse_card("one\n\n  Two\n  ----\nthree")
    (heading,) = only(document, Heading)
    assert document.slice(heading.span) == "Two\n  ----"


def test_a_paragraph_has_its_plain_text() -> None:
    source = (
        'A **bold** _word_, `a_b`,  [link][l], ![alt](u),\n<b>x</b>y<br>z ~~old~~ &lt;1&nbsp;%\n\n[l]: http://x "t"\n'
    )
    document = parse_card(source)
    (paragraph,) = document.blocks
    assert isinstance(paragraph, Paragraph)
    assert paragraph.text == "A bold word, a_b, link, alt, xy z old <1 %"
    assert document.slice(paragraph.span) == paragraph.markdown == source.split("\n\n", maxsplit=1)[0]


def test_fenced_code() -> None:
    document = parse_card("words\n```Python title=x\nx = 1\n\ny = 2\n```\nwords")
    code = the_code(document)
    assert (code.language, code.code) == ("python", "x = 1\n\ny = 2")
    assert document.slice(code.span) == "```Python title=x\nx = 1\n\ny = 2\n```"
    assert document.slice(code.code_span) == code.code


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_fence_that_nothing_closes_goes_to_the_end(end: str) -> None:
    document = parse_card("```\n# a\n~~~" + end)
    assert document.slice(the_code(document).code_span) == the_code(document).code == "# a\n~~~"


@pytest.mark.parametrize("source", ["```\n```", "```py\n```\n", "``` ", "```"])
def test_code_without_a_line(source: str) -> None:
    assert the_code(parse_card(source)).code == ""


def test_indented_code() -> None:
    document = parse_card("words\n\n    a\n\n      b\nwords")
    code = the_code(document)
    assert (code.language, code.code) == ("", "a\n\n  b")
    assert document.slice(code.span) == "    a\n\n      b"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("lead", "mark"),
    [("", ""), ("- ", "  "), ("> ", "> "), ("1. > ", "   > "), ("  ", "  "), ("> - a\n>\n>   ", ">   "), ("\t", "\t")],
)
def test_each_line_of_code_knows_its_place(lead: str, mark: str, end: str) -> None:
    lines = ["x = 1", "  y = 1", "", "  y = 1", 'z = "\u2028"', "x = 1"]
    fenced = "\t" not in lead
    shown = ["```python", *lines, "```"] if fenced else lines
    source = "words\n\n" + lead + ("\n" + mark).join(shown) + "\n\nwords\n"
    document = parse_card(source.replace("\n", end))
    code = the_code(document)
    assert code.code.split("\n") == lines
    assert [in_code for in_code, _in_source in code.lines] == [0, 6, 14, 15, 23, 31]
    for line, (in_code, in_source) in zip(lines, code.lines, strict=True):
        assert document.source[in_source : in_source + len(line)] == line
        assert code.place(in_code, in_code + len(line)) == (in_source, in_source + len(line))
    assert sorted({in_source for _in_code, in_source in code.lines}) == [place for _at, place in code.lines]


def test_parts_of_lists_and_quotes_have_their_own_places() -> None:
    source = (
        "- one\n  **more**\n\n  ```py\n  x = 1\n  ```\n\n  | a | b |\n  |---|---|\n  | 1 | 2 |\n\n"
        "  1) deep\n  2)\tdeeper\n-\n- # last\n\n> quoted\nlazy\n> > twice\n> * item\n"
    )
    document = parse_card(source)
    assert [(type(block), document.slice(block.span)) for block in document.blocks] == [
        (Paragraph, "one\n  **more**"),
        (CodeBlock, "```py\n  x = 1\n  ```"),
        (Table, "| a | b |\n  |---|---|\n  | 1 | 2 |"),
        (Paragraph, "deep"),
        (Paragraph, "deeper"),
        (Paragraph, "# last"),
        (Paragraph, "quoted\nlazy"),
        (Paragraph, "twice"),
        (Paragraph, "item"),
    ]
    assert document.slice(the_code(document).code_span) == "x = 1"
    assert [document.slice(cell.span) for cell in the_table(document).rows[0]] == ["1", "2"]
    assert document.blocks[0] == Paragraph("one more", "one\n**more**", document.blocks[0].span)


def test_items_that_look_alike_have_their_own_places() -> None:
    document = parse_card("* x\n* x\n\n  x\n* x\n")
    assert [block.span.start for block in document.blocks] == [2, 6, 11, 15]


@given(
    st.lists(st.text(st.sampled_from("ab|`*_\\<&# é"), max_size=6), min_size=1, max_size=4),
    st.lists(st.lists(st.text(st.sampled_from("ab|`*_\\<&# é"), max_size=6), min_size=4, max_size=4), max_size=3),
)
def test_a_table_is_read_as_it_was_written(header: list[str], rows: list[list[str]]) -> None:
    cells = [header, *(row[: len(header)] for row in rows)]
    marked = [[escape(cell) for cell in row] for row in cells]
    document = parse_card(f"words\n\n{table(marked[0], marked[1:])}\n\nwords")
    found = the_table(document)
    assert texts(found) == [[" ".join(cell.split()) for cell in row] for row in cells]
    for row, expected in zip((found.header, *found.rows), marked, strict=True):
        assert [document.slice(cell.span) for cell in row] == [str(cell) for cell in expected]
        assert [cell.markdown for cell in row] == [str(cell) for cell in expected]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("| a | b |\n|---|:-:|\n| 1 |\n| 1 | 2 | 3 |\n", [["a", "b"], ["1"], ["1", "2", "3"]]),
        ("a | b\n-|-\n1 | 2\n", [["a", "b"], ["1", "2"]]),
        ("words\n| a |\n|---|\n| 1 |\n# h\n", [["a"], ["1"]]),
        ("|   | a |\n|---|---|\n|  | 1 |", [["", "a"], ["", "1"]]),
        ("| a | b |\n|---|---|\n| `x|y` |\n", [["a", "b"], ["`x", "y`"]]),
        ("| a | b |\n|---|---|\n| `x\\|y` | \\| |\n", [["a", "b"], ["x|y", "|"]]),
        ("| a |\n|---|\n| 1 |\n\n| 2 |\n", [["a"], ["1"]]),
        ("| a |\n|---|\n| 1 |\n- x | y\n", [["a"], ["1"]]),
        ("| a |\n|:--|", [["a"]]),
    ],
)
def test_pipe_tables(source: str, expected: Sequence[Sequence[str]]) -> None:
    assert texts(the_table(parse_card(source))) == expected


@pytest.mark.parametrize(
    "source", ["| a | b |\n|---|\n| 1 | 2 |", "| a | b |\n| 1 | 2 |", "a | b\n---", "| a |\n\n|---|"]
)
def test_not_a_table(source: str) -> None:
    assert only(parse_card(source), Table) == []


def test_html_tables() -> None:
    source = (
        "<div>\n<table class='x'>\n<thead><tr><th>metric</th><th>INT8</th></tr></thead>\n\n<tbody>\n"
        "<tr><td><b>accuracy</b></td><td>0.9037<br>best</td></tr>\n<tr><td>F1<td>&lt; 1\n</tbody></table>\n"
        "</div>\n\n# h\n"
    )
    document = parse_card(source)
    found = the_table(document)
    assert found.html
    assert texts(found) == [["metric", "INT8"], ["accuracy", "0.9037 best"], ["F1", "< 1"]]
    assert document.slice(found.span).startswith("<table class='x'>")
    assert document.slice(found.span).endswith("</table>")
    assert document.slice(found.rows[0][0].span) == found.rows[0][0].markdown == "<b>accuracy</b>"
    assert document.slice(found.rows[1][1].span) == "&lt; 1"
    assert [document.slice(block.span) for block in only(document, HtmlBlock)] == ["<div>", "</div>"]
    assert document.sections[-1].title == "h"


def test_an_html_table_without_header_cells_has_no_header() -> None:
    found = the_table(parse_card("<table><tr><td>a</td></tr><tr><th>b</th><td>1</td></tr></table>"))
    assert found.header == ()
    assert [[cell.text for cell in row] for row in found.rows] == [["a"], ["b", "1"]]


def test_the_head_of_a_row_makes_no_header() -> None:
    found = the_table(parse_card("<table><tr><th>a</th><td>1</td></tr></table>"))
    assert found.header == ()


def test_a_table_in_a_cell_is_text_of_the_cell() -> None:
    found = the_table(parse_card("<table><tr><td>a <table><tr><td>b</td></tr></table> c</td></tr></table>\n"))
    assert [[cell.text for cell in row] for row in found.rows] == [["a b c"]]


def test_a_table_that_nothing_closes_ends_where_html_does() -> None:
    document = parse_card("<table>\n<tr><td>a\n\n# h\n")
    assert texts(the_table(document)) == [[], ["a"]]
    assert document.sections[-1].title == "h"


def test_html_that_is_no_table() -> None:
    document = parse_card("<!-- cardgen:disclosed size-bound -->\n\n<p>\nx\n</p>\n")
    assert [block.html for block in document.blocks if isinstance(block, HtmlBlock)] == [
        "<!-- cardgen:disclosed size-bound -->",
        "<p>\nx\n</p>",
    ]
