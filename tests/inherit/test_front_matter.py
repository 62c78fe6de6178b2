from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cardgen.inherit import card_yaml
from cardgen.inherit.card_yaml import CardYamlError, read_card_yaml
from cardgen.inherit.document import FrontMatter
from cardgen.inherit.parse import parse_card

_WORDS = st.text(st.sampled_from("abz é😀:#-'\"\u2028"), max_size=8)
_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3),
    max_leaves=8,
)


def front_matter(source: str) -> FrontMatter:
    found = parse_card(source).front_matter
    assert found is not None
    return found


@given(st.dictionaries(_WORDS, _VALUES, max_size=4), st.sampled_from([False, None, True]))
def test_values_and_their_places(data: dict[str, Any], flow: bool | None) -> None:
    text = yaml.dump(data, allow_unicode=True, default_flow_style=flow, width=9999)
    read, places = read_card_yaml(text)
    assert read == data
    for path, (start, end) in places.items():
        value: Any = data
        for part in path:
            value = value[part]
        if not isinstance(value, dict | list):
            assert yaml.safe_load(text[start:end]) == value


def test_places_are_in_the_card() -> None:
    source = "\ufeff---\r\nlicense: mit\r\ntags:\r\n- int8\r\n- 'Intel® NC'\r\nwhen: 2024-05-01\r\n---\r\n# T\r\n"
    document = parse_card(source)
    assert document.front_matter is not None
    found = document.front_matter
    assert found.data == {"license": "mit", "tags": ["int8", "Intel® NC"], "when": date(2024, 5, 1)}
    assert found.yaml == "license: mit\ntags:\n- int8\n- 'Intel® NC'\nwhen: 2024-05-01"
    assert {
        path: document.slice(span) for path, span in found.places.items() if len(path) == 2 or path == ("when",)
    } == {
        ("tags", 0): "int8",
        ("tags", 1): "'Intel® NC'",
        ("when",): "2024-05-01",
    }
    assert document.slice(found.places["tags",]) == "- int8\r\n- 'Intel® NC'"
    assert document.slice(found.span).startswith("---\r\nlicense")
    assert document.slice(found.span).endswith("2024-05-01\r\n---")
    assert document.slice(document.head) == source[: source.index("# T")]


@pytest.mark.parametrize(
    "source",
    [
        "# T\n\n---\nlicense: mit\n---\n",
        "---\n\nWords.\n\n---\n\nMore words.\n",
        "---\n\nWords only.\n",
        "---\n",
        "***\nlicense: mit\n***\n",
        "words\n---\nlicense: mit\n---\n",
        "----\nlicense: mit\n----\n",
        " ---\nlicense: mit\n---\n",
    ],
)
def test_a_thematic_break_is_no_front_matter(source: str) -> None:
    assert parse_card(source).front_matter is None


@pytest.mark.parametrize("source", ["---\n---\n", "---\n---", "---\n\n---\nwords", "---\n# only a comment\n---\n"])
def test_empty_front_matter(source: str) -> None:
    found = front_matter(source)
    assert (found.data, found.error) == ({}, None)


@pytest.mark.parametrize("start", ["\n\n", " \n", "\ufeff", "\ufeff\n"])
def test_blank_lines_may_stand_before_it(start: str) -> None:
    assert front_matter(f"{start}---\nlicense: mit\n--- \n").data == {"license": "mit"}


def test_a_line_of_dashes_further_down_is_the_bodys() -> None:
    document = parse_card("---\na: 1\n---\nwords\n\n---\n\nmore\n")
    assert front_matter(document.source).data == {"a": 1}
    assert len(document.blocks) == 2


@pytest.mark.parametrize(
    ("inside", "error"),
    [
        ("a: 1\nb: c: d", "mapping values are not allowed in this context (line 2 of the block)"),
        ("a: &x [1]\nb: *x", "aliases (`*name`) are not read here"),
        ("- int8", "it is no mapping of keys to values"),
        ("{{ card_data }}", "a key is itself a list or mapping (line 1 of the block)"),
        ("a: 2024-13-01", "`2024-13-01` is no date"),
        ("a: !!python/object:os.system x", "could not determine a constructor for the tag"),
        ("a: " + "[" * 60 + "]" * 60, "it is nested more than 50 levels deep"),
        ("a: b\0", "the character U+0000 is not allowed in YAML"),
        ("a: 'b", "found unexpected end of stream"),
        ("a: \ud800", "surrogates not allowed"),
    ],
)
def test_yaml_that_cannot_be_read(inside: str, error: str) -> None:
    found = front_matter(f"---\n{inside}\n---\n# T\n")
    assert found.error is not None
    assert error in found.error
    assert (found.data, found.places) == ({}, {})


def test_front_matter_that_is_never_closed() -> None:
    document = parse_card("---\nlicense: mit\ntags: [int8]\n\n# T\n\nwords\n")
    found = front_matter(document.source)
    assert found.error == "it is opened by `---` and never closed"
    assert document.slice(found.span) == "---\nlicense: mit\ntags: [int8]"
    assert [section.title for section in document.sections] == ["T"]


def test_keys_are_text_as_written_and_the_last_of_two_counts() -> None:
    data, places = read_card_yaml("on: 1\n1e3: x\na: {b: 1}\na: {c: 2}\n")
    assert data == {"on": 1, "1e3": "x", "a": {"c": 2}}
    assert ("a", "b") not in places


def test_a_billion_laughs_are_refused() -> None:
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))
    with pytest.raises(CardYamlError, match="aliases"):
        read_card_yaml(bomb)


_NESTED = st.lists(
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["", " ", "  ", "   ", " " * 19, "- " * 9, "- " * 12, "? - ", ": ", "\t"]),
        st.sampled_from(["a: ", "b:", "- ", "", "&x ", "!!seq ", "--- ", "... ", "\x85 "]),
        st.sampled_from(["1", "[a: 1]", "[" * 4 + "]" * 4, "{a: [b: 1]}", "[" * 26 + "]" * 26, "*x", "", "'", "x: y"]),
    ),
    max_size=8,
).map("\n".join)


@given(_NESTED | st.text(st.sampled_from("ab:-?[]{} \n"), max_size=60))
def test_nothing_is_read_otherwise_where_every_event_is_looked_at(text: str) -> None:
    def read() -> object:
        try:
            return read_card_yaml(text)
        except CardYamlError as error:
            return str(error)

    quickly = read()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(card_yaml, "_could_be_a_bomb", lambda _text: True)
        assert read() == quickly


@pytest.mark.parametrize(("begin", "end"), [("[", "]"), ("{a: ", "}"), ("- ", "")])
def test_how_deep_it_may_be(begin: str, end: str) -> None:
    assert read_card_yaml("k:\n - " + begin * 48 + "x" + end * 48)
    with pytest.raises(CardYamlError, match="nested more than 50 levels"):
        read_card_yaml("k:\n - " + begin * 49 + "x" + end * 49)


@given(st.text(max_size=60) | st.text(st.sampled_from("a:-[]{}&*!|>'\"%@`,?# \n\t"), max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        data, places = read_card_yaml(text)
    except CardYamlError as error:
        assert str(error)  # noqa: PT017
    else:
        assert all(0 <= start <= end <= len(text) for start, end in places.values())
        json.dumps(data, default=str)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("0x" + "f" * 1_000, "a number has 1002 characters (line 2 of the block)"),
        ("0b" + "1" * 2_000, "a number has 2002 characters"),
        ("9" * 1_001, "a number has 1001 characters"),
        ("1" + ":59" * 400, "a number has 1201 characters"),
        ("1" + ":59" * 300 + ".5", "is no number (line 2 of the block)"),
        ("2024-13-45", "`2024-13-45` is no date (line 2 of the block)"),
        ("2024-01-01T00:00:00+99:99", "is no date"),
        ("!!timestamp soon", "`soon` is no date"),
        ("!!bool perhaps", "`perhaps` is no truth value"),
        ("!!int many", "`many` is no number"),
        ("!!int ''", "`` is no number"),
        ("[0x" + "f" * 1_000 + "]", "a number has 1002 characters"),
    ],
)
def test_a_value_that_cannot_be_what_it_looks_like_is_an_error(value: str, says: str) -> None:
    front = parse_card(f"---\nlicense: mit\nkey: {value}\n---\n# A card\n").front_matter
    assert front is not None
    assert front.error is not None
    assert says in front.error


@pytest.mark.parametrize(("value", "number"), [("0x" + "f" * 200, 16**200 - 1), ("9" * 300, 10**300 - 1)])
def test_a_long_number_is_one(value: str, number: int) -> None:
    front = parse_card(f"---\nkey: {value}\n---\n").front_matter
    assert front is not None
    assert front.data == {"key": number}
