"""How good an artifact was on each sample: what an evaluation leaves beside its scores, for whoever compares two.

Plain JSON: a comparison imports no library that reads answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from cardgen.reading import RECORDS_BYTES, read_bytes
from cardgen.records.frozen import Frozen

FILE: Final = "samples.json"


class SampleValues(Frozen):
    """One metric that is the mean of a value of each sample."""

    metric: str
    args: dict[str, str | int | float | bool] = {}
    values: tuple[float, ...]
    """In the dataset's order."""
    right: bool
    """Whether a value is 1 for a sample that is right and 0 for another, so that the metric is a share."""


class Samples(Frozen):
    """All such metrics of an evaluation."""

    metrics: tuple[SampleValues, ...]

    def of(self, metric: str, args: Mapping[str, object]) -> SampleValues | None:
        """Those of one metric; ``None`` where it is no such mean."""
        return next((each for each in self.metrics if (each.metric, each.args) == (metric, dict(args))), None)


_SAMPLES = TypeAdapter(Samples)


def write_samples(folder: Path, samples: Samples) -> None:
    """Write them into the folder of an evaluation's artifact."""
    (folder / FILE).write_text(samples.model_dump_json() + "\n", encoding="utf-8")


def read_samples(folder: Path) -> Samples:
    """What :func:`write_samples` wrote.

    Raises:
        OSError: where there is none.
        ValueError: where it is something else.
    """
    return _SAMPLES.validate_json(read_bytes(folder / FILE, RECORDS_BYTES))
