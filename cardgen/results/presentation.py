"""What a results file says as text for people."""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.records.results_file import ALL, Figure, ResultsFile
from cardgen.results.compare import Compared, Comparison, Estimate

_NOT_STATED = "not stated"


def as_text(results: ResultsFile, label: str) -> str:
    """What the file says, in lines.

    Args:
        results: what was read.
        label: what the reader called the file.
    """
    return "".join(f"{' '.join(line.splitlines())}\n" for line in _lines(results, label))


def _lines(results: ResultsFile, label: str) -> Iterator[str]:
    yield label
    yield f"  tool      {results.tool} {results.tool_version or '(version not stated)'}"
    yield f"  model     {results.model or _NOT_STATED}"
    if results.model_file:
        yield f"  file      {results.model_file}"
    yield f"  revision  {results.revision or _NOT_STATED}"
    if results.computed_in:
        yield f"  ran in    {results.computed_in}"
    yield f"  SHA-256   {results.sha256}"
    conditions = dict.fromkeys(condition_lines(figure) for figure in results.figures)
    for lines in conditions:
        yield ""
        yield from (f"  {line}" for line in lines)
        rows: list[tuple[str, ...]] = [("metric", "value", "standard error", "interval")]
        rows += [_row(figure) for figure in results.figures if condition_lines(figure) == lines]
        yield from _table(rows)
    if results.findings:
        yield ""
    for finding in results.findings:
        yield f"  ! {finding}"


def condition_lines(figure: Figure) -> tuple[str, ...]:
    """Under which conditions a figure was measured, in lines."""
    group = ", a group" if figure.group else ""
    template = {True: "applied", False: "not applied", None: _NOT_STATED}[figure.chat_template]
    limit = "none" if figure.limit == ALL else _stated(figure.limit)
    lines = [
        f"task {figure.task or _NOT_STATED}{group}, version {figure.task_version or _NOT_STATED}",
        f"  samples {_stated(figure.samples)}, limit {limit}",
        f"  few-shot {_stated(figure.few_shot)}, chat template {template}",
    ]
    if figure.settings:
        lines.append("  " + ", ".join(f"{setting.name} {setting.value}" for setting in figure.settings))
    return tuple(lines)


def metric_name(figure: Figure) -> str:
    """The metric, and which of several ways to it."""
    return f"{figure.metric} ({figure.variant})" if figure.variant else figure.metric


def comparison_as_text(comparison: Comparison, label: str, baseline: str) -> str:
    """What was compared, in lines.

    Args:
        comparison: of two files.
        label: what the reader called the file of the variant.
        baseline: what the reader called that of the baseline.
    """
    return "".join(f"{' '.join(line.splitlines())}\n" for line in _comparison_lines(comparison, label, baseline))


def _comparison_lines(comparison: Comparison, label: str, baseline: str) -> Iterator[str]:
    yield f"{label} against {baseline}"
    rows: list[tuple[str, ...]] = [("task", "metric", "baseline", "value", "difference", "recovery or increase")]
    rows += [_comparison_row(one) for one in comparison.figures]
    yield from _table(rows)
    for one in comparison.figures:
        name = " ".join(filter(None, (one.task, one.metric, one.variant)))
        if one.differs:
            yield f"  ! {name} was not measured alike: {'; '.join(one.differs)}"
    unstated = dict.fromkeys(name for one in comparison.figures if not one.differs for name in one.unstated)
    if unstated:
        yield f"  ! neither file states {', '.join(unstated)}"
    for line in comparison.missing:
        yield f"  ! {line}"


def _comparison_row(one: Compared) -> tuple[str, ...]:
    metric = f"{one.metric} ({one.variant})" if one.variant else one.metric
    values = f"{one.baseline:.6g}", f"{one.other:.6g}"
    if one.differs:
        return one.task or _NOT_STATED, metric, *values, "not compared", "not compared"
    change = _estimate(one.increase, " %", "+") if one.increase else _estimate(one.recovery, " %")
    return one.task or _NOT_STATED, metric, *values, _estimate(one.difference), change


def _estimate(estimate: Estimate | None, unit: str = "", sign: str = "") -> str:
    if estimate is None:
        return "none"
    form = f"{sign}.4g"
    interval = "" if estimate.low is None else f" ({estimate.low:{form}} to {estimate.high:{form}})"
    return f"{estimate.value:{form}}{unit}{interval}"


def _stated(value: object) -> str:
    return _NOT_STATED if value is None else str(value)


def _row(figure: Figure) -> tuple[str, ...]:
    unit = f" {figure.unit}" if figure.unit else ""
    error = _NOT_STATED if figure.standard_error is None else f"{figure.standard_error:.6g}{unit}"
    interval = "" if figure.low is None or figure.high is None else f"{figure.low:.6g} to {figure.high:.6g}{unit}"
    return metric_name(figure), f"{figure.value:.6g}{unit}", error, interval or _NOT_STATED


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "    " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
