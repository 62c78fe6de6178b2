"""What a variant needs to be run: data to score it on, to calibrate it with, and perhaps to tune it on.

A reported one needs none of them.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePosixPath

from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.suggest import nearest
from cardgen.catalog.tasks import TASK_NAMES, TASKS, TaskInfo
from cardgen.errors import ManifestError
from cardgen.manifest.data import Calibration, DatasetRef
from cardgen.manifest.grid import GRID
from cardgen.manifest.model import Evaluation, Fallback, LoadedManifest, Manifest, Variant
from cardgen.manifest.places import Findings, Path
from cardgen.manifest.rules.grid import GRID_PATH, check_grid_task
from cardgen.manifest.rules.references import DATA_SUFFIXES, check_dataset, same_data

_DATASET: Path = ("evaluation", "dataset")


def refuse_runs(loaded: LoadedManifest, names: Collection[str]) -> None:
    """Check variants that are run although they are reported.

    Raises:
        ManifestError: where one cannot be run.
    """
    findings = Findings(str(loaded.path))
    check_runs(loaded.manifest, names, findings)
    if findings:
        raise ManifestError(tuple(findings))


def check_runs(manifest: Manifest, names: Collection[str], findings: Findings) -> None:
    """Check that the variants called ``names`` can be run; ``GRID`` among them stands for the runs of the grid."""
    evaluation = manifest.evaluation
    variants = [name for name in names if name != GRID]
    swept = GRID in names
    if swept:
        check_grid_task(manifest, findings)
    for name in variants:
        variant = manifest.variants[name]
        backend = BACKENDS.get(variant.backend)
        able = () if backend is None else backend.export_tasks if variant.approach == "none" else backend.tasks
        if able and manifest.task in TASK_NAMES and manifest.task not in able:
            message = f"{variant.backend} cannot do {manifest.task}"
            remedy = f"it can do: {', '.join(able)}; results measured elsewhere go under `reported`"
            findings.add(("variants", name, "backend"), message, remedy)
    if not names:
        return
    if evaluation is None:
        if findings.sound(("evaluation",)):
            what = "variants" if variants else "runs"
            findings.add(("evaluation",), "is missing", f"say on what data the {what} are scored, and by which metrics")
        return
    if evaluation.dataset is None and findings.sound(_DATASET):
        findings.add(_DATASET, "is missing", "say on what data the variants are scored: {id: …, split: …} or {path: …}")
    scored = swept or any(manifest.variants[name].approach != "none" for name in variants)
    task = meant_task(manifest)
    if task is not None and findings.sound(("evaluation", "columns")):
        for role, use in task.required_columns.items():
            if (role in task.input_columns or scored) and role not in evaluation.columns:
                findings.add(("evaluation", "columns", role), "is missing", f"name the dataset's column: {use}")
    if task is not None and evaluation.dataset is not None:
        _check_file(evaluation.dataset, _DATASET, task, evaluation, findings)
    if not evaluation.metrics and scored:
        findings.add(("evaluation", "metrics"), "is missing", "name at least one metric, such as accuracy")
    benchmark = manifest.benchmark
    if swept and benchmark and benchmark.grid and benchmark.grid.is_static and findings.sound(GRID_PATH):
        _check_calibration(evaluation, ("benchmark", "calibration"), benchmark.calibration, task, findings)
    for name in variants:
        if findings.sound(("variants", name, "approach")) and manifest.variants[name].approach == "static":
            path: Path = ("variants", name, "calibration")
            _check_calibration(evaluation, path, manifest.variants[name].calibration, task, findings)
        fallback = manifest.variants[name].fallback
        if fallback is not None and fallback.tolerance is not None:
            _check_choice(evaluation, ("variants", name), manifest.variants[name], fallback, findings)
            if task is not None and fallback.dataset is not None:
                path = ("variants", name, "fallback", "dataset")
                _check_file(fallback.dataset, path, task, evaluation, findings)


def _check_file(dataset: DatasetRef, path: Path, task: TaskInfo, evaluation: Evaluation, findings: Findings) -> None:
    """Check that a local file is of a kind that can hold what the task reads."""
    kind = PurePosixPath(dataset.path or "").suffix.lower()
    if kind not in DATA_SUFFIXES:
        return
    if "image" in task.input_columns and kind != ".parquet":
        message = f"`{dataset.path}` cannot hold images but their names, and what these stand for could change unseen"
        findings.add((*path, "path"), message, "put the bytes of the images into a column of a .parquet file")
    choices = evaluation.columns.get("choices", "*") if "choices" in task.input_columns else "*"
    if kind == ".csv" and not choices.endswith("*"):
        message = f"`{dataset.path}` cannot hold lists, which `choices` is to be"
        remedy = "name the columns of the answers by a pattern, such as `choices: ending*`, or use another kind of file"
        findings.add((*path, "path"), message, remedy)


def meant_task(manifest: Manifest) -> TaskInfo | None:
    """The task, or the one that a misspelt name stands for, so that what depends on it can be checked all the same."""
    return TASKS.get(manifest.task) or TASKS.get(nearest(manifest.task, TASKS) or "")


def _check_calibration(
    evaluation: Evaluation, path: Path, given: Calibration | None, task: TaskInfo | None, findings: Findings
) -> None:
    asked = given or Calibration()
    if task is not None and asked.dataset is not None:
        _check_file(asked.dataset, (*path, "dataset"), task, evaluation, findings)
    if asked.dataset is not None:
        check_dataset(asked.dataset, (*path, "dataset"), findings, needs_split=False)
        _check_splits(path, asked.split, asked.dataset, findings)
    if not findings.sound(_DATASET, (*path, "dataset"), (*path, "split")) or findings.spoilt_within(_DATASET):
        return
    if evaluation.dataset is None:
        return
    data, split = _calibration_samples(evaluation.dataset, asked)
    if asked.dataset is None and data.path is not None:
        findings.add(
            (*path, "dataset"),
            "is missing: the evaluation's dataset is a file, which has no train split to calibrate on",
            "name another file: `calibration: {dataset: {path: …}}`",
        )
    elif same_data(data, split, evaluation.dataset, evaluation.dataset.split):
        findings.add(
            path,
            "uses the samples that the model is scored on, so that the score would flatter the model",
            "name another split or another dataset",
            at="key",
        )


def _calibration_samples(evaluated: DatasetRef, asked: Calibration) -> tuple[DatasetRef, str]:
    return asked.dataset or evaluated, asked.split or (asked.dataset and asked.dataset.split) or "train"


def _check_choice(
    evaluation: Evaluation, variant_path: Path, variant: Variant, fallback: Fallback, findings: Findings
) -> None:
    """Check that a fallback that is chosen on other samples is chosen on samples that nothing else has seen."""
    path: Path = (*variant_path, "fallback")
    dataset, split = (*path, "dataset"), (*path, "split")
    if fallback.dataset is not None:
        check_dataset(fallback.dataset, dataset, findings, needs_split=fallback.split is None)
        _check_splits(path, fallback.split, fallback.dataset, findings)
    if not findings.sound(_DATASET, dataset, split, (*variant_path, "calibration")) or findings.spoilt_within(_DATASET):
        return
    if evaluation.dataset is None or (fallback.dataset is None and fallback.split is None):
        return
    data = fallback.dataset or evaluation.dataset
    named = fallback.split or data.split
    if fallback.dataset is None and data.path is not None:
        message = "does not apply: the evaluation's dataset is a file, which has no other split"
        findings.add(split, message, "name another file: `fallback: {dataset: {path: …}}`", at="key")
        return
    key = dataset if fallback.dataset is not None else split
    if same_data(data, named, evaluation.dataset, evaluation.dataset.split):
        message = "means the samples that the model is scored on, so that the score would flatter the model"
        remedy = "name another split or another dataset; or none: then the card says what the choice was made on"
        findings.add(key, message, remedy, at="key")
    elif variant.approach == "static" and same_data(
        data, named, *_calibration_samples(evaluation.dataset, variant.calibration or Calibration())
    ):
        message = "means the samples that the model is calibrated on, on which INT8 looks better than it is"
        findings.add(key, message, "name another split or another dataset", at="key")


def _check_splits(path: Path, split: str | None, dataset: DatasetRef, findings: Findings) -> None:
    if split and dataset.split and split != dataset.split:
        message = f"is `{split}`, and `dataset.split` beside it is `{dataset.split}`"
        findings.add((*path, "split"), message, "keep one of the two")
