"""What the standard library reads of CSV beside what pyarrow reads, on files as people and programs write them."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path
from typing import Any

import pytest

from cardgen.data.files import DataFileError, read_tables
from cardgen.data.table import joined
from tests.backends.fixtures import onnxruntime
from tests.backends.workbench import Workbench

__all__ = ["onnxruntime"]

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).parent / "scripts" / "read_arrow.py"
PIECES = ["a", "NULL", "007", "é", "\u2028", " ", ",", '"', '""', "\n", "\r\n", "'", "\\", "\t", ";", "", "-1", "null"]


def written(seed: int) -> str:
    """A file that a program wrote, with values of any letters."""
    rng = random.Random(seed)
    width = rng.randint(1, 4)
    rows = [["".join(rng.choices(PIECES, k=rng.randint(0, 4))) for _ in range(width)] for _ in range(rng.randint(0, 6))]
    stream = io.StringIO(newline="")
    quoting: Any = rng.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
    end = rng.choice(["\n", "\r\n"])
    csv.writer(stream, lineterminator=end, quoting=quoting).writerows([[f"column {at}" for at in range(width)], *rows])
    return rng.choice(["", "\ufeff"]) + stream.getvalue()


def typed(seed: int) -> str:
    """A file that a person typed, who may not know what quotation marks are for."""
    rng = random.Random(seed)
    lines = [",".join("".join(rng.choices([*"ab1", "  ", '"'], k=rng.randint(0, 3))) for _ in "123") for _ in "1234"]
    return "\n".join(["x,y,z", *lines]) + rng.choice(["", "\n", "\n\n"])


def test_what_pyarrow_reads_is_read_alike_or_told_to_be_broken(onnxruntime: Workbench) -> None:
    folder = onnxruntime.folder / "csv"
    folder.mkdir()
    for seed in range(400):
        (folder / f"written-{seed}.csv").write_text(written(seed), newline="")
        (folder / f"typed-{seed}.csv").write_text(typed(seed), newline="")
    arrow = onnxruntime.script(SCRIPT, folder)
    broken = 0
    for name, expected in arrow.items():
        try:
            table = joined(read_tables(folder / name, "csv"))
        except DataFileError:
            assert name.startswith("typed"), (name, (folder / name).read_text())
            broken += 1
            continue
        assert {column: list(table[column]) for column in table.column_names} == expected, (folder / name).read_bytes()
    assert 0 < broken < 400
