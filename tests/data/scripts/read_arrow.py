"""Reads files of CSV and JSON lines with pyarrow, by its defaults but for types: ``read_arrow.py FOLDER``.

Prints for each file its columns, or nothing where pyarrow refuses it.
"""

import json
import sys
from pathlib import Path
from typing import Any

import pyarrow
from pyarrow import csv


def rows_of(path: Path) -> Any:
    parse = csv.ParseOptions(newlines_in_values=True)
    with csv.open_csv(path, parse_options=parse) as reader:
        names = reader.schema.names
    convert = csv.ConvertOptions(column_types=dict.fromkeys(names, pyarrow.string()), strings_can_be_null=False)
    return csv.read_csv(path, parse_options=parse, convert_options=convert).to_pydict()


found: dict[str, Any] = {}
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        found[path.name] = rows_of(path)
    except pyarrow.ArrowException as error:
        found[path.name] = str(error)
print(json.dumps(found))
