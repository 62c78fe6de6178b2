"""What a person's words may hold, and what would change the card around them."""

from __future__ import annotations

from functools import partial

import pytest

from cardgen.manifest.prose_faults import prose_fault
from tests.growth import assert_linear


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "- ```python\n  # comment\n  x\n  ```\n",
        "1. a\n\n   ```\n   # x\n   ```\n2. b",
        "> ```\n> # x\n> ```\n",
        "    # code\n    <pre>\n",
        "Use `<pre>` and `<!--`.",
        "```html\n<!-- x\n<pre>\n```\n",
        "<!--\n```\n# x\n-->\n\nText",
        "<details>\n<summary>x</summary>\n\n```\nx\n```\n\n</details>\n",
        "<PRE>\nx\n</PRE>\n\ntext",
        "| a | b |\n|---|---|\n| `<pre>` | \\< |\n",
        "```` \n```\n````\n",
        "~~~\n```\n~~~",
        "a <b>x</b> <br> <img src=x>",
        "text <!-- inline --> more",
        "text <!-- open",
        "\\# no heading",
        "## sub\n\n### x",
        "#hashtag",
        "C# and F#",
        "a < b and c > d",
        "<https://x.y>",
        "x\n---\n",
        "a\n\n    ===\n",
        "```\nunclosed in quote? no\n```",
        "> ```\n> open in quote",
        "- ```\n  open in list",
        "- item\n\n  <details>\n  <summary>a</summary>\n\n  b\n  </details>\n",
        "<pre>a\n\nb</pre>",
        "<script>x</script>",
        "``` inline ``` text",
        "<!-- a --> <!-- b -->\n",
        "<?php x ?>\n",
        "<![CDATA[ x ]]>\n",
        "&lt;pre&gt;",
        "\\<pre>",
        '[a](b "<pre>")',
        "![x](<a b>)",
        "`` ` <pre> ``",
        "```python\n# x\n```   \n",
        "  ```\n  # x\n  ```",
        "   ~~~ info\n# x\n~~~~",
        "a\\\n===x",
        "===",
        "\n===\n",
        "x | y\n=== | ===",
        "<div>\n\n## sub",
        "<svg></svg>",
        "<video src=x></video>",
        "<summary>x</summary>",
        "</pre>",
        "$$\na < b\n$$",
        "<a name=x></a>",
        "<table><tr><td><pre>x</pre></td></tr></table>",
        "<pre/>x</pre>",
        "* a\n  * ```\n    # x\n    ```\n",
        "Term\n: def",
        "a <pre@b.c>",
        "<preface>",
        "1986\\. x",
        "<!DOCTYPE html>\n\nx",
    ],
)
def test_sound_words(text: str) -> None:
    assert prose_fault(text) is None
    assert prose_fault(f"Before.\n\n{text}\n\nAfter.\n".replace("\n", "\r\n")) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<pre>\nx", "opens <pre> on its line 1"),
        ("<script>", "opens <script> on its line 1"),
        ("x <script> y", "opens <script> on its line 1"),
        ("<style>\na", "opens <style> on its line 1"),
        ("<textarea>", "opens <textarea> on its line 1"),
        ("<? x", "opens an instruction, <?, on its line 1"),
        ("<![CDATA[ x", "opens CDATA, <![CDATA[, on its line 1"),
        ("<!-- x", "opens a comment, <!--, on its line 1"),
        ("<!X", "opens a declaration, <!, on its line 1"),
        ("x\n===", "has a level-1 heading on its line 1"),
        ("# x", "has a level-1 heading on its line 1"),
        ("x\n=\n", "has a level-1 heading on its line 1"),
        ("```\nx", "opens a code fence, ```, on its line 1"),
        ("~~~~\nx\n~~~", "opens a code fence, ~~~~, on its line 1"),
        ("a <pre> b", "opens <pre> on its line 1"),
        ("<details>\n<summary>x</summary>\n\ntext", "opens <details> on its line 1"),
        ("<DETAILS>", "opens <details> on its line 1"),
        ("<h1>T</h1>", "has a level-1 heading on its line 1"),
        ("- a\n\n<pre>\n", "opens <pre> on its line 3"),
        ("> x\n\n```", "opens a code fence, ```, on its line 3"),
        ("a\nb\n====", "has a level-1 heading on its line 1"),
        ("<!-- a --> <!-- b", "opens a comment, <!--, on its line 1"),
        ("<pre>\n```\n</pre>\n\n```\n", "opens a code fence, ```, on its line 5"),
        ("a **<template>** b", "opens <template> on its line 1"),
        ("<title>", "opens <title> on its line 1"),
        ("|a|\n|---|\n|<textarea>|", "opens <textarea> on its line 3"),
        ("- <pre>\n  x", "opens <pre> on its line 1"),
        ("  # x", "has a level-1 heading on its line 1"),
        ("#\n", "has a level-1 heading on its line 1"),
        ("<iframe src=x>", "opens <iframe> on its line 1"),
    ],
)
def test_words_that_change_the_card_around_them(text: str, message: str) -> None:
    told = prose_fault(text)
    assert told is not None
    assert told[0].startswith(message)
    further = prose_fault(f"Before.\n\n{text}")
    assert further is not None
    assert further[0].split(" on its line ")[0] == told[0].split(" on its line ")[0]


def test_what_is_hidden_is_told_with_its_line_and_remedy() -> None:
    assert prose_fault("Mind.\n\n- a\n- b\n\n<pre>x\n") == (
        "opens <pre> on its line 6 and does not close it",
        "write </pre> after it, or `<pre>` where it is no HTML",
        "</pre>",
    )
    assert prose_fault("Mind.\n\nA title\n=======\n") == (
        "has a level-1 heading on its line 3, beside the card's title",
        "start with ### or lower",
        None,
    )


def test_time_grows_with_the_number_of_open_elements_and_not_faster() -> None:
    assert_linear(lambda parts: partial(prose_fault, "<details><summary>a</summary>\n\n" * parts), few=1_000)
