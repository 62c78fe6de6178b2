"""Reads datasets, most of them wrong in some way, and prints what came of each: ``read_data.py FOLDER``."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pyarrow
from datasets import ClassLabel, Dataset, Features, Value
from pyarrow import parquet

from cardgen.errors import StepError
from cardgen.evaluation.samples.data import draw_samples, load_dataset, read_labels, read_texts
from cardgen.records.inputs import DatasetSlice, Source

folder = Path(sys.argv[1])
folder.mkdir()
LOCAL = Source(origin="local", sha256="0" * 64)
HUB = Source(origin="hub", id="owner/data", commit="0" * 40)


def local(name: str, content: str | bytes, kind: Literal["csv", "json", "parquet"]) -> Any:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return load_dataset(DatasetSlice(source=LOCAL, format=kind), file)


def columns(dataset: Any) -> dict[str, list[Any]]:
    return {name: list(dataset[name]) for name in dataset.column_names}


def labels(values: list[Any], kind: Any) -> Any:
    found = read_labels(Dataset.from_dict({"label": values}, features=Features({"label": kind})), "label")
    return [found.values, found.distinct, found.numbers]


def texts(values: list[Any]) -> Any:
    return read_texts(Dataset.from_dict({"text": values}), "text", "text")


def saved_parquet() -> Any:
    """As datasets itself writes one: the names of the labels are in the file."""
    features = Features({"text": Value("string"), "label": ClassLabel(names=["no", "yes"])})
    Dataset.from_dict({"text": ["a", "b"], "label": [1, 0]}, features=features).to_parquet(folder / "named.parquet")
    dataset = load_dataset(DatasetSlice(source=LOCAL, format="parquet"), folder / "named.parquet")
    return read_labels(dataset, "label").values


def hub(split: str | None, config: str | None = None) -> Any:
    """A folder of that name in the working directory stands for the dataset: the library reads it all the same."""
    place = Path("owner/data")
    place.mkdir(parents=True, exist_ok=True)
    for name in ("train", "test"):
        (place / f"{name}.csv").write_text("text,label\na,x\nb,y\n")
    return columns(load_dataset(DatasetSlice(source=HUB, split=split, config=config), None))


def samples(count: int, seed: int) -> list[int]:
    return list(draw_samples(Dataset.from_dict({"n": list(range(20))}), count, seed)["n"])


def unknown_column() -> Any:
    return read_texts(Dataset.from_dict({"sentence": ["a"], "label": ["x"]}), "sentense", "text")


def mixed_parquet() -> Any:
    parquet.write_table(pyarrow.table({"label": [1.0, 2.0]}), folder / "floats.parquet")
    return read_labels(load_dataset(DatasetSlice(source=LOCAL, format="parquet"), folder / "floats.parquet"), "label")


CASES: dict[str, Callable[[], Any]] = {
    "csv_is_text": lambda: columns(local("a.csv", 'text,label\nNULL,1\n"a ""b"",\nc",007\n1e5,\n', "csv")),
    "json_lines": lambda: columns(local("a.jsonl", '{"text": "2020-01-01", "label": 1}\n\n{"text": "b"}\n', "json")),
    "json_array": lambda: columns(local("a.json", ' [{"text": "a\u2028b", "label": "x"}]', "json")),
    "json_bom": lambda: columns(local("bom.json", b"\xef\xbb\xbf" + b'{"text": "a"}', "json")),
    "class_labels": lambda: labels([1, 0, 1], ClassLabel(names=["no", "yes", "maybe"])),
    "text_labels": lambda: labels(["b", "a", "b"], Value("string")),
    "number_labels": lambda: labels([10, 9], Value("int64")),
    "named_parquet": saved_parquet,
    "hub": lambda: hub("test"),
    "samples": lambda: [samples(5, 1), samples(5, 1), samples(5, 2), sorted(samples(20, 3))],
    "no_rows": lambda: local("b.csv", "text,label\n", "csv"),
    "no_bytes": lambda: local("c.csv", "", "csv"),
    "ragged": lambda: local("d.csv", "text,label\na,b,c\n", "csv"),
    "latin1": lambda: columns(local("e.csv", "text\nd\xe9j\xe0\n".encode("latin-1"), "csv")),
    "broken_json": lambda: local("f.json", '{"text": "a"}\n{"text": \n', "json"),
    "json_of_numbers": lambda: local("g.json", "[1, 2]", "json"),
    "not_parquet": lambda: local("h.parquet", "text", "parquet"),
    "absent": lambda: load_dataset(DatasetSlice(source=LOCAL, format="csv"), folder / "none.csv"),
    "unknown_column": unknown_column,
    "null_text": lambda: texts(["a", None, "b", None]),
    "number_text": lambda: texts([1, 2]),
    "hidden_labels": lambda: labels([-1, -1, 0], ClassLabel(names=["no", "yes"])),
    "hidden_numbers": lambda: labels([-1, -1], Value("int64")),
    "empty_label": lambda: labels(["a", "", "b"], Value("string")),
    "null_label": lambda: labels(["a", None], Value("string")),
    "float_labels": mixed_parquet,
    "unknown_split": lambda: hub("validation"),
    "no_split": lambda: hub(None),
    "unknown_config": lambda: hub("test", config="large"),
    "too_many_samples": lambda: samples(21, 1),
}
outcomes = {}
for case, run in CASES.items():
    try:
        outcomes[case] = {"value": run()}
    except StepError as error:
        outcomes[case] = {"message": error.message, "remedy": error.remedy}
print(json.dumps(outcomes, default=repr))
