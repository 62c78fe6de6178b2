"""The tasks that cardgen can evaluate, by their Hub pipeline tag."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class TaskInfo:
    """What a manifest for this task must and may say."""

    name: str
    """The Hub's pipeline tag."""
    title: str
    """For people."""
    required_columns: Mapping[str, str]
    """Role that ``evaluation.columns`` must fill, to what the column holds."""
    optional_columns: Mapping[str, str]
    metrics: tuple[str, ...]
    """Names in :data:`cardgen.catalog.metrics.METRICS`."""

    @property
    def columns(self) -> Mapping[str, str]:
        """All roles."""
        return {**self.required_columns, **self.optional_columns}


TASKS: Mapping[str, TaskInfo] = {
    info.name: info
    for info in (
        TaskInfo(
            name="text-classification",
            title="text classification",
            required_columns={"text": "The text, or the first of a pair.", "label": "The expected label."},
            optional_columns={"text_pair": "The second text of a pair."},
            metrics=("accuracy", "f1", "matthews_correlation"),
        ),
    )
}
