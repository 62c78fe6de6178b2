"""Markdown as GitHub and the Hub read it."""

from __future__ import annotations

import re

import pytest

from cardgen.review.preview.hub.markdown import markdown_html


def flat(markdown: str) -> str:
    """The HTML without the space between its tags."""
    return re.sub(r">\s+<", "><", markdown_html(markdown)).strip()


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("~~a~~", "<p><del>a</del></p>"),
        ("see https://example.org", '<p>see <a href="https://example.org">https://example.org</a></p>'),
        ("# A b\n\n## A b", '<h1 id="a-b">A b</h1><h2 id="a-b-1">A b</h2>'),
        ("## `x` & *y*!", '<h2 id="x--y"><code>x</code> &amp; <em>y</em>!</h2>'),
        ("a <b>c</b>", "<p>a <b>c</b></p>"),
        ("> [!NOTE]\n> Mind.", "<blockquote><p><strong>Note</strong><br>Mind.</p></blockquote>"),
        ("> a [!NOTE]", "<blockquote><p>a [!NOTE]</p></blockquote>"),
        ("```python\nx\n```", '<pre><code class="language-python">x\n</code></pre>'),
    ],
)
def test_inline_and_blocks(markdown: str, html: str) -> None:
    assert flat(markdown) == html


@pytest.mark.parametrize(
    ("markdown", "rows"),
    [
        ("|a|b|\n|-|-|\n|1|\n|1|2|3|", [["a", "b"], ["1", ""], ["1", "2"]]),
        ("a | b\n--|--\n1 | 2", [["a", "b"], ["1", "2"]]),
        ("|a|\n|-|\n|`x\\|y`|", [["a"], ["<code>x|y</code>"]]),
        ("|a|\n|-|\n\ntext", [["a"]]),
        ("- |a|\n  |-|\n  |1|", [["a"], ["1"]]),
        ("> |a|\n> |-|\n> |1|", [["a"], ["1"]]),
        ("|   | x |\n|:--|--:|\n| y | 1 |", [["", "x"], ["y", "1"]]),
        ("|a|b|\n|-|\n|1|2|", []),
    ],
)
def test_tables(markdown: str, rows: list[list[str]]) -> None:
    html = markdown_html(markdown)
    found = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    assert [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in found] == rows
