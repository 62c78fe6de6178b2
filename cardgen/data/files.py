"""Reads local files as they are: CSV, JSON and JSON lines, some rows at a time.

CSV has no types: every value is text, since a guess would turn "NULL", "007" or "1e5" into something else. What JSON
holds is taken as it is, too; a key that an object lacks is null there.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Literal

from cardgen.data.table import Table
from cardgen.reading import open_file

TextFormat = Literal["csv", "json"]

ROWS_AT_ONCE = 1024
_LONGEST_VALUE = 2**28
"""Characters of one value of CSV: past these, a quotation mark is missing."""
_BOM = b"\xef\xbb\xbf"
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class DataFileError(Exception):
    """A file is not what its name says; the message tells where, and what is wrong there."""


def read_tables(path: Path, kind: TextFormat) -> Iterator[Table]:
    """The rows of a file, up to :data:`ROWS_AT_ONCE` in each table; of CSV without any, one that has its columns.

    A JSON array is held in memory whole, and of other files only the rows of one table.

    Raises:
        DataFileError: where the file is not of this kind.
        OSError: where it cannot be read.
    """
    return _csv_tables(path) if kind == "csv" else _json_tables(path)


def is_json_array(path: Path) -> bool:
    """Whether a JSON file holds one array, and not an object a line.

    Raises:
        OSError: where it cannot be read.
    """
    with open_file(path) as stream:
        _skip_bom(stream)
        return next((line.lstrip()[:1] == b"[" for line in stream if line.strip()), False)


def _csv_tables(path: Path) -> Iterator[Table]:
    csv.field_size_limit(_LONGEST_VALUE)
    line = 1
    try:
        with io.TextIOWrapper(open_file(path), encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            names = next(filter(None, reader), None)
            if names is None:
                raise DataFileError("it is empty, where the first line should name the columns")
            _check_names(names)
            rows: list[list[str]] = []
            yield Table({name: [] for name in names}, 0)
            line = reader.line_num + 1
            for row in reader:
                if row and len(row) != len(names):
                    values = f"{len(row)} value" + ("" if len(row) == 1 else "s")
                    raise DataFileError(f"line {line} has {values}, and the first line names {len(names)} columns")
                line = reader.line_num + 1
                if row:  # a line without anything on it is none
                    rows.append(row)
                if len(rows) == ROWS_AT_ONCE:
                    yield _of_rows(names, rows)
                    rows = []
            if rows:
                yield _of_rows(names, rows)
    except csv.Error as error:
        raise DataFileError(f"line {line}: {_csv_fault(error)}") from error
    except UnicodeDecodeError as error:
        raise DataFileError(_not_utf8(path)) from error


def _of_rows(names: list[str], rows: list[list[str]]) -> Table:
    return Table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)), len(rows))


def _check_names(names: list[str]) -> None:
    twice = next((name for index, name in enumerate(names) if name in names[:index]), None)
    if twice is not None:
        raise DataFileError(f"its first line names the column `{twice}` twice")


def _csv_fault(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end of data" in text or "field limit" in text:
        return "a value that starts there with a quotation mark has no other at its end"
    if "expected after" in text:
        return "a value goes on after the quotation mark that ends it; inside quotes, write the mark twice"
    return text


def _json_tables(path: Path) -> Iterator[Table]:
    rows = _array(path) if is_json_array(path) else _lines(path)
    while some := list(islice(rows, ROWS_AT_ONCE)):
        names = dict.fromkeys(name for row in some for name in row)
        yield Table({name: [row.get(name) for row in some] for name in names}, len(some))


def _array(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with io.TextIOWrapper(open_file(path), encoding="utf-8-sig") as stream:
            text = stream.read()
    except UnicodeDecodeError as error:
        raise DataFileError(_not_utf8(path)) from error
    for number, row in enumerate(_json(text, 1)):
        if not isinstance(row, dict):
            raise DataFileError(f"entry {number} of its array, counted from 0, is not an object")
        yield row


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with open_file(path) as stream:  # whose lines end with \n alone: a JSON string may hold U+2028 as it is
        _skip_bom(stream)
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                row = _json(line.decode().rstrip("\r\n"), number)
            except UnicodeDecodeError as error:
                raise DataFileError(_not_utf8(path)) from error
            if not isinstance(row, dict):
                raise DataFileError(f"line {number} is not an object")
            yield row


def _json(text: str, line: int) -> Any:
    """What a text holds that starts in a line of its file."""
    try:
        value = json.loads(text)
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise DataFileError(f"line {line + error.lineno - 1}, column {error.colno}: {error.msg}") from error
    except UnicodeEncodeError as error:
        raise DataFileError(f"line {line}: it holds half of a surrogate pair, which is no character") from error
    except RecursionError as error:
        raise DataFileError(f"line {line}: it is nested too deeply") from error
    except ValueError as error:  # a number of thousands of digits
        raise DataFileError(f"line {line}: {error}") from error
    return value


def _skip_bom(stream: BinaryIO) -> None:
    if stream.read(len(_BOM)) != _BOM:
        stream.seek(0)


def _not_utf8(path: Path) -> str:
    with open_file(path) as stream:
        for number, line in enumerate(stream, 1):
            if number == 1 and line.startswith((b"\xff\xfe", b"\xfe\xff")):
                return "it is written in UTF-16, not in UTF-8"
            try:
                line.decode()
            except UnicodeDecodeError as error:
                return f"line {number} is not UTF-8: the byte 0x{line[error.start]:02X} is out of place"
    return "it is not UTF-8"
