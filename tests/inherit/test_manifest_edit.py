"""Single keys of a manifest change, and nothing around them."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen.inherit.manifest_edit import with_value, without_key
from cardgen.inherit.manifest_text import Value
from tests import strategies

TEXT = """\
# A manifest.
version: 1  # the first
metadata:  # front matter
  license: mit
  tags: [a, b]  # few
  widget:
    - text: one
    # so far

# What we say:
prose:
  summary: >-
    In a
    few words.
  caveats: |
    First.

    Second.

variants: {pytorch: {approach: dynamic}, onnx: {}}
citation:
"""


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        (("metadata", "license"), "apache-2.0", "license: mit", "license: apache-2.0"),
        (("metadata", "tags"), ["a"], "[a, b]  # few", "[a]  # few"),
        (("metadata", "widget"), [{"text": "two"}], "widget:\n    - text: one", "widget: [{text: two}]"),
        (("metadata", "thumbnail"), "x.png", "one\n", "one\n  thumbnail: x.png\n"),
        (("prose", "summary"), "Other.", ">-\n    In a\n    few words.", "Other."),
        (("prose", "caveats"), "A\n\nB\n", "First.\n\n    Second.", "A\n\n    B"),
        (("prose", "notes"), "N\n\nM", "Second.\n", "Second.\n  notes: |-\n    N\n\n    M\n"),
        (("variants", "onnx", "approach"), "static", "onnx: {}", "onnx: {approach: static}"),
        (("variants", "pytorch", "backend"), "x", "dynamic}", "dynamic, backend: x}"),
        (("citation", "type"), "misc", "citation:", "citation:\n  type: misc"),
        (("title",), "T: 1", "citation:", 'citation:\ntitle: "T: 1"'),
        (("version",), 2, "version: 1 ", "version: 2 "),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_value_is_written_in_place(path: tuple[str, ...], value: Value, old: str, new: str, end: str) -> None:
    text, wanted = TEXT.replace("\n", end), TEXT.replace(old, new, 1).replace("\n", end)
    assert TEXT.count(old) >= 1
    assert with_value(text, path, value) == wanted


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (("metadata", "license"), "  license: mit\n", ""),
        (("metadata", "tags"), "  tags: [a, b]  # few\n", ""),
        (("metadata", "widget"), "  widget:\n    - text: one\n", ""),
        (("prose", "caveats"), "  caveats: |\n    First.\n\n    Second.\n", ""),
        (("variants", "pytorch"), "pytorch: {approach: dynamic}, ", ""),
        (("variants", "onnx"), ", onnx: {}", ""),
        (("variants", "pytorch", "approach"), "pytorch: {approach: dynamic}, ", ""),
    ],
)
def test_a_key_is_taken_out(path: tuple[str, ...], old: str, new: str) -> None:
    assert without_key(TEXT, path) == TEXT.replace(old, new, 1)


def test_the_last_key_takes_its_mapping_with_it() -> None:
    assert without_key("a: 1\nprose:\n  notes: x\nb: 2\n", ("prose", "notes")) == "a: 1\nb: 2\n"
    with pytest.raises(KeyError):
        without_key(TEXT, ("prose", "notes"))


def test_a_file_without_a_last_line_end() -> None:
    assert with_value("a: 1", ("b",), "x") == "a: 1\nb: x"
    assert with_value("a:\n  - b", ("a",), "x") == "a: x"


@settings(deadline=None)
@given(words=st.text(max_size=40) | strategies.paragraphs | st.just("a\n\n  b\n\nc\n") | st.just(" a\nb"))
def test_any_words_are_read_as_they_were_given(words: str) -> None:
    words = "".join(character for character in words if character.isprintable() or character == "\n")
    for text in (TEXT, "{version: 1, prose: {summary: a}}\n"):
        for path in (("prose", "summary"), ("prose", "notes"), ("title",)):
            data = yaml.safe_load(text)
            node = data
            for name in path[:-1]:
                node = node[name]
            node[path[-1]] = words
            assert yaml.safe_load(with_value(text, path, words)) == data
