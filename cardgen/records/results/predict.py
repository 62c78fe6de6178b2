"""How a model answered."""

from __future__ import annotations

from typing import Literal

from cardgen.records.frozen import Frozen


class BatchCheck(Frozen):
    """Some samples computed as one padded batch, and each alone."""

    samples: int
    difference: float
    """The largest of any output, as a share of the output's largest number where that is more than 1."""
    tolerance: float
    """What counts as the same."""

    @property
    def alike(self) -> bool:
        """Whether what a model computes for a sample does not depend on its batch."""
        return self.difference <= self.tolerance


class PredictResult(Frozen):
    """How an artifact answered the samples of a dataset; what it answered is the step's artifact."""

    kind: Literal["predict"] = "predict"
    samples: int
    drawn_from: int | None = None
    """Rows of the dataset, where not all were taken."""
    labels: dict[str, str] = {}
    """Dataset label (as text) to model label name, as it was checked and used."""
    truncated: int = 0
    """Samples longer than the model takes."""
    blank: int = 0
    """Samples of which a text is empty or white space; where samples are windows of all texts, such texts."""
    cut: int | None = None
    """Answers that ended because they had the length that is allowed; ``None`` of a model that writes no text."""
    settings: dict[str, str | int | float | bool] = {}
    """How the predictions were made, where the task has settings: of long contexts, of generation."""
    batch_check: BatchCheck | None = None
    """Of a baseline that was to be scored in batches."""
    one_by_one: bool = False
    """Whether samples were scored one by one, whatever was asked for, because the model sees the padding of a batch."""
    threads: int
    """That one operator could use."""
    spinning: bool | None = None
    """Whether a thread that waited for work did so busily; ``None`` where the runtime does not tell."""
    lanes: int = 1
    """Batches that were computed at the same time."""
    seconds: float
    """From reading the data to the last prediction, without loading libraries and the model."""
    load: float | None = None
    """Processors that other work kept busy meanwhile, on average; ``None`` where the machine does not tell."""
