"""``all_results.json`` and ``eval_results.json`` that transformers' Trainer writes (5.24: ``Trainer.save_metrics``).

A flat object of numbers, each with its split before it: ``eval_accuracy``, and of several datasets
``eval_NAME_accuracy``. ``eval_samples`` is written by example scripts and not by the Trainer. Neither the model nor a
version is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cardgen.patterns import regex
from cardgen.records.results_file import Figure, ResultsFile, Setting
from cardgen.results.document import Document
from cardgen.results.gather import Found, gather, no_number, setting_text
from cardgen.results.values import count, finite, name_of

TOOL: Final = "transformers"
_SPEEDS = regex(r"(\w+?)_(?:runtime|samples_per_second|steps_per_second)")
_TRAINING = "train"
_UNITS: Final = {
    "runtime": "s",
    "model_preparation_time": "s",
    "samples_per_second": "samples/s",
    "steps_per_second": "steps/s",
}
_NO_METRICS: Final = ("samples", "mem_")
_HIGHER_IS_BETTER: Final = {"loss": False, "perplexity": False}


def recognises(document: Document) -> bool:
    """Whether the tool wrote it."""
    content = document.json_object or {}
    return bool(_prefixes(content)) and not any(isinstance(value, dict | list) for value in content.values())


def _prefixes(content: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(match[1] for key in content if (match := _SPEEDS.fullmatch(key))))


def read(document: Document) -> ResultsFile:
    """What it says."""
    return gather(document, _found(document.json_object or {}), tool=TOOL, tool_version=None)


def _found(content: Mapping[str, Any]) -> Iterator[Found]:
    splits = sorted((prefix for prefix in _prefixes(content) if prefix != _TRAINING), key=len, reverse=True)
    if not splits:
        yield "the file tells of training alone: it holds no evaluation"
    for key, stated in content.items():
        split = next((one for one in splits if key.startswith(f"{one}_")), None)
        if split is None and not (key == "perplexity" and len(splits) == 1):
            continue
        metric = name_of(key.removeprefix(f"{split}_"))
        if metric is None or metric.startswith(_NO_METRICS):
            continue
        value = finite(stated)
        if value is None:
            yield no_number(metric, split, stated)
            continue
        epoch = setting_text(content.get("epoch"))
        yield Figure(
            metric=metric,
            variant=split or splits[0],
            value=value,
            unit=_UNITS.get(metric),
            higher_is_better=_HIGHER_IS_BETTER.get(metric),
            samples=count(content.get(f"{split or splits[0]}_samples")),
            settings=(Setting(name="epoch", value=epoch),) if epoch else (),
        )
