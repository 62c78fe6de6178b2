"""Data that are not what the manifest says: told before anything is made, all at once, as errors of the manifest."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cardgen.data.needs import Need
from cardgen.errors import ManifestError
from cardgen.manifest.load import load_manifest
from cardgen.manifest.model import Limit
from cardgen.pipeline.data import look_at_data
from cardgen.pipeline.prepare import Settings, prepare
from cardgen.records.store import Store
from cardgen.run.environments import ensure_environment
from cardgen.run.progress import Silent
from tests.hub_server import HubServer
from tests.project import COMMAND, MANIFEST, Project, environ

TEXTS = """\
version: 1
repo_id: me/reviews-int8
title: INT8 reviews
task: text-classification
base_model: {path: model}
metadata: {license: mit}
variants:
  onnx:
    backend: onnxruntime
    approach: static
    calibration:
      dataset: {path: train.jsonl}
      samples: 2
  pytorch: {backend: neural-compressor, approach: dynamic}
evaluation:
  dataset: {path: test.csv}
  columns:
    text: text
    label: label
  metrics: [accuracy]
"""
TEST = "text,label\nfine,good\nawful,bad\n"
TRAIN = '{"text": "so so"}\n{"text": "well"}\n'
TO_PARQUET = """
import json, sys
import pyarrow as pa, pyarrow.parquet as pq
for path, columns in json.load(sys.stdin).items():
    pq.write_table(pa.table(columns), path)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of local files that are right, beside a model of which there is only the configuration."""
    (tmp_path / "cardgen.toml").touch()
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text(json.dumps({"id2label": {"0": "bad", "1": "good"}}))
    (tmp_path / "reviews.yaml").write_text(TEXTS)
    (tmp_path / "test.csv").write_text(TEST)
    (tmp_path / "train.jsonl").write_text(TRAIN)
    return tmp_path


def cardgen(folder: Path, command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command without any environment at hand, and hold that none was made and nothing was run."""
    cache = folder / "cache"
    variables = {"CARDGEN_CACHE": str(cache), **variables}
    run = subprocess.run(
        [*COMMAND, command, "reviews.yaml"],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**environ(), **variables},
        timeout=600,
    )
    assert not cache.exists()
    assert not list((folder / ".cardgen").glob("records/*"))
    assert not list((folder / ".cardgen").glob("artifacts/*"))
    return run


def errors(run: subprocess.CompletedProcess[str]) -> str:
    """What is said to be wrong."""
    assert run.returncode == 3, run.stderr
    return run.stderr.partition("error: ")[2].rstrip()


@pytest.mark.parametrize("command", ["build", "plan"])
def test_everything_is_told_at_once_before_an_environment_is_made(folder: Path, command: str) -> None:
    manifest = TEXTS.replace("label: label", "label: lable").replace("  metrics", "  labels: {x: goood}\n  metrics")
    (folder / "reviews.yaml").write_text(manifest.replace("samples: 2", "samples: 3"))
    (folder / "train.jsonl").write_text('{"text": "so so"}\n{"text": 7}\n')
    assert errors(cardgen(folder, command)) == (
        "reviews.yaml:12:16: variants.onnx.calibration.dataset: column `text` should hold text, but 1 of 2 rows do not "
        "(rows 1, counted from 0); the first holds 7, which is not text\n"
        "    name another column as `text`, or clean the data\n"
        "reviews.yaml:13:16: variants.onnx.calibration.samples: the calibration asks for 3 samples, but its split has "
        "2 rows\n"
        "    set `calibration.samples` to 2 or less\n"
        "reviews.yaml:19:12: evaluation.columns.label: the dataset has no column `lable`, which "
        "`evaluation.columns.label` names\n"
        "    did you mean `label`? Its columns: `text`, `label`\n"
        "reviews.yaml:20:15: evaluation.labels.x: `evaluation.labels` maps `x` to `goood`, which is not a label of the "
        "model\n"
        "    did you mean `good`? The model's labels: `bad`, `good`"
    )


@pytest.mark.parametrize(
    ("test", "train", "place", "says"),
    [
        ("text,label\n", TRAIN, "16:12: evaluation.dataset", "the dataset's file test.csv has no rows"),
        ("", TRAIN, "16:12: evaluation.dataset", "the file test.csv cannot be read as csv: it is empty"),
        ("text,label\nfine\n", TRAIN, "16:12: evaluation.dataset", "line 2 has 1 value"),
        ("text,label\nfine,good\n", TRAIN, "16:12: evaluation.dataset", "there is only one sample"),
        ("text,label\nfine,\nbad,bad\n", TRAIN, "19:12: evaluation.columns.label", "1 of 2 rows have no label"),
        ("text,label\nfine,1\nbad,0\n", TRAIN, "15:1: evaluation.labels", "labels of the dataset are not the model's"),
        ("words,label\nfine,good\nbad,bad\n", TRAIN, "18:11: evaluation.columns.text", "has no column `text`"),
        (TEST, "", "12:16: variants.onnx.calibration.dataset", "the dataset's file train.jsonl has no rows"),
        (TEST, TRAIN + "{", "12:16: variants.onnx.calibration.dataset", "cannot be read as json: line 3, column 2"),
        (TEST, '{"words": "a"}\n' * 2, "12:16: variants.onnx.calibration.dataset", "has no column `text`"),
        (TEST, '{"text": "a"}', "13:16: variants.onnx.calibration.samples", "asks for 2 samples"),
    ],
)
def test_each_mistake_has_its_line(folder: Path, test: str, train: str, place: str, says: str) -> None:
    (folder / "test.csv").write_text(test)
    (folder / "train.jsonl").write_text(train)
    told = errors(cardgen(folder, "plan"))
    assert told.startswith(f"reviews.yaml:{place}: ")
    assert says in told
    assert sum(line.startswith("reviews.yaml:") for line in told.splitlines()) == 1


def test_a_mistake_in_both_files_is_told_once(folder: Path) -> None:
    (folder / "reviews.yaml").write_text(TEXTS.replace("text: text", "text: txt"))
    told = errors(cardgen(folder, "plan"))
    assert told.splitlines() == [
        (
            "reviews.yaml:18:11: evaluation.columns.text: the dataset has no column `txt`, which "
            "`evaluation.columns.text` names"
        ),
        "    did you mean `text`? Its columns: `text`, `label`",
    ]


def test_a_sketch_of_labels_can_be_copied(folder: Path) -> None:
    (folder / "test.csv").write_text("text,label\nfine,Good\nawful,bad\n")
    assert errors(cardgen(folder, "build")).splitlines()[1:] == [
        "    say which is which in the manifest. A sketch, for you to check and fill in:",
        "    evaluation:",
        "      labels:",
        '        "Good": "good"',
    ]


def test_what_was_fit_is_not_looked_at_again(folder: Path) -> None:
    loaded = load_manifest(folder / "reviews.yaml")
    prepared = prepare(loaded, Settings(), Silent())
    assert prepared.unseen == ()
    for name in ("test.csv", "train.jsonl"):
        (folder / name).unlink()  # the names meant the same content before

    def again(limit: int | None) -> tuple[Need, ...]:
        assert loaded.manifest.evaluation is not None
        evaluation = loaded.manifest.evaluation.model_copy(update={"limit": limit and Limit(samples=limit)})
        changed = loaded.model_copy(update={"manifest": loaded.manifest.model_copy(update={"evaluation": evaluation})})
        steps = [
            step
            if step.request.kind != "predict"
            else type(step)(**{**vars(step), "request": step.request.model_copy(update={"limit": limit})})
            for step in prepared.plan.steps
        ]
        return look_at_data(changed, steps, prepared.resolutions, prepared.inputs, Store(loaded.root))

    assert again(None) == ()
    with pytest.raises(FileNotFoundError):
        again(2)


def test_what_only_a_library_can_read_is_left_to_a_worker(folder: Path) -> None:
    (folder / "test.parquet").write_bytes(b"PAR1")
    (folder / "reviews.yaml").write_text(TEXTS.replace("test.csv", "test.parquet"))
    (need,) = prepare(load_manifest(folder / "reviews.yaml"), Settings(), Silent()).unseen
    assert (need.name, need.data.format, need.labelled) == ("evaluation", "parquet", True)
    (folder / "train.jsonl").write_text("")
    with pytest.raises(ManifestError, match="has no rows"):  # what can be told without one is
        prepare(load_manifest(folder / "reviews.yaml"), Settings(), Silent())


def parquet(folder: Path, **files: dict[str, Any]) -> None:
    python = ensure_environment("neural-compressor")
    tables = json.dumps({f"{name}.parquet": columns for name, columns in files.items()})
    subprocess.run([python, "-c", TO_PARQUET], input=tables, text=True, check=True, cwd=folder)


def in_worker(folder: Path, **variables: str) -> str:
    """What a build says that looks at data in a worker, before the first step."""
    run = cardgen(folder, "build", CARDGEN_CACHE=os.environ.get("CARDGEN_CACHE", ""), **variables)
    assert "look at data" in run.stderr
    assert "export" not in run.stderr
    return errors(run)


@pytest.mark.slow
def test_parquet_is_looked_at_before_the_first_step(folder: Path) -> None:
    train = {"text": ["so so", None]}
    parquet(folder, test={"text": [1, 2, 3], "label": ["good", "", "god"]}, train=train)
    manifest = TEXTS.replace("test.csv", "test.parquet").replace("train.jsonl", "train.parquet")
    (folder / "reviews.yaml").write_text(manifest)
    lines = [line.partition(": ") for line in in_worker(folder).splitlines() if line.startswith("reviews")]
    assert [(place, re.split(", | labels: ", problem)[0]) for place, _, problem in lines] == [
        ("reviews.yaml:12:16", "variants.onnx.calibration.dataset: column `text` should hold text"),
        ("reviews.yaml:15:1", "evaluation.labels: labels of the dataset are not the model's: `god`. The model's"),
        ("reviews.yaml:18:11", "evaluation.columns.text: column `text` should hold text"),
        ("reviews.yaml:19:12", "evaluation.columns.label: 1 of 3 rows have no label in column `label` (null"),
    ]  # fmt: skip


@pytest.mark.slow
def test_rows_that_a_calibration_draws_are_looked_at(folder: Path) -> None:
    rows = [{"text": "a"}] * 3 + [{"text": None}] * 5
    (folder / "train.jsonl").write_text("\n".join(map(json.dumps, rows)))
    manifest = TEXTS.replace("samples: 2", "samples: 3")
    (folder / "reviews.yaml").write_text(manifest)
    told = in_worker(folder)
    assert told.startswith("reviews.yaml:12:16: variants.onnx.calibration.dataset: column `text` should hold text, but")
    assert "of 3 rows" in told


@pytest.mark.slow
def test_a_dataset_of_the_hub_is_looked_at_before_the_first_step(folder: Path) -> None:
    manifest = TEXTS.replace("dataset: {path: test.csv}", "dataset: {id: tester/reviews, split: validation}")
    (folder / "reviews.yaml").write_text(manifest)
    with HubServer() as hub:
        files = {"train.csv": TEST.encode(), "test.csv": b"text,label\nfine,good\nawful,baad\n"}
        hub.add("tester/reviews", files, repo_type="dataset")
        variables = {"HF_ENDPOINT": hub.endpoint, "HF_TOKEN": hub.token, "HF_HOME": str(folder / "hf")}
        told = in_worker(folder, **variables)
        assert told.startswith("reviews.yaml:16:40: evaluation.dataset.split: the dataset tester/reviews, split valid")
        assert "train" in told
        (folder / "reviews.yaml").write_text(manifest.replace("validation", "test"))
        told = in_worker(folder, **variables)
        assert "evaluation.labels: labels of the dataset are not the model's: `baad`" in told


@pytest.mark.slow
def test_what_a_worker_found_fit_is_not_looked_at_again(project: Project) -> None:
    script = "import sys, pyarrow.csv as c, pyarrow.parquet as p; p.write_table(c.read_csv(sys.argv[1]), sys.argv[2])"
    files = [str(project.folder / "demo" / name) for name in ("test.csv", "test.parquet")]
    subprocess.run([ensure_environment("neural-compressor"), "-c", script, *files], check=True)
    project.keep_only("onnx")
    project.edit(evaluation__dataset={"path": "../demo/test.parquet"})
    first = project.run("build", "--json", MANIFEST)
    assert first.returncode == 0, first.stderr
    assert first.stderr.index("look at data") < first.stderr.index("predict")
    project.forget("predict", "onnxruntime")
    again = project.run("build", "--json", MANIFEST)
    assert again.returncode == 0, again.stderr
    assert "predict onnx" in json.loads(again.stdout)[0]["ran"]
    assert "look at data" not in again.stderr
