"""Texts out of a model that generates them, for each sample of a dataset."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from cardgen.evaluation.batching import Encoded, batches, encode
from cardgen.evaluation.data import load_dataset, read_texts
from cardgen.evaluation.measured import Measured, assemble
from cardgen.evaluation.outcomes import read_outcomes, write_outcomes
from cardgen.evaluation.predictor import Report
from cardgen.evaluation.samples import first_samples
from cardgen.records.model import EvaluateResult
from cardgen.records.request import EvaluateRequest, MetricRequest

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cardgen.evaluation.predictor import Batch

Texts = Sequence[str]


class Generates(Protocol):
    """A loaded model; backends satisfy it by shape."""

    @property
    def threads(self) -> int:
        """Threads that one operator may use."""

    @property
    def generation(self) -> Mapping[str, str | int | float | bool]:
        """The settings by which it generates, where they are not transformers' defaults."""

    def generate(self, batch: Batch) -> npt.NDArray[np.int64]:
        """Token ids of shape (samples, tokens)."""


def evaluate_texts(
    request: EvaluateRequest,
    role: str,
    measure: Callable[[MetricRequest, Texts, Texts], Measured],
    predictor: Generates,
    tokenizer: Any,
    data: Path | None,
    baseline: Path | None,
    output: Path,
    report: Report,
) -> EvaluateResult:
    """Score generated texts, and write them into ``output``.

    Args:
        request: on what, and by which metrics.
        role: of the column with the expected texts.
        measure: computes a metric from expected and generated texts.
        predictor: the model.
        tokenizer: the model's.
        data: the dataset's file, for a local one.
        baseline: folder with the baseline's predictions, for a variant.
        output: where the predictions go.
        report: told how many samples are done.

    Raises:
        StepError: if the data do not fit the request or the model.
    """
    dataset = first_samples(load_dataset(request.data, data), request.limit)
    expected = read_texts(dataset, request.columns[role], role)
    encoded = encode(tokenizer, read_texts(dataset, request.columns["text"], "text"), None)
    order = longest_first(encoded)
    sorted_samples = {name: [rows[row] for row in order] for name, rows in encoded.samples.items()}
    found = [""] * encoded.count
    done = 0
    report("evaluating", 0, encoded.count)
    for batch in batches(tokenizer, Encoded(sorted_samples, encoded.count, encoded.truncated), request.batch_size):
        for text in tokenizer.batch_decode(predictor.generate(batch), skip_special_tokens=True):
            found[order[done]] = text.strip()
            done += 1
        report("evaluating", done, encoded.count)
    write_outcomes(output, expected, found)
    return assemble(
        request.metrics,
        lambda metric, texts: measure(metric, expected, texts),
        found,
        read_outcomes(baseline, expected) if baseline is not None else None,
        samples=encoded.count,
        threads=predictor.threads,
        truncated=encoded.truncated,
        settings=predictor.generation,
    )


def longest_first(encoded: Encoded) -> list[int]:
    """The rows, so that those of a batch are about as long, and memory runs out at once or never."""
    lengths = [len(ids) for ids in encoded.samples["input_ids"]]
    return sorted(range(encoded.count), key=lambda row: -lengths[row])
