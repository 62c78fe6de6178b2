"""What a grid comes to, told before it runs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cardgen.errors import ManifestError, UsageError
from cardgen.manifest.load import load_manifest
from cardgen.manifest.model import LoadedManifest
from cardgen.pipeline.build import build_all
from cardgen.pipeline.prepare import Settings, prepare
from cardgen.pipeline.sweep import MOST_UNASKED, refuse_large_sweep, sweep_cost
from cardgen.run.progress import Silent
from tests.factory import make_evidence
from tests.project import Project

MANIFEST: dict[str, Any] = {
    "version": 1,
    "repo_id": "owner/sweep",
    "card": "benchmark",
    "title": "A sweep",
    "task": "text-classification",
    "base_model": {"path": "model"},
    "evaluation": {
        "dataset": {"path": "test.csv"},
        "columns": {"text": "text", "label": "label"},
        "metrics": ["accuracy"],
    },
}


def write(folder: Path, benchmark: dict[str, Any]) -> Path:
    """A project of local files, of which nothing is run."""
    (folder / "cardgen.toml").touch()
    (folder / "model").mkdir(exist_ok=True)
    (folder / "model" / "config.json").write_text('{"id2label": {"0": "bad", "1": "good"}}')
    (folder / "test.csv").write_text("text,label\nfine,good\nawful,bad\n")
    path = folder / "sweep.yaml"
    path.write_text(json.dumps({**MANIFEST, "benchmark": benchmark}))
    return path


def load(folder: Path, benchmark: dict[str, Any]) -> LoadedManifest:
    return load_manifest(write(folder, benchmark))


def test_what_a_grid_comes_to_is_told(tmp_path: Path) -> None:
    loaded = load(tmp_path, {"duration_s": 30, "batch_sizes": [1, 8], "input_lengths": [16], "grid": {}})
    cost = sweep_cost(prepare(loaded, Settings(), Silent()))
    assert str(cost) == "2 runs, timed 4 times: 0 of 10 steps stored, at least 2 min left"


def test_what_is_stored_is_left_out_and_tells_how_long_the_rest_takes(tmp_path: Path) -> None:
    loaded = load(tmp_path, {"duration_s": 30, "grid": {}})
    prepared = prepare(loaded, Settings(), Silent())
    records = make_evidence(loaded.manifest).records
    learnt = {record.fingerprint: record.model_copy(update={"seconds": 60.0}) for record in records}
    cost = sweep_cost(replace(prepared, committed=learnt))
    assert str(cost) == "2 runs, timed 2 times: 0 of 8 steps stored, about 7 min left"
    kept = tuple(step for step in prepared.missing if step.request.kind in ("predict", "benchmark"))
    cost = sweep_cost(replace(prepared, committed=learnt, missing=kept))
    assert str(cost) == "2 runs, timed 2 times: 4 of 8 steps stored, about 3 min left"
    assert str(sweep_cost(replace(prepared, missing=()))) == "2 runs, timed 2 times: 8 of 8 steps stored"


STATIC = {"approach": ["static"]}


def test_static_runs_of_a_file_want_another_one_to_be_calibrated_on(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"benchmark\.calibration\.dataset: is missing: the evaluation's dataset"):
        load(tmp_path, {"grid": STATIC})


@pytest.mark.parametrize(
    ("task", "grid", "says"),
    [
        ("image-classification", {}, r"framework\[0\]: onnxruntime cannot be measured in image-classification"),
        ("image-classification", {"framework": ["pytorch"], "apply_quantization": [False]}, r"framework\[0\]: pytorch"),
        (
            "translation",
            {"approach": ["dynamic", "static"]},
            r"approach\[1\]: static cannot be measured in translation",
        ),
    ],
)
def test_what_a_task_cannot_do_is_told_before_anything_runs(
    tmp_path: Path, task: str, grid: dict[str, Any], says: str
) -> None:
    write(tmp_path, {"grid": grid})
    path = tmp_path / "sweep.yaml"
    path.write_text(json.dumps({**MANIFEST, "task": task, "benchmark": {"grid": grid}}))
    with pytest.raises(ManifestError, match=rf"benchmark\.grid\.{says}"):
        load_manifest(path)


@pytest.mark.parametrize("rest", [{}, {"grid": {}}, {"grid": {**STATIC, "apply_quantization": [False]}}])
def test_a_calibration_that_nothing_takes_is_told(tmp_path: Path, rest: dict[str, Any]) -> None:
    with pytest.raises(ManifestError, match=r"benchmark\.calibration: does not apply: no run"):
        load(tmp_path, {"calibration": {"split": "train"}, **rest})


@pytest.mark.parametrize(
    ("train", "samples", "says"),
    [
        ("text,label\nfine,good\nawful,bad\n", 1, r"benchmark\.calibration\.dataset: has the same content as"),
        ("text,label\nso so,bad\n", 2, r"benchmark\.calibration\.samples: .*1"),
        ("label\nbad\n", 1, r"benchmark\.calibration\.dataset: .*text"),
    ],
)
def test_what_is_wrong_with_the_calibration_of_a_grid_is_told_there(
    tmp_path: Path, train: str, samples: int, says: str
) -> None:
    (tmp_path / "train.csv").write_text(train)
    calibration = {"dataset": {"path": "train.csv"}, "samples": samples}
    loaded = load(tmp_path, {"calibration": calibration, "grid": STATIC})
    with pytest.raises(ManifestError, match=says):
        prepare(loaded, Settings(), Silent())


@pytest.mark.parametrize(
    "many",
    [
        {"batch_sizes": [*range(1, 52)], "grid": {}},
        {"input_lengths": [*range(8, 59)], "grid": {}},
        {
            "grid": {
                "operators_to_quantize": [[name] for name in ("MatMul", "Gather", "Conv", "Attention", "LSTM")],
                "per_channel": [False, True],
            },
            "batch_sizes": [*range(1, 12)],
        },
    ],
)
def test_a_large_sweep_begins_only_where_it_is_meant(tmp_path: Path, many: dict[str, Any]) -> None:
    loaded = load(tmp_path, many)
    (error,) = build_all([loaded])
    assert isinstance(error, UsageError)
    assert error.exit_code == 2
    assert "--yes" in error.remedy
    assert "timed 1" in error.message
    assert "at least" in error.message
    assert not (tmp_path / ".cardgen" / "artifacts").exists()


def test_what_is_left_of_a_large_sweep_counts(tmp_path: Path) -> None:
    loaded = load(tmp_path, {"batch_sizes": [*range(1, MOST_UNASKED)], "grid": {}})
    prepared = prepare(loaded, Settings(), Silent())
    timings = [step for step in prepared.missing if step.request.kind == "benchmark"]
    refuse_large_sweep(loaded, replace(prepared, missing=tuple(timings[:MOST_UNASKED])))
    with pytest.raises(UsageError, match=r"benchmark\.grid comes to 2 runs, timed 198 times"):
        refuse_large_sweep(loaded, replace(prepared, missing=tuple(timings[: MOST_UNASKED + 1])))


def test_ten_thousand_combinations_can_be_meant_and_a_hundred_thousand_cannot(tmp_path: Path) -> None:
    some, more = [*range(1, 101)], [*range(1, 1001)]
    assert load(tmp_path, {"batch_sizes": some, "input_lengths": some, "grid": {"apply_quantization": [True]}})
    with pytest.raises(ManifestError, match=r"grid: comes to 2,000,000 combinations"):
        load(tmp_path, {"batch_sizes": more, "input_lengths": more, "grid": {}})


def test_plan_says_it_after_the_steps(tmp_path: Path) -> None:
    write(tmp_path, {"grid": {}})
    run = Project(tmp_path).run("plan", "sweep.yaml")
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == ("sweep: 2 runs, timed 2 times: 0 of 8 steps stored, at least 30 s left")
    assert len(json.loads(Project(tmp_path).run("plan", "--json", "sweep.yaml").stdout)) == 8
