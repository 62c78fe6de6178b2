"""Datasets as people have them, read in both environments: their versions of datasets and pyarrow differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.backends.workbench import Workbench

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=["neural_compressor", "onnxruntime"])
def outcomes(request: pytest.FixtureRequest) -> dict[str, Any]:
    bench: Workbench = request.getfixturevalue(request.param)
    found = bench.script(Path(__file__).parents[1] / "scripts" / "read_data.py", bench.folder / "data")
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("case", "value"),
    [
        ("csv_is_text", {"text": ["NULL", 'a "b",\nc', "1e5"], "label": ["1", "007", ""]}),
        ("json_lines", {"text": ["2020-01-01", "b"], "label": [1, None]}),
        ("json_array", {"text": ["a\u2028b"], "label": ["x"]}),
        ("json_bom", {"text": ["a"]}),
        ("class_labels", [["yes", "no", "yes"], ["no", "yes"], False]),
        ("text_labels", [["b", "a", "b"], ["a", "b"], False]),
        ("number_labels", [["10", "9"], ["9", "10"], True]),
        ("named_parquet", ["yes", "no"]),
        ("hub", {"text": ["a", "b"], "label": ["x", "y"]}),
    ],
)
def test_what_is_right_is_read_as_it_is(outcomes: dict[str, Any], case: str, value: Any) -> None:
    assert outcomes[case] == {"value": value}


def test_samples_depend_on_the_seed_alone(outcomes: dict[str, Any]) -> None:
    once, again, other, all_of_them = outcomes["samples"]["value"]
    assert once == again != other
    assert len(set(once)) == 5
    assert once != [0, 1, 2, 3, 4]
    assert all_of_them == list(range(20))


@pytest.mark.parametrize(
    ("case", "message", "remedy"),
    [
        ("no_rows", "The dataset's file b.csv has no rows.", "another split"),
        ("no_bytes", "c.csv cannot be read as csv", "column names"),
        ("ragged", "d.csv cannot be read as csv", "Mend the file"),
        ("latin1", "e.csv cannot be read as csv", "UTF-8"),
        ("broken_json", "f.json cannot be read as json", "Mend the file"),
        ("json_of_numbers", "not an object", "Mend the file"),
        ("not_parquet", "h.parquet cannot be read as parquet", "Mend the file"),
        ("absent", "file is not there", "`path`"),
        ("unknown_column", "no column `sentense`", "Did you mean `sentence`? Its columns: `sentence`, `label`."),
        ("null_text", "2 of 4 rows do not (rows 1, 3, counted from 0); the first holds nothing (null)", "`text`"),
        ("number_text", "2 of 2 rows do not (rows 0, 1, counted from 0); the first holds 1, which is not text", "text"),
        (
            "hidden_labels",
            "2 of 3 rows have no label in column `label` (null, empty or -1; rows 0, 1, ",
            "labelled split",
        ),
        ("hidden_numbers", "labels below 0", "labelled split"),
        (
            "empty_label",
            "1 of 3 rows have no label in column `label` (null, empty or -1; rows 1, ",
            "Give each row a label",
        ),
        ("null_label", "1 of 2 rows have no label", "labelled split"),
        ("float_labels", "holds float values, not labels", "label names"),
        ("unknown_split", "validation", ""),
        ("no_split", "has splits: train, test", "Name one as `split`"),
        ("unknown_config", "large", ""),
        ("too_many_samples", "asks for 21 samples, but its split has 20 rows", "20 or less"),
    ],
)
def test_what_is_wrong_is_told(outcomes: dict[str, Any], case: str, message: str, remedy: str) -> None:
    assert "message" in outcomes[case], outcomes[case]
    assert message in outcomes[case]["message"]
    assert remedy in outcomes[case]["remedy"]
