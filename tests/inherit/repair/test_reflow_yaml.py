from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cardgen.inherit.parse import parse_card

_WORD = st.from_regex(r"[a-z][a-z0-9_/.]{0,6}", fullmatch=True).filter(lambda word: yaml.safe_load(word) == word)
_TEXT = st.lists(_WORD, min_size=1, max_size=3).map(" ".join)
_RESULT = st.fixed_dictionaries(
    {
        "task": st.fixed_dictionaries({"type": _WORD}, optional={"name": _TEXT}),
        "metrics": st.lists(
            st.fixed_dictionaries(
                {"type": _WORD, "value": st.integers(0, 99) | st.sampled_from([0.5, 41.25])},
                optional={"name": _TEXT, "config": _WORD, "verified": st.booleans()},
            ),
            min_size=1,
            max_size=3,
        ),
    },
    optional={
        "dataset": st.fixed_dictionaries({"name": _TEXT, "type": _WORD}, optional={"config": _WORD, "split": _WORD}),
        "source": st.fixed_dictionaries({"url": st.just("https://example.org/a")}, optional={"name": _TEXT}),
    },
)
_METADATA: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "language": _WORD | st.lists(_WORD, min_size=1, max_size=3),
        "license": _WORD,
        "tags": st.lists(_TEXT, min_size=1, max_size=4),
        "datasets": st.lists(_WORD, min_size=1, max_size=3),
        "metrics": st.lists(_WORD, min_size=1, max_size=3),
        "model-index": st.lists(
            st.builds(lambda name, results: {"name": name, "results": results}, _WORD, st.lists(_RESULT, min_size=1)),
            min_size=1,
            max_size=1,
        ),
        "co2_eq_emissions": st.fixed_dictionaries({"emissions": st.integers(0, 9)}, optional={"source": _TEXT}),
        "inference": st.booleans()
        | st.fixed_dictionaries(
            {"parameters": st.dictionaries(st.sampled_from(["top_p", "temperature"]), st.just(1), min_size=1)}
        ),
        "widget": st.lists(
            st.fixed_dictionaries({"text": _TEXT}, optional={"example_title": _TEXT}), min_size=1, max_size=3
        ),
    },
).filter(bool)


_RESULTS_ON_ONE_LINE = (
    "model-index: - name: m results: - task: type: t metrics: - type: f1 value: 1 - type: f1 value: 2 "
    "- task: type: u metrics: - type: f1 value: 3"
)
_RESULTS = {
    "model-index": [
        {
            "name": "m",
            "results": [
                {"task": {"type": "t"}, "metrics": [{"type": "f1", "value": 1}, {"type": "f1", "value": 2}]},
                {"task": {"type": "u"}, "metrics": [{"type": "f1", "value": 3}]},
            ],
        }
    ]
}


# After a widget's text, a word with a colon would be taken as more of the text.
_OWN = st.dictionaries(st.sampled_from(["my_own_key", "other"]), _TEXT | st.lists(_WORD, min_size=1, max_size=3))


def read(yaml_on_one_line: str) -> tuple[Any, str | None]:
    found = parse_card(f"--- {yaml_on_one_line} --- # Title").front_matter
    assert found is not None
    return found.data, found.error


@given(_OWN, _METADATA)
def test_metadata_are_read_from_one_line(own: dict[str, Any], hubs: dict[str, Any]) -> None:
    data = own | hubs
    text = yaml.safe_dump(data, sort_keys=False, width=9999)
    assert read(" ".join(line.strip() for line in text.split("\n"))) == (data, None)


@pytest.mark.parametrize(
    ("line", "data"),
    [
        ("license: mit", {"license": "mit"}),
        ("language: [en, de] tags: [a: b, 'c: d']", {"language": ["en", "de"], "tags": [{"a": "b"}, "c: d"]}),
        ('title: "a: b - c" license: mit', {"title": "a: b - c", "license": "mit"}),
        ("license: license_name: x", {"license": None, "license_name": "x"}),
        ("tags: - a-b - c license: mit", {"tags": ["a-b", "c"], "license": "mit"}),
        ("title: Don't - or do license: mit", {"title": "Don't - or do", "license": "mit"}),
        ("widget: - text: Note: it's bad license: mit", {"widget": [{"text": "Note: it's bad"}], "license": "mit"}),
        (_RESULTS_ON_ONE_LINE, _RESULTS),
    ],
)
def test_lines(line: str, data: object) -> None:
    assert read(line) == (data, None)


def test_what_makes_no_sense_is_an_error() -> None:
    data, error = read("tags: { license: mit")
    assert data == {}
    assert error
