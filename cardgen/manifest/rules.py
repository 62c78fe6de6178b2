"""What must hold between the parts of a manifest: for the whole of it, its variants and its evaluation."""

from __future__ import annotations

import re

from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.families import FAMILIES
from cardgen.catalog.hub_names import id_fault
from cardgen.catalog.metrics import METRICS
from cardgen.catalog.pipeline_tags import PIPELINE_TAGS
from cardgen.catalog.suggest import nearest, remedy_for
from cardgen.catalog.tasks import TASKS, TaskInfo
from cardgen.manifest.model import Calibration, Evaluation, Manifest, Metric, Variant
from cardgen.manifest.places import Findings, Path, strings_in
from cardgen.manifest.reference_rules import check_base_model, check_dataset, same_data

_VARIANT_NAME = re.compile("[a-z0-9][a-z0-9_-]*")
_DATASET: Path = ("evaluation", "dataset")


def check_rules(manifest: Manifest, value: object, findings: Findings) -> None:
    """Check everything that the types alone cannot say, but for metadata and prose.

    Args:
        manifest: as shaped, with stand-ins for what ``findings`` already knows to be wrong.
        value: what the YAML held.
        findings: takes the problems.
    """
    _check_texts(value, findings)
    if manifest.card not in FAMILIES:
        findings.add(("card",), f"`{manifest.card}` is not a card family", remedy_for(manifest.card, FAMILIES))
    _check_task(manifest.task, findings)
    if fault := id_fault(manifest.repo_id, owner=True):
        findings.add(("repo_id",), f"`{manifest.repo_id}` {fault[0]}", fault[1])
    elif manifest.repo_id == manifest.base_model.id:
        message = "is the base model's own repository, whose card and weights would be overwritten"
        findings.add(("repo_id",), message, "name another repository")
    check_base_model(manifest.base_model, findings)
    for name, variant in manifest.variants.items():
        _check_variant(manifest, name, variant, findings)
    _check_evaluation(manifest, findings)


def _check_texts(value: object, findings: Findings) -> None:
    for path, text in strings_in(value):
        if not text.strip():
            findings.add(path, "is empty", "write something, or leave the key out")
        elif path[0] not in ("prose", "metadata") and re.search(r"[\n\r\t\x85\u2028\u2029]", text):
            findings.add(path, "must be a single line", "put it on one line")


def _check_task(task: str, findings: Findings) -> None:
    if task in TASKS:
        return
    able = f"it can do: {', '.join(TASKS)}"
    if task in PIPELINE_TAGS:
        findings.add(("task",), f"cardgen cannot evaluate `{task}`", able)
        return
    meant = nearest(task, PIPELINE_TAGS)
    remedy = f"did you mean `{meant}`?" if meant in TASKS else f"cardgen can evaluate: {', '.join(TASKS)}"
    findings.add(("task",), f"`{task}` is not a task (pipeline tag) of the Hub", remedy)


def _meant_task(manifest: Manifest) -> TaskInfo | None:
    """The task, or the one that a misspelt name stands for, so that what depends on it can be checked all the same."""
    return TASKS.get(manifest.task) or TASKS.get(nearest(manifest.task, TASKS) or "")


def _check_variant(manifest: Manifest, name: str, variant: Variant, findings: Findings) -> None:
    path: Path = ("variants", name)
    if not _VARIANT_NAME.fullmatch(name):
        message = "is not a variant's name: it becomes part of file names"
        findings.add(path, message, "use a-z, 0-9, `-` and `_`, and start with a letter or digit", at="key")
    backend = BACKENDS.get(variant.backend)
    if backend is None:
        message = f"`{variant.backend}` is not a backend"
        findings.add((*path, "backend"), message, remedy_for(variant.backend, BACKENDS))
    else:
        if manifest.task in TASKS and manifest.task not in backend.tasks:
            message = f"{backend.name} cannot do {manifest.task}"
            findings.add((*path, "backend"), message, f"it can do: {', '.join(backend.tasks)}")
        for option in sorted(variant.options.model_fields_set - set(backend.options)):
            others = [other.name for other in BACKENDS.values() if option in other.options]
            message = f"is not an option of {backend.name}"
            has = f"its options are: {', '.join(backend.options)}" if backend.options else "it has none"
            belongs = f"; it is one of {' and '.join(others)}" if others else ""
            findings.add((*path, "options", option), message, has + belongs, at="key")
    for option in ("operators", "exclude_nodes"):
        _check_list(getattr(variant.options, option), (*path, "options", option), findings)
    if variant.fallback:
        _check_list(variant.fallback.modules, (*path, "fallback", "modules"), findings)
    if findings.sound((*path, "approach")):
        _check_calibration(manifest.evaluation, path, variant, findings)


def _check_list(items: tuple[str, ...] | None, path: Path, findings: Findings) -> None:
    if items == () and path in findings.entries:
        findings.add(path, "is empty", "give at least one, or leave the key out")
    for index, item in enumerate(items or ()):
        if item in (items or ())[:index]:
            findings.add((*path, index), f"`{item}` is given twice", "keep one")


def _check_calibration(evaluation: Evaluation, variant_path: Path, variant: Variant, findings: Findings) -> None:
    path = (*variant_path, "calibration")
    if variant.approach == "dynamic":
        if variant.calibration is not None:
            message = "does not apply: a dynamic quantization looks at no samples beforehand"
            findings.add(path, message, "leave it out, or write `approach: static`", at="key")
        return
    asked = variant.calibration or Calibration()
    if asked.dataset is not None:
        check_dataset(asked.dataset, (*path, "dataset"), findings, needs_split=False)
        if asked.split and asked.dataset.split and asked.split != asked.dataset.split:
            message = f"is `{asked.split}`, and `dataset.split` beside it is `{asked.dataset.split}`"
            findings.add((*path, "split"), message, "keep one of the two")
    if not findings.sound(_DATASET, (*path, "dataset"), (*path, "split")) or findings.spoilt_within(_DATASET):
        return
    data = asked.dataset or evaluation.dataset
    split = asked.split or (asked.dataset and asked.dataset.split) or "train"
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


def _check_evaluation(manifest: Manifest, findings: Findings) -> None:
    evaluation = manifest.evaluation
    check_dataset(evaluation.dataset, _DATASET, findings, needs_split=True)
    _check_columns(manifest, findings)
    for index, metric in enumerate(evaluation.metrics):
        _check_metric(manifest, index, metric, findings)
    if evaluation.labels == {}:
        findings.add(("evaluation", "labels"), "is empty", "give the labels, or leave the key out")
    for label in evaluation.labels or {}:
        if not label.strip():
            findings.add(("evaluation", "labels", label), "is an empty label", "write the dataset's label", at="key")
    metrics: Path = ("evaluation", "metrics")
    names = tuple(dict.fromkeys(metric.type for metric in evaluation.metrics))
    if evaluation.primary is not None and evaluation.primary not in names and not findings.spoilt_within(metrics):
        message = f"`{evaluation.primary}` is not among the metrics"
        findings.add(("evaluation", "primary"), message, f"choose one of: {', '.join(names)}, or add it there")


def _check_columns(manifest: Manifest, findings: Findings) -> None:
    path: Path = ("evaluation", "columns")
    columns = manifest.evaluation.columns
    task = _meant_task(manifest)
    if task is None or not findings.sound(path):
        return
    for role in columns:
        if role not in task.columns:
            message = f"`{role}` is not a role of a column in {task.title}"
            meant = nearest(role, task.columns)
            if meant is not None and meant not in columns:
                findings.spoil((*path, meant))
            findings.add((*path, role), message, remedy_for(role, tuple(task.columns)), at="key")
    for role, use in task.required_columns.items():
        if role not in columns:
            findings.add((*path, role), "is missing", f"name the dataset's column: {use}")
    for index, (role, column) in enumerate(columns.items()):
        earlier = [other for other, name in list(columns.items())[:index] if name == column]
        if earlier:
            message = f"is the column `{column}`, which is `{earlier[0]}` already"
            findings.add((*path, role), message, "name another column")


def _check_metric(manifest: Manifest, index: int, metric: Metric, findings: Findings) -> None:
    path: Path = ("evaluation", "metrics", index)
    task = _meant_task(manifest)
    known = task.metrics if task else tuple(METRICS)
    at_type = (*path, "type") if (*path, "type") in findings.entries else path
    info = METRICS.get(metric.type)
    if not findings.sound((*path, "type")):
        return
    if info is None:
        findings.add(at_type, f"`{metric.type}` is not a metric", remedy_for(metric.type, known))
        return
    if task and metric.type not in known:
        message = f"`{metric.type}` is not a metric of {task.title}"
        findings.add(at_type, message, f"those are: {', '.join(known)}")
    for name, value in metric.args.items():
        argument = info.args.get(name)
        at = (*path, "args", name)
        if argument is None:
            findings.add(at, f"is not an argument of {metric.type}", remedy_for(name, tuple(info.args)), at="key")
        elif not isinstance(value, str):
            findings.add(at, f"must be text, not {str(value).lower()}", f'write "{str(value).lower()}" in quotes')
        elif argument.values and value not in argument.values:
            findings.add(at, f"`{value}` is not known", remedy_for(value, argument.values))
        elif (
            argument.only_with
            and metric.args.get(argument.only_with[0], argument.only_with[1]) != argument.only_with[1]
        ):
            message = f"only goes with `{argument.only_with[0]}: {argument.only_with[1]}`"
            findings.add(at, message, "leave one of them out", at="key")
    if metric in manifest.evaluation.metrics[:index] and findings.sound(path):
        findings.add(path, "is given twice", "keep one, or give it other `args`")
