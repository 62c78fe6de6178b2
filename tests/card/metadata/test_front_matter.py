from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import assume, example, given
from hypothesis import strategies as st

from cardgen.card.metadata.front_matter import Quoted, dump_front_matter, dump_yaml
from cardgen.manifest.scalars import Written, read_scalar

NASTY = [
    *("no", "Y", "1e-5", "1_000", "1,000", "12:30", "190:20:30.15", "2020-01-01", "2001-12-14t21:59:43.10-05:00"),
    *("0x1F", "0o7", "0b11", "0777", ".5", "+1", "-0", "1.", "~", "null", ".inf", "-.INF", ".nan", "=", "<<", ""),
    *(" ", " a", "a ", "a: b", "a:", ": a", "# c", "a # c", "a#c", "- a", "-", "? a", "?", ":", "---", "--- a", "..."),
    *("'", '"', "it's", '"a"', "\\", "a\\n", "{a}", "[a", "a, b]", "&a", "*a", "!a", "!!str a", "|", ">-", "%YAML"),
    *("@a", "`a`", "line\n---\nline", "a\n", "\n", "\t", "a\tb", "a\r\nb", "\x00", "\x1b[0m", "\x7f", "\x80", "\x85"),
    *("a\x85b", "\u2028", "a\u2029b", "\ufeff", "a\ufeffb", "\ufffe", "\U0010ffff", "é🙂", "🙂\n", "\u202eabc"),
    *(
        "مرحبا",
        "\xa0a\xa0",
        "a" * 200,
        "a b " * 300,
        "1" * 19,
        "1" * 5000,
        "9e999",
        "true",
        "On",
        "{{ x }}",
        "中文：值",
    ),
]
TEXTS = st.text() | st.text("-+.:_,eExob0123456789 ~#'\"\n") | st.sampled_from(NASTY)
NUMBERS = st.integers(-(10**17) + 1, 10**17 - 1) | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = TEXTS | NUMBERS | st.booleans() | st.none()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3))
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False)


def body(text: str) -> str:
    assert text.startswith("---\n")
    assert text.endswith("\n---\n")
    return text.removeprefix("---\n").removesuffix("---\n")


def read_core(text: str) -> Any:
    """What a reader of YAML 1.2's core schema takes the text for; refuses plain scalars that 1.1 reads otherwise."""

    class Loader(yaml.SafeLoader):
        def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
            if isinstance(node, yaml.ScalarNode):
                return read_scalar(node.value) if node.style is None else node.value
            return super().construct_object(node, deep=True)

    return yaml.load(text, Loader)


@given(st.dictionaries(TEXTS, VALUES, max_size=5))
def test_every_reader_reads_back_what_was_written(data: dict[str, Any]) -> None:
    text = dump_front_matter(data)
    assert yaml.safe_load(body(text)) == data
    assert yaml.load(body(text), yaml.CSafeLoader) == data
    assert read_core(body(text)) == data


@given(st.dictionaries(TEXTS, VALUES, max_size=5))
def test_nothing_closes_the_block_or_wraps_a_line(data: dict[str, Any]) -> None:
    lines = dump_front_matter(data).split("\n")
    assert lines.count("---") == 2
    assert not any(line.startswith(("---", "...")) for line in lines[1:-2])
    assert [line for text in lines for line in text.splitlines()] == [line for line in lines if line]


@pytest.mark.parametrize("text", NASTY)
def test_nasty_texts_survive_as_key_value_and_item(text: str) -> None:
    data = {text: text, "list": [text, [text], {text: text}]}
    assert yaml.safe_load(body(dump_front_matter(data))) == data
    assert read_core(body(dump_front_matter(data))) == data


@given(st.dictionaries(TEXTS, VALUES, max_size=5))
def test_writing_twice_gives_the_same_text(data: dict[str, Any]) -> None:
    text = dump_front_matter(data)
    assert dump_front_matter(data) == text
    assert dump_front_matter(yaml.safe_load(body(text))) == text


class Reference(yaml.SafeDumper):
    """PyYAML's own emitter, told only to indent lists."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)


PLAIN = st.from_regex(r"[A-Za-z][A-Za-z /é🙂:#'-]{0,30}", fullmatch=True).filter(lambda text: text.lower() not in "yn")


@given(st.recursive(PLAIN | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(PLAIN, inner), max_leaves=9))
def test_it_is_what_pyyaml_writes_where_no_quotes_are_needed(data: Any) -> None:
    assume(isinstance(data, dict | list))
    reference = yaml.dump(
        data, Dumper=Reference, sort_keys=False, allow_unicode=True, width=math.inf, default_flow_style=False
    )
    text = dump_yaml(data)
    assume('"' not in text)
    assert text == reference


@pytest.mark.parametrize(
    "text", ["no", "1e-5", "1_000", "1,000", "12:30", "2020-01-01", "0o17", "null", "Y", "=", "<<", ".5", "+1", "~"]
)
def test_strings_that_some_reader_misreads_are_quoted(text: str) -> None:
    assert dump_front_matter({"key": text}) == f'---\nkey: "{text}"\n---\n'


def test_unicode_is_kept_also_in_quotes() -> None:
    assert dump_front_matter({"k": "é🙂 中文", "q": "🙂\n\x00\x85"}) == '---\nk: é🙂 中文\nq: "🙂\\n\\x00\\x85"\n---\n'


def test_key_order_is_kept_and_lines_are_not_wrapped() -> None:
    text = dump_front_matter({"z": "word " * 100, "a": ["x", "x"]})
    assert text.splitlines()[2:] == ["a:", "  - x", "  - x", "---"]


def test_what_stands_twice_is_written_twice() -> None:
    shared = {"a": [1]}
    text = dump_front_matter({"x": shared, "z": shared})
    assert text == "---\nx:\n  a:\n    - 1\nz:\n  a:\n    - 1\n---\n"


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity"), Decimal("1e999")]
)
def test_no_nan_and_no_infinity(value: float | Decimal) -> None:
    for data in ({"key": value}, {"key": [{"a": {"b": [value]}}]}):
        with pytest.raises(ValueError, match="cannot hold"):
            dump_front_matter(data)


@pytest.mark.parametrize("data", [{"a": "\ud800"}, {"\udfff": 1}, {"a": ["x\ud83d\ude00"]}])
def test_no_half_of_a_character(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="half of a character"):
        dump_front_matter(data)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.490", "0.490"),
        ("41.2224", "41.2224"),
        ("625", "625"),
        ("-0.0", "-0.0"),
        ("86.10690000000000000000001", "86.10690000000000000000001"),
        ("4.90E-7", "4.90e-07"),
        ("1E+3", "1.0e+03"),
        ("1E-7", "1.0e-07"),
    ],
)
def test_decimals_keep_every_digit(value: str, text: str) -> None:
    assert dump_front_matter({"value": Decimal(value)}) == f"---\nvalue: {text}\n---\n"


@given(DECIMALS)
@example(Decimal("1E+308"))
@example(Decimal("1E-308"))
def test_a_decimal_is_a_number_to_every_reader(value: Decimal) -> None:
    assume(math.isfinite(float(value)) and (not value or float(value)))
    text = dump_front_matter({"value": value})
    written = body(text).removeprefix("value: ").rstrip()
    assert Decimal(written) == value
    old = yaml.safe_load(body(text))["value"]
    assert type(old) in (int, float)
    assert float(old) == float(value)
    if "." in written:
        assert float(read_core(body(text))["value"]) == float(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_reads_back_as_the_same_float(value: float) -> None:
    text = body(dump_front_matter({"value": value}))
    for read in (yaml.safe_load(text)["value"], read_core(text)["value"]):
        assert float(read).hex() == value.hex()


def test_a_number_of_a_manifest_keeps_the_digits_it_was_written_with() -> None:
    assert dump_front_matter({"value": Written("0.490")}) == "---\nvalue: 0.490\n---\n"


def test_quoted_text_is_always_quoted() -> None:
    assert dump_yaml([Quoted("plain"), "plain"]) == '- "plain"\n- plain\n'
