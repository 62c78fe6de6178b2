"""The quick way to read sound YAML says what the careful way says, which also knows places and faults."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import cardgen.manifest.yaml as reading
from cardgen.errors import Problem
from cardgen.manifest.places import Entry, Findings
from cardgen.manifest.places import Path as Keys
from cardgen.manifest.plain_yaml import DEEPEST, OddYamlError, plain_value
from cardgen.manifest.yaml import read_yaml

MANIFESTS = sorted((Path(__file__).parents[1] / "golden").rglob("*.yaml"))

_scalars = st.sampled_from(
    ["a", "b c", "1", "0.490", "007", "no", "null", "~", "", "1e-5", "1e400", '"x"', "'y'", '"\\0"', "12:30", "é 𝒳"]
) | st.sampled_from(
    [
        "<<",
        "&a x",
        "*a",
        "!!str 1",
        '"\\uD834\\uDD1E"',
        "2024-01-01",
        "true",
        "|\n   text\n   more",
        "\x85",
        "{a: 1, a: 2}",
    ]
)
_keys = st.sampled_from(["a", "b", "1", "no", '"c d"', "? [x]\n", "<<", "01", "é"])
_lines = st.builds(
    lambda indent, mark, key, value: f"{' ' * indent}{mark}{key}{value}",
    st.integers(0, 4),
    st.sampled_from(["", "- ", "- - "]),
    st.one_of(st.just(""), _keys.map(lambda key: f"{key}: ")),
    _scalars,
)
_texts = st.one_of(
    st.lists(_lines, max_size=6).map("\n".join),
    st.lists(st.one_of(_lines, st.sampled_from(["---", "...", "# c", "%YAML 1.2", ""])), max_size=6).map("\n".join),
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
        max_leaves=8,
    ).map(lambda value: str(yaml.safe_dump(value, allow_unicode=True))),
)


def read(text: str) -> tuple[str, list[Problem], dict[Keys, Entry]]:
    findings = Findings("m.yaml")
    value = read_yaml(text, findings)
    return repr(value), list(findings), dict(findings.entries)


def read_carefully(text: str) -> tuple[str, list[Problem], dict[Keys, Entry]]:
    def refuse(_events: Iterable[yaml.Event]) -> Any:
        raise OddYamlError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "plain_value", refuse)
        return read(text)


@given(_texts)
def test_both_ways_say_the_same(text: str) -> None:
    assert read(text) == read_carefully(text)


@given(_texts)
def test_both_ways_know_what_is_there(text: str) -> None:
    _value, _problems, entries = read_carefully(text)
    findings = Findings("m.yaml")
    read_yaml(text, findings)
    for path in {(), ("z",), *entries}:
        for asked in (path, (*path, 0), (*path, 1), (*path, "a"), (*path, -1), (*path, "")):
            assert (asked in findings.entries) == (asked in entries)


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: str(path.relative_to(path.parents[2])))
def test_both_ways_say_the_same_of_manifests(path: Path) -> None:
    text = path.read_text(encoding="utf-8-sig")
    assert read(text) == read_carefully(text)


def test_sound_text_is_read_the_quick_way() -> None:
    text = "version: 1\nvariants:\n  onnx: {0: a, tolerance: 0.490}\nmetrics: [f1, null]\nprose: |\n  Two\n  lines.\n"
    assert plain_value(yaml.parse(text)) == {
        "version": 1,
        "variants": {"onnx": {"0": "a", "tolerance": 0.49}},
        "metrics": ["f1", None],
        "prose": "Two\nlines.\n",
    }
    assert plain_value(yaml.parse("")) is None
    assert plain_value(yaml.parse("[" * DEEPEST + "]" * DEEPEST))


@pytest.mark.parametrize(
    "text",
    ["a: 1\na: 2", "a: &x 1", "a: *x", "a: !!str 1", "? [x]\n: 1", "no: 1", "a: 1\n---\nb: 1", "a: 010", 'a: "\\0"'],
)
def test_odd_text_is_not(text: str) -> None:
    with pytest.raises(OddYamlError):
        plain_value(yaml.parse(text, Loader=yaml.SafeLoader))
    assert read(text)[1]


def test_deep_text_is_not() -> None:
    with pytest.raises(OddYamlError):
        plain_value(yaml.parse("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1)))
