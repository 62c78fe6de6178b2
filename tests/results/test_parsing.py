"""Whatever a file holds, it is refused or told: with finite values, and without places of a machine."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen.errors import ResultsError
from cardgen.records.results_file import ResultsFile
from cardgen.results.document import Document
from cardgen.results.entry import results_of
from cardgen.results.presentation import as_text
from cardgen.results.values import finite, model_id, name_of, version_of

FILES = Path(__file__).parent / "files"
JSON_FILES = sorted(file.name for file in FILES.glob("*.json") if not file.name.endswith("-config.json"))
TEXT_FILES = sorted(file.name for file in FILES.iterdir() if file.suffix in (".txt", ".csv"))
PLACE = "/home/someone/secret"

values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=6) | st.just(PLACE),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def told(name: str, content: bytes) -> ResultsFile | None:
    try:
        return results_of(Document("mine", name, content))
    except ResultsError:
        return None


def assert_sound(results: ResultsFile) -> None:
    for figure in results.figures:
        assert math.isfinite(figure.value)
        for number in (figure.standard_error, figure.low, figure.high, figure.limit):
            assert not isinstance(number, float) or math.isfinite(number)
        assert figure.standard_error is None or figure.standard_error >= 0
        assert figure.samples is None or figure.samples >= 0
    assert results.figures or results.findings
    assert PLACE not in results.model_dump_json()
    assert PLACE not in as_text(results, "mine")
    assert ResultsFile.model_validate_json(results.model_dump_json()) == results


def places(content: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    return [path, *(deeper for key, value in inner for deeper in places(value, (*path, key)))]


@pytest.mark.parametrize("name", JSON_FILES)
@settings(max_examples=25)
@given(data=st.data())
def test_any_value_in_the_place_of_another_is_refused_or_told(name: str, data: st.DataObject) -> None:
    content = json.loads((FILES / name).read_text(encoding="utf-8"))
    for _ in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from([path for path in places(content) if path]))
        where = content
        for key in path:
            where = where[key]
        where[last] = data.draw(values)
    results = told(name, json.dumps(content).encode())
    if results is not None:
        assert_sound(results)


@pytest.mark.parametrize("name", JSON_FILES)
def test_a_place_as_any_text_or_key_is_told_nowhere(name: str) -> None:
    """In the place of every text at once, but of those by which a file is recognised."""

    def placed(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {inner: placed(one, inner) for inner, one in value.items()} | {PLACE: 0.5}
        if isinstance(value, list):
            return [placed(one) for one in value]
        return PLACE if isinstance(value, str) and key != "status" else value

    results = told(name, json.dumps(placed(json.loads((FILES / name).read_text(encoding="utf-8")))).encode())
    assert results is not None
    assert_sound(results)


@pytest.mark.parametrize("name", TEXT_FILES)
@settings(max_examples=25)
@given(data=st.data())
def test_any_damage_to_a_text_is_refused_or_told(name: str, data: st.DataObject) -> None:
    text = (FILES / name).read_text(encoding="utf-8")
    begin, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    put = data.draw(st.text(max_size=8) | st.sampled_from(["nan", "inf", "-inf", "1e999", PLACE, "±", "\n", ","]))
    results = told(name, (text[:begin] + put + text[end:]).encode("utf-8", "surrogatepass"))
    if results is not None:
        assert_sound(results)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_told(content: bytes) -> None:
    results = told("results.json", content)
    if results is not None:
        assert_sound(results)


@given(st.floats() | st.integers(min_value=-(10**400), max_value=10**400))
def test_a_number_is_finite_or_none(value: float) -> None:
    found = finite(value)
    assert found is None or (math.isfinite(found) and found == float(value))


@pytest.mark.parametrize(
    ("stated", "version"),
    [
        (2.0, "2"), ("2.0", "2"), (2, "2"), (1.5, "1.5"), ("1.10", "1.10"), ("3.1.10", "3.1.10"),
        (20260101, "20260101"), ("Yaml", "Yaml"),
        ("N/A", None), ("", None), (None, None), (True, None), (float("nan"), None)
    ],
)  # fmt: skip
def test_a_version_is_one_however_it_is_written(stated: object, version: str | None) -> None:
    assert version_of(stated) == version


@given(st.text(st.sampled_from("ab./~\\:"), max_size=12))
def test_no_model_is_a_place(text: str) -> None:
    found = model_id(text)
    assert found is None or (not found.startswith((".", "/", "~")) and "\\" not in found and "//" not in found)


@pytest.mark.parametrize(
    "text", ["/a", "~/a", "./a", "../a", "C:/a", "c:\\a", "\\\\host\\a", "file:/a", "x at /home/ann"]
)
def test_no_name_is_a_place(text: str) -> None:
    assert name_of(text) is None
