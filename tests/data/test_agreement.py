"""What the core says of files that it looks at beside what steps say that read them."""

from __future__ import annotations

import csv
import io
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from cardgen.data.look import look_at_file
from cardgen.data.needs import Need
from cardgen.records.inputs import DatasetSlice, Source
from tests.backends.fixtures import neural_compressor, onnxruntime
from tests.backends.workbench import Workbench

__all__ = ["neural_compressor", "onnxruntime"]

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).parent / "scripts" / "read_all.py"
LABELS = ["bad", "good"]
COLUMNS = {
    "text-classification": {"text": "a", "text_pair": "b", "label": "c"},
    "multi-label-classification": {"text": "a", "labels": "b"},
    "text-regression": {"text": "a", "score": "b"},
    "token-classification": {"text": "a", "labels": "b"},
    "question-answering": {"question": "a", "context": "b", "answers": "c"},
    "summarization": {"text": "a", "summary": "b"},
    "multiple-choice": {"text": "a", "choices": "b", "label": "c"},
    "sentence-similarity": {"text": "a", "text_pair": "b", "score": "c"},
}
INPUTS = {
    "text-classification": {"text": "a", "text_pair": "b"},
    "multi-label-classification": {"text": "a"},
    "text-regression": {"text": "a"},
    "token-classification": {"text": "a"},
    "question-answering": {"question": "a", "context": "b"},
    "multiple-choice": {"text": "a", "choices": "b"},
    "sentence-similarity": {"text": "a", "text_pair": "b"},
}
RIGHT: dict[str, dict[str, list[Any]]] = {
    "text-classification": {"a": ["x", "y z", ""], "b": ["x", ""], "c": ["good", "bad"]},
    "multi-label-classification": {"a": ["x"], "b": [["bad", "good"], [], "good, bad", "bad"]},
    "text-regression": {"a": ["x"], "b": [1, 0.5, "0.5"]},
    "token-classification": {"a": [["x", "y"], "x y"], "b": [["bad", "good"], "good bad"]},
    "question-answering": {"a": ["x"], "b": ["x y"], "c": [{"text": ["x"], "answer_start": [0]}, [], ["y"], "x", ""]},
    "summarization": {"a": ["x"], "b": ["x", ""]},
    "multiple-choice": {"a": ["x"], "b": [["x", "y"], ["x", "y", "z"]], "c": [0, 1, "1"]},
    "sentence-similarity": {"a": ["x"], "b": ["y"], "c": [1, 0.5, "0.5", " 2"]},
}
WRONG: list[Any] = [None, "", "god", 7, -1, 1.5, True, "NULL", [], ["x"], ["x", 1], [None], {"text": [1]}, {}, "-1"]


def generated(rng: random.Random, task: str) -> tuple[str, str]:
    """A file's content, most of whose rows are right, and its kind."""
    share = rng.choice([0.0, 0.0, 0.05, 0.3])
    rows = [
        {
            name: rng.choice(WRONG) if rng.random() < share else rng.choice(values)
            for name, values in RIGHT[task].items()
        }
        for _ in range(rng.choice([0, 1, 2, 3, 6, 12]))
    ]
    if rng.random() < 0.1:
        for row in rows:
            row["z"] = row.pop("a")
    if rng.random() < 0.1:
        rows = [{name: value for name, value in row.items() if rng.random() < 0.9} for row in rows]
    if rng.random() < 0.3 and rows:
        stream = io.StringIO(newline="")
        writer = csv.DictWriter(stream, list(RIGHT[task]), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
        return stream.getvalue(), "csv"
    text = json.dumps(rows) if rng.random() < 0.3 else "\n".join(map(json.dumps, rows))
    return text[:-1] if rng.random() < 0.03 else text, "json"


@pytest.fixture(params=["neural_compressor", "onnxruntime"])
def bench(request: pytest.FixtureRequest) -> Workbench:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Workbench)
    return found


def test_a_look_says_what_steps_say(bench: Workbench) -> None:
    folder = bench.folder / "agreement"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"id2label": dict(enumerate(LABELS))}))
    asked, needs = [], []
    for seed in range(600):
        rng = random.Random(seed)
        task = rng.choice([*COLUMNS])
        content, kind = generated(rng, task)
        file = f"{seed}.{kind}"
        (folder / file).write_text(content, newline="")
        data = DatasetSlice(source=Source(origin="local", sha256="0" * 64), format=kind)
        if task in INPUTS and rng.random() < 0.3:
            need = Need(name="calibration.a", data=data, task=task, columns=INPUTS[task], samples=rng.choice([1, 3, 6]))
            request = {"data": data, "columns": need.columns, "samples": need.samples, "batch_size": 2, "seed": 0}
            asked.append({"file": file, "task": task, "calibration": request, "need": need})
        else:
            limit, labels = rng.choice([None, None, 1, 3, 20]), rng.choice([None, None, {"god": "good", "7": "bad"}])
            labels = labels if task.endswith("classification") else None
            columns = COLUMNS[task]
            drawn = {"limit": limit, "seed": seed}
            need = Need(name="evaluation", data=data, task=task, columns=columns, expected=True, labels=labels, **drawn)
            request = {"backend": "", "task": task, "data": data, "columns": columns, "labels": labels}
            asked.append({"file": file, "predict": {**request, "batch_size": 2, **drawn}, "need": need})
        needs.append((need, folder / file))
    (folder / "asked.json").write_text(json.dumps(asked, default=lambda data: data.model_dump()))
    kinds = Counter[str]()
    for (need, path), (message, in_worker) in zip(needs, bench.script(SCRIPT, folder), strict=True):
        seen = look_at_file(need, path, LABELS)
        # A step tells the first of them alone.
        assert message in in_worker if in_worker else message is None, (path.read_text(), need, message, in_worker)
        if need.samples is None:
            assert seen.whole
            assert [fault.message for fault in seen.faults] == in_worker, (path.read_text(), need)
        elif seen.whole or seen.faults:
            assert bool(seen.faults) == (message is not None), (path.read_text(), need, message, seen)
        kinds[("open" if not seen.whole else "wrong" if seen.faults else "right")] += 1
    assert min(kinds.values()) > 20
    assert len(kinds) == 3
