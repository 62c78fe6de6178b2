"""What evaluation tools measured, as their results files say: one report for each file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from cardgen.card.words.wording import measure_title
from cardgen.catalog.metrics import METRICS
from cardgen.export.model import Data, Figure, Interval, Measurer, Report
from cardgen.records.imported import ImportedRecord
from cardgen.records.results_file import Figure as ToolFigure
from cardgen.results.kinds import higher_is_better


def imported_reports(records: Iterable[ImportedRecord]) -> Iterator[Report]:
    """A report for each results file, with its hash."""
    for record in records:
        results = record.results
        told = {
            "results_file_sha256": results.sha256,
            "results_file": record.copy_at,
            "measured_model": results.model,
            "measured_revision": results.revision,
            "findings": "; ".join(results.findings),
        }
        yield Report(
            Measurer("imported", results.tool, results.tool_version),
            tuple(_figure(figure, results.tool) for figure in results.figures),
            {name: value for name, value in told.items() if value},
        )


def _figure(told: ToolFigure, tool: str) -> Figure:
    value = Decimal(repr(told.value))
    known = METRICS.get(told.metric)
    fraction = told.unit is None and known is not None and known.low <= told.value <= known.high
    return Figure(
        metric=told.metric,
        title=measure_title(told),
        value=value,
        higher_is_better=higher_is_better(told),
        unit="percent" if told.unit == "%" else told.unit,
        bounds=(known.low, known.high) if known and fraction else None,
        args={"variant": told.variant} if told.variant else {},
        interval=_interval(told, tool),
        standard_error=None if told.standard_error is None else Decimal(repr(told.standard_error)),
        samples=told.samples,
        data=_data(told),
        conditions=_conditions(told),
    )


def _interval(told: ToolFigure, tool: str) -> Interval | None:
    """What the tool computed; of what level, no file says."""
    if told.low is None or told.high is None:
        return None
    return Interval(Decimal(repr(told.low)), Decimal(repr(told.high)), f"as {tool} computes it", level=None)


def _data(told: ToolFigure) -> Data | None:
    """The dataset that a task is made of, where the file tells; else the task."""
    found = told.data
    if found is not None:
        return Data(told.task or found.id, found.id, found.config, found.split, found.revision, task=told.task)
    return Data(told.task, task=told.task) if told.task else None


def _conditions(told: ToolFigure) -> dict[str, str]:
    applied = {True: "applied", False: "not applied", None: None}[told.chat_template]
    conditions = {
        "task_version": told.task_version,
        "group": "yes" if told.group else None,
        "part_of": told.part_of,
        "few_shot": None if told.few_shot is None else str(told.few_shot),
        "chat_template": applied,
        "limit": None if told.limit is None else str(told.limit),
        **{f"setting.{setting.name}": setting.value for setting in told.settings},
    }
    return {name: value for name, value in conditions.items() if value is not None}
