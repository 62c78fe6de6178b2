from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.inherit.document import CodeBlock, Table
from cardgen.inherit.parse import parse_card

CARD = """\
---
license: mit
tags:
- onnx
---

# An exported model

Two lines
of words.

```python
x = 1

y = 2
```

| task | score |
|:----:|:-----:|
| MNLI | 82.2 |

<a href="x">
y
</a>
"""
HEADS = {
    "commit": "someone's picture\nsomeone HF staff\nfix the loading code\n7050066\n",
    "commit-with-blanks": "some-one’s avatar\n\n\nsome-one HF Staff\n\nUpload README.md\n",
    "file": "raw\nhistory\nblame\nNo virus\n1.92 kB\n",
    "full-hash": "README.md\n0123456789abcdef0123456789abcdef01234567\n",
}


def numbered(card: str) -> str:
    """As a page prints the lines of a file: a cell for the number, a cell for the line."""
    return "\n".join(f"|\n{line} |" if line else "|\n|" for line in card.split("\n"))


def suffixed(card: str) -> str:
    """The same without the cells of the numbers."""
    return "\n".join(f"{line} |" if line else "|" for line in card.split("\n"))


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_lines_of_the_page_above_the_front_matter(head: str) -> None:
    document = parse_card(head + CARD)
    assert document.form == "chrome"
    assert document.text == CARD
    assert document.front_matter is not None
    assert document.front_matter.data == {"license": "mit", "tags": ["onnx"]}
    assert document.slice(document.front_matter.places["license",]) == "mit"
    assert document.slice(document.head) == head + CARD[: CARD.index("# An")]
    assert document.sections[0].title == "An exported model"


@pytest.mark.parametrize(
    "head",
    [
        "Some words about it.\n",
        "# A title\n1234567\n",
        "```\n1234567\n```\n",
        "1234567\n" * 30,
    ],
)
def test_other_lines_above_dashes_are_the_bodys(head: str) -> None:
    document = parse_card(head + CARD)
    assert document.form == "plain"
    assert document.front_matter is None


@pytest.mark.parametrize("wrap", [numbered, suffixed])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_bars_of_the_page_at_every_line(wrap: type[str], newline: str) -> None:
    plain = parse_card(CARD)
    document = parse_card(wrap(CARD).replace("\n", newline))
    assert document.form == "chrome"
    assert document.text.rstrip("\n") == CARD.rstrip("\n")
    assert document.front_matter is not None
    assert document.front_matter.data == {"license": "mit", "tags": ["onnx"]}
    assert [section.title for section in document.sections] == ["An exported model"]
    assert [type(block) for block in document.blocks] == [type(block) for block in plain.blocks]
    (code,) = (block for block in document.blocks if isinstance(block, CodeBlock))
    assert code.code == "x = 1\n\ny = 2"
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    assert [cell.text for cell in table.rows[0]] == ["MNLI", "82.2"]
    assert [document.slice(cell.span) for cell in table.rows[0]] == ["MNLI", "82.2"]


@given(st.lists(st.text("ab `#|-", max_size=8).map(str.strip), min_size=8, max_size=30))
def test_the_lines_come_back(lines: list[str]) -> None:
    card = "\n".join(["---", "license: mit", "a: b", "c: d", "---", "", "# T", "words", "", "more", *lines, "end"])
    document = parse_card(numbered(card))
    if document.form == "chrome":
        assert document.text == card + "\n"
    else:
        assert sum("|" in line for line in lines) > 0.2 * len(lines)


def test_both_at_once() -> None:
    document = parse_card(numbered(HEADS["commit"] + CARD))
    assert document.form == "chrome"
    assert document.text.rstrip("\n") == CARD.rstrip("\n")


@pytest.mark.parametrize(
    "source",
    [
        "a |\n--|\n1 |\n2 |\n3 |\n4 |\n5 |\n",
        "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 20,
        "|\n|\n|\n",
        "# T\n\n| a |\n|---|\n|\n|\n|\n| 1 |\n",
    ],
)
def test_a_table_is_no_chrome(source: str) -> None:
    assert parse_card(source).form == "plain"
