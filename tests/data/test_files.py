from __future__ import annotations

import csv
import io
import json
import tracemalloc
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cardgen.data.files import ROWS_AT_ONCE, DataFileError, TextFormat, is_json_array, read_tables
from cardgen.data.table import Table, joined

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
objects = st.lists(st.dictionaries(texts, values, min_size=1, max_size=4), max_size=6)


def read(folder: Path, content: str | bytes, kind: TextFormat) -> Table:
    path = folder / f"data.{kind}"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return joined(read_tables(path, kind))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@given(
    names=st.lists(texts.filter(bool), min_size=2, max_size=4, unique=True),
    data=st.data(),
    bom=st.sampled_from(["", "\ufeff"]),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_csv_is_read_as_it_was_written(
    folder: Path, names: list[str], data: st.DataObject, bom: str, end: str, quoting: Any
) -> None:
    rows = data.draw(st.lists(st.lists(texts, min_size=len(names), max_size=len(names)), max_size=5))
    # Which a reader takes for the end of a line, and the writer of Python 3.11 leaves without quotes.
    assume(quoting == csv.QUOTE_ALL or not any("\r" in text for row in [names, *rows] for text in row))
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator=end, quoting=quoting).writerows([names, *rows])
    found = read(folder, bom + stream.getvalue(), "csv")
    assert found.column_names == tuple(names)
    assert [list(row) for row in zip(*found.columns.values(), strict=True)] == rows


@given(objects, st.booleans(), st.sampled_from(["", "\ufeff"]), st.sampled_from(["\n", "\r\n", "\n \n"]))
def test_json_is_read_as_it_was_written(
    folder: Path, rows: list[dict[str, Any]], as_array: bool, bom: str, end: str
) -> None:
    text = json.dumps(rows, ensure_ascii=False) if as_array else end.join(json.dumps(row) for row in rows)
    found = read(folder, bom + text, "json")
    names = dict.fromkeys(name for row in rows for name in row)
    assert {name: list(found.column(name)) for name in found.column_names} == {
        name: [row.get(name) for row in rows] for name in names
    }
    assert len(found) == len(rows)
    assert is_json_array(folder / "data.json") == as_array


def test_a_key_that_comes_late_is_null_before(tmp_path: Path) -> None:
    rows = [{"a": at} for at in range(ROWS_AT_ONCE + 1)] + [{"b": "x"}]
    found = read(tmp_path, "\n".join(map(json.dumps, rows)), "json")
    assert found.column("b") == [None] * (ROWS_AT_ONCE + 1) + ["x"]
    assert found.column("a")[-2:] == [ROWS_AT_ONCE, None]


@pytest.mark.parametrize(
    ("kind", "content", "says"),
    [
        ("csv", "", "it is empty, where the first line should name the columns"),
        ("csv", "\n\n", "it is empty, where the first line should name the columns"),
        ("csv", "a,b\n1,2\n\n1,2,3\n", "line 4 has 3 values, and the first line names 2 columns"),
        ("csv", 'a,b\n"1\n2",3\n4\n', "line 4 has 1 value, and the first line names 2 columns"),
        ("csv", 'a,b\n1,2\n"1,2\n3,4\n', "line 3: a value that starts there with a quotation mark has no other"),
        ("csv", 'a,b\n1,"2" x\n', "line 2: a value goes on after the quotation mark that ends it"),
        ("csv", "a,b,a\n", "its first line names the column `a` twice"),
        ("csv", b"a,b\n1,2\nd\xe9j\xe0,2\n", "line 3 is not UTF-8: the byte 0xE9 is out of place"),
        ("csv", "a,b\n1,2\n".encode("utf-16"), "it is written in UTF-16, not in UTF-8"),
        ("json", '{"a": 1}\n\n{"a": \n', "line 3, column 7: Expecting value"),
        ("json", '[{"a": 1},\n {"a" 2}]', "line 2, column 7: Expecting ':' delimiter"),
        ("json", '{"data": [\n  {"a": 1}\n]}', "line 1, column 11: Expecting value"),
        ("json", '{"a": 1}\n7\n', "line 2 is not an object"),
        ("json", '[{"a": 1}, "b"]', "entry 1 of its array, counted from 0, is not an object"),
        ("json", b'{"a": 1}\n{"a": "\xff"}', "line 2 is not UTF-8: the byte 0xFF is out of place"),
        ("json", '{"a": 1}\n{"a": "\\ud83d"}', "line 2: it holds half of a surrogate pair, which is no character"),
        ("json", '{"a": %s}' % ("1" * 5000), "line 1: Exceeds the limit"),
        ("json", "[" * 200_000, "line 1: it is nested too deeply"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(
    tmp_path: Path, kind: TextFormat, content: str | bytes, says: str
) -> None:
    with pytest.raises(DataFileError) as caught:
        read(tmp_path, content, kind)
    assert str(caught.value).startswith(says)


@given(st.binary(max_size=60), st.sampled_from(["csv", "json"]))
def test_any_bytes_are_read_or_told_to_be_unreadable(folder: Path, content: bytes, kind: TextFormat) -> None:
    with suppress(DataFileError):
        found = read(folder, content, kind)
        assert all(len(found.column(name)) == len(found) for name in found.column_names)


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_long_file_is_read_without_being_held(tmp_path: Path, kind: TextFormat) -> None:
    path = tmp_path / "long"
    line = '{"a": "%s"}\n' % ("x" * 990) if kind == "json" else '"%s",1\n' % ("x" * 990)
    path.write_text(("" if kind == "json" else "a,b\n") + line * 40_000)
    tracemalloc.start()
    assert sum(table.rows for table in read_tables(path, kind)) == 40_000
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < path.stat().st_size / 5
