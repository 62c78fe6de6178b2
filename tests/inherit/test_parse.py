from __future__ import annotations

from pathlib import Path

import mistune
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cardgen.errors import UsageError
from cardgen.inherit.document import CodeBlock, Document, Heading, Paragraph, Span, Table
from cardgen.inherit.parse import parse_card, read_card
from tests.inherit.nasty import cards

CARD = """\
---
license: mit
---

Words before any heading.

# A tiny model

First words.

## Results

| metric | INT8 |
|---|---|
| accuracy | 0.9037 |

### Per class

None.

## Use
"""


def joined(document: Document) -> str:
    return document.slice(document.head) + "".join(document.slice(section.span) for section in document.sections)


@given(cards)
@example("")
@example("\ufeff")
@example("# no line end")
@example("\ufeff---\r\nlicense: mit\r\n---\r\n\r\n# T\r\n\r\nwords\r\n")
@example("--- license: mit --- # T Some ## U")
@example("     \n---")
def test_head_and_sections_make_the_source(source: str) -> None:
    document = parse_card(source)
    assert joined(document) == source
    assert document.source == source


@given(cards)
@example("0\n\0\n* ---\n> ---\n\ufeff\n-\n")
@example("> ---\n\0\n- ```\n---\n")
@example("|\n|\n|\n\x1f|\n|\n-||")
@example("``` ")
def test_places_lie_inside_what_holds_them_and_in_order(source: str) -> None:
    document = parse_card(source)
    for section in document.sections:
        at = section.span.start
        for block in ((section.heading,) if section.heading else ()) + section.blocks:
            assert at <= block.span.start <= block.span.end <= section.span.end
            at = block.span.start
            inner: list[Span] = []
            if isinstance(block, CodeBlock):
                inner = [block.code_span]
            elif isinstance(block, Table):
                inner = [cell.span for row in (block.header, *block.rows) for cell in row]
            assert all(block.span.start <= span.start <= span.end <= block.span.end for span in inner)
    if document.front_matter:
        outer = document.front_matter.span
        assert outer.end <= document.head.end
        assert all(outer.start <= span.start <= span.end <= outer.end for span in document.front_matter.places.values())


_MARKDOWN = st.lists(
    st.sampled_from(
        ["# a", "## b ##", "===", "---", "```", "~~~", "    code", "\tcode", "word", "", "- item", "-", "  x"]
    ),
    max_size=12,
).map("\n".join)


@given(_MARKDOWN.map("text\n\n{}".format))
def test_headings_are_those_of_the_markdown_library(source: str) -> None:
    tokens = mistune.create_markdown(renderer=None)(source)
    expected = [token["attrs"]["level"] for token in tokens if isinstance(token, dict) and token["type"] == "heading"]
    found = [block for block in parse_card(source).blocks if isinstance(block, Heading)]
    assert [heading.level for heading in found] == expected


def test_sections_know_their_titles_and_those_above() -> None:
    document = parse_card(CARD)
    assert [(section.title, section.parents) for section in document.sections] == [
        ("", ()),
        ("A tiny model", ()),
        ("Results", ("A tiny model",)),
        ("Per class", ("A tiny model", "Results")),
        ("Use", ("A tiny model",)),
    ]
    assert document.form == "plain"
    assert document.text == CARD
    assert document.slice(document.head) == "---\nlicense: mit\n---\n\n"
    assert document.slice(document.sections[2].span).startswith("## Results\n\n| metric")
    assert document.slice(document.sections[2].span).endswith("| 0.9037 |\n\n")


def test_a_section_begins_with_the_spaces_before_its_heading() -> None:
    document = parse_card("words\n\n  ## Title\n\nmore")
    assert [document.slice(section.span) for section in document.sections] == ["words\n\n", "  ## Title\n\nmore"]


def test_a_card_without_headings_has_one_section() -> None:
    document = parse_card("only words\n")
    (section,) = document.sections
    assert section.heading is None
    assert isinstance(section.blocks[0], Paragraph)


@pytest.mark.parametrize("source", ["", "\n\n", "---\nlicense: mit\n---\n", "\ufeff"])
def test_a_card_without_a_body_has_no_section(source: str) -> None:
    document = parse_card(source)
    assert document.sections == ()
    assert document.slice(document.head) == source


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_other_line_ends_change_places_and_nothing_else(newline: str) -> None:
    unix, other = parse_card(CARD), parse_card(CARD.replace("\n", newline))
    assert [type(block) for block in other.blocks] == [type(block) for block in unix.blocks]
    assert [other.slice(block.span) for block in other.blocks] == [
        unix.slice(block.span).replace("\n", newline) for block in unix.blocks
    ]
    (table,) = (block for block in other.blocks if isinstance(block, Table))
    assert other.slice(table.rows[0][1].span) == "0.9037"


LONG = 200_000


@pytest.mark.parametrize(
    "unit",
    [
        *("#", "|", "`", "# ", "| ", "`` ", "``` ", "*", "_", "[", "![", "<", "\\", "-", "> ", " ", "\t", "\0", "&"),
        *("\n", "\r", "# a\n", "|\n", "```\n", "a|b\n-|-\n", "|a|\n|-|\n", "---\n", "| --- | ", "| a | | --- | "),
        *("--- a: b ", "<!--", "<table>", "<table>\n", "<td", "</td>", "a\n=\n", "|:-", "|\nx |\n", "- a: ", "a: '"),
    ],
)
def test_much_of_one_thing_is_read(unit: str) -> None:
    """It would take minutes, were the work to grow with the square of the length."""
    source = unit * (LONG // len(unit))
    assert joined(parse_card(source)) == source


@pytest.mark.parametrize(
    ("start", "unit"),
    [
        *(("---\n", unit) for unit in ("a: ", "[", "- ", "x: y\n", "{a: ")),
        *(("--- license: mit tags: ", unit) for unit in ("- a ", "a: b ", "[", "'")),
        *(("<table>", unit) for unit in ("<a ", "<a b='", "<!--", "<tr><td>")),
        *(("| a |\n|---|\n", unit) for unit in ("|", "\\|", "| x\n")),
    ],
)
def test_much_of_one_thing_after_a_start_is_read(start: str, unit: str) -> None:
    source = start + unit * (LONG // len(unit))
    assert joined(parse_card(source)) == source


def test_a_card_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_bytes(b"\xef\xbb\xbf# T\r\n\r\nwords\rmore")
    assert read_card(path) == "\ufeff# T\r\n\r\nwords\rmore"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "README.md is empty"),
        (b"\xef\xbb\xbf \r\n\n", "README.md is empty"),
        (b"# T\n\nIntel\xae\n", "README.md is not UTF-8: byte 11, on line 3, is 0xAE"),
        ("# T\n".encode("utf-16"), "README.md is not UTF-8: byte 1, on line 1, is 0xFF"),
    ],
)
def test_a_file_that_is_no_card_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "README.md"
    path.write_bytes(content)
    with pytest.raises(UsageError) as refused:
        read_card(path)
    assert refused.value.message.endswith(message)
    assert refused.value.remedy


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no file .*nothing\.md"):
        read_card(tmp_path / "nothing.md")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder") as refused:
        read_card(tmp_path)
    assert "README.md" in refused.value.remedy


def test_a_name_that_no_file_can_have_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_card(Path("a\0b"))
