from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.lint.reading.bibtex import read_entries
from tests.growth import assert_linear

ENTRY = """@article{sanh2019,
  title = {A smaller, {Faster} model},
  author = "Ada Example and Bob Example",
  year = 2019,
  month = jan # " 1",
  volume = {abs/1910}
}"""


def test_an_entry() -> None:
    (entry,) = read_entries(f"Cite:\n{ENTRY}\n")
    assert (entry.type, entry.key, entry.faults) == ("article", "sanh2019", [])
    assert {name: value for name, value, _at in entry.fields} == {
        "title": "A smaller, {Faster} model",
        "author": "Ada Example and Bob Example",
        "year": "2019",
        "month": "jan 1",
        "volume": "abs/1910",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("@misc{key author = {A}, year = {2022}}", "no comma stands after the key `key`"),
        ("@misc{title = {A}}", "the entry has no key"),
        ("@misc{, title = {A}}", "the entry has no key"),
        ("@{key, title = {A}}", "the entry has no type"),
        ("@misc{key, title = {A}", "the entry's braces are never closed"),
        ("@misc{key, title = {A}, author = {B}", "the entry's braces are never closed"),
        ("@misc{key, title = {A, author = {B}}", "the entry's braces are never closed"),
        ("@misc{key, title = {A, author = {B}", "the value of title is never closed"),
        ('@misc{key, title = "A, year = 2000}', "the value of title is never closed"),
        ("@misc{key, title = {A} year = {2000}}", "no comma stands after title"),
        ("@misc{key, title {A}}", "`title {A}}` is no field of an entry"),
        ("@misc{key, title = {A}}}, year = 2000}", "a brace too many closes the entry before its end"),
        ("@misc{key, title = {A}}, year = 2000}", "a brace too many closes the entry before its end"),
        ("@misc{key, title = {A}; year = {2000}}", "`;` stands where a comma or the entry's end is expected"),
        ("@misc(key, title = {A})", None),
        ("@misc{key,}", None),
    ],
)
def test_the_form_of_an_entry(text: str, message: str | None) -> None:
    (entry,) = read_entries(text)
    assert [fault.message for fault in entry.faults] == ([message] if message else [])


def test_a_broken_entry_does_not_take_the_next_one_with_it() -> None:
    entries = list(read_entries("@misc{one, title = {A\n\n@misc{two, title = {B}}\n"))
    assert [(entry.key, len(entry.faults)) for entry in entries] == [("one", 1), ("two", 0)]


def test_comments_are_no_entries() -> None:
    assert list(read_entries("@comment{x} @string{a = {b}}")) == []


@given(st.text(st.sampled_from('@misc{}(),=" \n#\\a1'), max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    for entry in read_entries(text):
        assert all(0 <= fault.at <= len(text) for fault in entry.faults)
        assert entry.start < entry.end <= len(text)


@pytest.mark.parametrize(
    ("start", "part"), [("", "@a{"), ("", "@misc{k, a = {"), ("@misc{k, a = {", "{"), ("@misc{k,", " a = {b},")]
)
def test_time_grows_with_the_length_of_text(start: str, part: str) -> None:
    assert_linear(lambda parts: lambda: list(read_entries(start + part * parts)), few=3_000)
