from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from cardgen.inherit.manifest_text import BLANK, WIDTH, Comment, Entry, Value, scalar, write_yaml
from cardgen.manifest.places import Findings
from cardgen.manifest.scalars import Written
from cardgen.manifest.yaml import read_yaml

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\ufffe\uffff")).filter(
    lambda text: not re.search("[\u2028\u2029]", text)
)
LINES = st.lists(TEXT).map("\n".join)
KEYS = TEXT.map(lambda text: text[:100])
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**17), max_value=10**17, places=4)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(10**16), 10**16), NUMBERS, TEXT, LINES)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(TEXT, inner, max_size=5)),
    max_leaves=30,
)


def read(text: str) -> Any:
    findings = Findings("manifest.yaml")
    value = read_yaml(text, findings)
    assert not findings, [str(problem) for problem in findings]
    return value


def comparable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: comparable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [comparable(inner) for inner in value]
    if isinstance(value, Written):
        return Decimal(value.text)
    return value


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4))
@example({"a": "no", "b": "1e5", "c": "12:30", "d": "2022-03-29", "e": "a: b", "f": "a #b", "g": "- x", "h": "null"})
@example({"a": ["x, y", "[z]", "{w}", ""], "b": {"c: d": "e:"}})
@example({"a": "word " * 60 + "end", "b": "two  spaces " * 20, "c": " lead" * 40})
@example({"a": [["x" * 80, "y" * 80], {"k": "v" * 130}]})
def test_what_is_written_is_read_again(value: dict[str, Value]) -> None:
    text = write_yaml([Entry(key, inner) for key, inner in value.items()])
    assert comparable(read(text)) == value
    assert text.startswith("# yaml-language-server: $schema=manifest.schema.json\n")


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4))
def test_readers_of_yaml_1_1_read_the_same_text_and_shape(value: dict[str, Value]) -> None:
    text = write_yaml([Entry(key, inner) for key, inner in value.items()])

    def plain(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: plain(inner) for key, inner in part.items()}
        if isinstance(part, list):
            return [plain(inner) for inner in part]
        return float(part) if isinstance(part, Decimal) else part

    assert plain(yaml.safe_load(text)) == plain(value)


@given(NUMBERS)
def test_a_figure_keeps_its_digits(value: Decimal) -> None:
    read_back = read(write_yaml([Entry("value", value)]))["value"]
    assert str(comparable(read_back)) == format(value, "f")


def test_a_number_is_written_plainly() -> None:
    assert [scalar(Decimal(text)) for text in ("0.490", "86.1069", "1669", "1E+3", "0.000001")] == [
        "0.490",
        "86.1069",
        "1669",
        "1000",
        "0.000001",
    ]
    assert scalar(1e-7) == "0.0000001"
    assert scalar(Decimal(12345678901234567890)) == '"12345678901234567890"'


@given(TEXT | LINES, TEXT | LINES)
def test_no_comment_ends_early(one: str, other: str) -> None:
    lines: list[Entry | Comment] = [
        Comment(one),
        Entry("empty", BLANK, other),
        Entry("list", ["x" * 70, "y" * 70], other),
    ]
    assert read(write_yaml(lines)) == {"empty": None, "list": ["x" * 70, "y" * 70]}


def test_the_layout() -> None:
    lines: list[Entry | Comment] = [
        Comment("Above."),
        Entry("version", 1),
        Entry("base_model", [Entry("id", "owner/name"), Comment("path: …"), Entry("revision", BLANK, "40 digits")]),
        Entry("reported", [{"variant": "onnx", "value": Decimal("0.9060"), "tags": ["a", "b"]}, {"note": "n" * 100}]),
        Entry("modules", [f"model.decoder.layers.{index}.fc1" for index in range(6)]),
        Entry("title", "word " * 30 + "end"),
    ]
    text = write_yaml(lines)
    assert (
        text
        == f"""\
# yaml-language-server: $schema=manifest.schema.json
# Above.
version: 1
base_model:
  id: owner/name
  # path: …
  revision:  # 40 digits
reported:
  - {{variant: onnx, value: 0.9060, tags: [a, b]}}
  - {{note: {"n" * 100}}}
modules:
  [
    model.decoder.layers.0.fc1, model.decoder.layers.1.fc1, model.decoder.layers.2.fc1, model.decoder.layers.3.fc1,
    model.decoder.layers.4.fc1, model.decoder.layers.5.fc1,
  ]
title: >-
  {("word " * 23).strip()}
  {("word " * 7)}end
"""
    )
    assert max(map(len, text.splitlines())) <= WIDTH
