"""What must hold between the parts of a manifest: for the whole of it, its variants and its evaluation."""

from __future__ import annotations

import re

from cardgen.catalog.backends import BACKENDS, ELSEWHERE, RUNNABLE_TASKS, BackendInfo
from cardgen.catalog.families import FAMILIES, TEMPLATE_SUFFIXES
from cardgen.catalog.hub_names import id_fault
from cardgen.catalog.metrics import METRICS
from cardgen.catalog.operators import PER_CHANNEL_OPSET
from cardgen.catalog.suggest import nearest, remedy_for
from cardgen.catalog.tasks import TASK_NAMES, TaskInfo
from cardgen.manifest.grid import GRID
from cardgen.manifest.model import Evaluation, Fallback, Manifest, Metric, Variant
from cardgen.manifest.places import Findings, Path, strings_in
from cardgen.manifest.rules.elsewhere import check_elsewhere
from cardgen.manifest.rules.generation import check_generation
from cardgen.manifest.rules.grid import check_grid
from cardgen.manifest.rules.made import check_made
from cardgen.manifest.rules.publish import check_publish
from cardgen.manifest.rules.references import check_base_model, check_dataset, path_fault
from cardgen.manifest.rules.results import check_results
from cardgen.manifest.rules.runs import check_runs, meant_task
from cardgen.patterns import regex

_VARIANT_NAME = regex("[a-z0-9][a-z0-9_-]*")
_DATASET: Path = ("evaluation", "dataset")


def check_rules(manifest: Manifest, value: object, findings: Findings) -> None:
    """Check everything that the types alone cannot say, but for metadata, prose and what is reported.

    Args:
        manifest: as shaped, with stand-ins for what ``findings`` already knows to be wrong.
        value: what the YAML held.
        findings: takes the problems.
    """
    _check_texts(value, findings)
    _check_family(manifest, findings)
    _check_task(manifest.task, findings)
    if fault := id_fault(manifest.repo_id, owner=True):
        findings.add(("repo_id",), f"`{manifest.repo_id}` {fault[0]}", fault[1])
    elif manifest.repo_id == manifest.base_model.id:
        message = "is the base model's own repository, whose card and weights would be overwritten"
        findings.add(("repo_id",), message, "name another repository")
    check_publish(manifest, findings)
    check_base_model(manifest.base_model, findings)
    for name, variant in manifest.variants.items():
        _check_variant(name, variant, findings)
    check_elsewhere(manifest, findings)
    check_made(manifest, findings)
    check_results(manifest, findings)
    reported = set(manifest.reported_variants)
    runs = [
        name
        for name, variant in manifest.variants.items()
        if name not in reported and variant.backend != ELSEWHERE.name and variant.made is None
    ]
    if manifest.benchmark and manifest.benchmark.grid and not manifest.reports_runs:
        runs.append(GRID)
    if manifest.evaluation is not None:
        _check_evaluation(manifest, manifest.evaluation, bool(runs), findings)
    check_generation(manifest.generation, meant_task(manifest), findings)
    check_grid(manifest, findings)
    check_runs(manifest, runs, findings)


def _check_family(manifest: Manifest, findings: Findings) -> None:
    if manifest.card.endswith(TEMPLATE_SUFFIXES):
        if fault := path_fault(manifest.card):
            findings.add(("card",), f"`{manifest.card}` {fault[0]}", fault[1])
    elif manifest.card not in FAMILIES:
        first = remedy_for(manifest.card, FAMILIES)
        remedy = f"{first}{' A' if first.endswith('?') else '; a'} template of your own is a path that ends in .jinja"
        findings.add(("card",), f"`{manifest.card}` is not a card family", remedy.removeprefix("; "))
    if manifest.card == "benchmark":
        grid: Path = ("benchmark", "grid")
        if not manifest.reports_runs and not (manifest.benchmark and manifest.benchmark.grid) and findings.sound(grid):
            message = "is missing: a benchmark's card is a table of runs, and none is given"
            remedy = "give an entry with `parameters` for each run, or the settings to run under `benchmark.grid`"
            findings.add(("reported",), message, remedy)
    elif not manifest.variants and findings.sound(("variants",)):
        findings.add(("variants",), "is missing", "describe at least one variant: its backend and approach")
    for name, variant in manifest.variants.items():
        if variant.made is not None and manifest.card == "onnx-export":
            message = "does not belong in an onnx-export card, which is about what cardgen exports"
            findings.add(("variants", name, "made"), message, "write `card: quantized`", at="key")
        elif variant.approach != "none" and manifest.card == "onnx-export":
            message = f"does not belong in an onnx-export card: it quantizes ({variant.approach})"
            findings.add(("variants", name, "approach"), message, "write `approach: none`, or `card: quantized`")
        elif variant.approach == "none" and manifest.card == "quantized" and variant.backend in BACKENDS:
            message = "does not belong in a quantized card: nothing is quantized"
            findings.add(("variants", name, "approach"), message, "write `card: onnx-export`")


def _check_texts(value: object, findings: Findings) -> None:
    for path, text in strings_in(value):
        if not text.strip():
            findings.add(path, "is empty", "write something, or leave the key out")
        elif path[0] not in ("prose", "metadata") and re.search(r"[\n\r\t\x85\u2028\u2029]", text):
            findings.add(path, "must be a single line", "put it on one line")


def _check_task(task: str, findings: Findings) -> None:
    if task not in TASK_NAMES:
        remedy = remedy_for(task, TASK_NAMES) or f"those that cardgen can measure are: {', '.join(RUNNABLE_TASKS)}"
        findings.add(("task",), f"`{task}` is not a task (pipeline tag) of the Hub", remedy)


def _check_variant(name: str, variant: Variant, findings: Findings) -> None:
    path: Path = ("variants", name)
    if not _VARIANT_NAME.fullmatch(name):
        message = "is not a variant's name: it becomes part of file names"
        findings.add(path, message, "use a-z, 0-9, `-` and `_`, and start with a letter or digit", at="key")
    backend = BACKENDS.get(variant.backend)
    if variant.made is not None:
        return
    if backend is None and variant.backend != ELSEWHERE.name:
        message = f"`{variant.backend}` is not a backend"
        findings.add((*path, "backend"), message, remedy_for(variant.backend, (*BACKENDS, ELSEWHERE.name)))
    elif backend is not None:
        _check_options(path, variant, backend, findings)
        if variant.approach == "none" and not backend.export_tasks:
            able = " or ".join(other.name for other in BACKENDS.values() if other.export_tasks)
            message = f"is no export: {backend.name} only quantizes"
            findings.add((*path, "approach"), message, f"use the backend {able}, or quantize")
    for option in ("operators", "exclude_nodes"):
        _check_list(getattr(variant.options, option), (*path, "options", option), findings)
    if variant.fallback:
        if variant.approach == "none":
            findings.add((*path, "fallback"), "does not apply: an export is FP32 throughout", "leave it out", at="key")
        _check_fallback((*path, "fallback"), variant.fallback, findings)
    given = variant.calibration is not None and variant.backend != ELSEWHERE.name
    if given and findings.sound((*path, "approach")) and variant.approach in ("dynamic", "none"):
        message = {
            "dynamic": "does not apply: a dynamic quantization looks at no samples beforehand",
            "none": "does not apply: an export is not quantized",
        }[variant.approach]
        findings.add((*path, "calibration"), message, "leave it out, or write `approach: static`", at="key")


def _check_fallback(path: Path, fallback: Fallback, findings: Findings) -> None:
    modules, tolerance = (*path, "modules"), (*path, "tolerance")
    _check_list(fallback.modules, modules, findings)
    if not findings.sound(modules, tolerance):
        return
    if fallback.modules is None and fallback.tolerance is None:
        message = "says neither which modules stay FP32 nor how much may be lost"
        remedy = "name `modules`, or give a `tolerance` such as 0.01, and cardgen finds them"
        findings.add(path, message, remedy, at="key")
    elif fallback.modules is not None and fallback.tolerance is not None:
        message = "does not go with `modules`: either you choose them, or cardgen does, to keep to the tolerance"
        findings.add(tolerance, message, "leave one of them out", at="key")
    if fallback.absolute and fallback.tolerance is None:
        message = "only goes with `tolerance`"
        findings.add((*path, "absolute"), message, "leave it out", at="key")
    for name in ("dataset", "split"):
        if getattr(fallback, name) is not None and fallback.modules is not None and fallback.tolerance is None:
            message = "only goes with `tolerance`: modules that are named are not chosen on any data"
            findings.add((*path, name), message, "leave it out", at="key")


def _check_options(path: Path, variant: Variant, backend: BackendInfo, findings: Findings) -> None:
    for option in sorted(variant.options.model_fields_set - set(backend.options)):
        others = [other.name for other in BACKENDS.values() if option in other.options]
        message = f"is not an option of {backend.name}"
        has = f"its options are: {', '.join(backend.options)}" if backend.options else "it has none"
        belongs = f"; it is one of {' and '.join(others)}" if others else ""
        findings.add((*path, "options", option), message, has + belongs, at="key")
    options = variant.options
    if variant.approach == "static" and options.per_channel and options.opset and options.opset < PER_CHANNEL_OPSET:
        message = f"is {options.opset}, and static quantization by channel takes operators of {PER_CHANNEL_OPSET}"
        findings.add((*path, "options", "opset"), message, f"write {PER_CHANNEL_OPSET} or more, or leave it out")


def _check_list(items: tuple[str, ...] | None, path: Path, findings: Findings) -> None:
    if items == () and path in findings.entries:
        findings.add(path, "is empty", "give at least one, or leave the key out")
    for index, item in enumerate(items or ()):
        if item in (items or ())[:index]:
            findings.add((*path, index), f"`{item}` is given twice", "keep one")


def _check_evaluation(manifest: Manifest, evaluation: Evaluation, runs: bool, findings: Findings) -> None:
    if evaluation.dataset is not None:
        check_dataset(evaluation.dataset, _DATASET, findings, needs_split=runs)
    task = meant_task(manifest)
    _check_columns(evaluation, task, findings)
    for index, metric in enumerate(evaluation.metrics):
        _check_metric(evaluation, task, index, metric, findings)
    if evaluation.labels == {}:
        findings.add(("evaluation", "labels"), "is empty", "give the labels, or leave the key out")
    if evaluation.labels and task is not None and not task.labelled:
        message = f"does not apply: models for {task.title} give none of a set of labels"
        findings.add(("evaluation", "labels"), message, "leave it out", at="key")
    for label in evaluation.labels or {}:
        if not label.strip():
            findings.add(("evaluation", "labels", label), "is an empty label", "write the dataset's label", at="key")
    metrics: Path = ("evaluation", "metrics")
    names = tuple(dict.fromkeys(metric.type for metric in evaluation.metrics))
    if evaluation.primary is not None and evaluation.primary not in names and not findings.spoilt_within(metrics):
        message = f"`{evaluation.primary}` is not among the metrics"
        findings.add(("evaluation", "primary"), message, f"choose one of: {', '.join(names)}, or add it there")
    known = {*names, *(entry.metric for entry in manifest.reported)}
    for name in evaluation.scales:
        if name not in known:
            message = f"`{name}` is neither measured nor reported here"
            findings.add(("evaluation", "scales", name), message, "leave it out, or name a metric", at="key")
    if evaluation.leaderboard and (fault := id_fault(evaluation.leaderboard.id)):
        findings.add(("evaluation", "leaderboard", "id"), f"`{evaluation.leaderboard.id}` {fault[0]}", fault[1])


def _check_columns(evaluation: Evaluation, task: TaskInfo | None, findings: Findings) -> None:
    path: Path = ("evaluation", "columns")
    columns = evaluation.columns
    if task is None or not findings.sound(path):
        return
    for role in columns:
        if role not in task.columns:
            message = f"`{role}` is not a role of a column in {task.title}"
            meant = nearest(role, task.columns)
            if meant is not None and meant not in columns:
                findings.spoil((*path, meant))
            findings.add((*path, role), message, remedy_for(role, tuple(task.columns)), at="key")
    first: dict[str, str] = {}
    for role, column in columns.items():
        earlier = first.setdefault(column, role)
        if earlier != role:
            message = f"is the column `{column}`, which is `{earlier}` already"
            findings.add((*path, role), message, "name another column")


def _check_metric(
    evaluation: Evaluation, task: TaskInfo | None, index: int, metric: Metric, findings: Findings
) -> None:
    path: Path = ("evaluation", "metrics", index)
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
    arguments = {
        name: argument
        for name, argument in info.args.items()
        if task is None or metric.type not in known or not argument.tasks or task.name in argument.tasks
    }
    for name, value in metric.args.items():
        argument = arguments.get(name)
        at = (*path, "args", name)
        if argument is None:
            where = f" in {task.title}" if task is not None and name in info.args else ""
            findings.add(at, f"is not an argument of {metric.type}{where}", remedy_for(name, arguments), at="key")
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
    if metric in evaluation.metrics[:index] and findings.sound(path):
        findings.add(path, "is given twice", "keep one, or give it other `args`")
