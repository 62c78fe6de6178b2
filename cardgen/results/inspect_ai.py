"""Logs of inspect_ai, as JSON (0.3.285: ``inspect_ai.log.EvalLog``).

``total_samples`` counts every epoch and ``dataset.samples`` what there was before a limit, so that ``scored_samples``
are the samples. A run that failed has no ``results``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from cardgen.records.results_file import ALL, Figure, ResultsFile, Setting
from cardgen.results.document import Document
from cardgen.results.gather import Found, gather, hidden_model, no_number, settings_of
from cardgen.results.values import (
    count,
    elements,
    finite,
    members,
    model_id,
    name_of,
    not_negative,
    sized,
    version_of,
)

TOOL = "inspect_ai"
_ZIP = b"PK\x03\x04"
_MODEL_PARTS = 3
"""Provider, owner and name: ``hf/org/model``."""
_ERRORS = ("stderr", "bootstrap_stderr")
_OF_MEANS = ("accuracy", "mean")
"""Metrics whose standard error ``stderr`` is."""
_SETTINGS = {
    "epochs": "epochs",
    "message_limit": "message limit",
    "token_limit": "token limit",
    "time_limit": "time limit",
}
_GENERATION = {
    name: name for name in ("max_tokens", "temperature", "top_p", "top_k", "seed", "num_choices", "reasoning_effort")
}


def recognises(document: Document) -> bool:
    """Whether the tool wrote it.

    Raises:
        ResultsError: where it did, in its binary format.
    """
    if document.content.startswith(_ZIP):
        raise document.error(
            "is an archive: logs of inspect_ai that end in .eval are compressed by Zstandard, which Python 3.11 to "
            "3.13 cannot read",
            remedy="Convert it: inspect log convert --to json --output-dir FOLDER FILE",
        )
    content = document.json_object or {}
    return "status" in content and "task" in members(content.get("eval"))


def read(document: Document) -> ResultsFile:
    """What it says."""
    content = document.json_object or {}
    run = members(content.get("eval"))
    return gather(
        document,
        _found(content, run),
        tool=TOOL,
        tool_version=version_of(members(run.get("packages")).get("inspect_ai")),
        model=model_id(run.get("model"), _MODEL_PARTS),
    )


def _found(content: Mapping[str, Any], run: Mapping[str, Any]) -> Iterator[Found]:
    yield from hidden_model(run.get("model"), _MODEL_PARTS)
    results = members(content.get("results"))
    status = content.get("status")
    if status != "success":
        what = "so that what there is, is not of all samples" if results else "and the file holds no results"
        yield f"the run did not end well (status {name_of(status) or 'not stated'}), {what}"
    if content.get("invalidated") is True:
        yield "the log is marked as invalidated"
    if members(run.get("model_args")):
        yield "the model was loaded with arguments of its own, which are not told"
    config = members(run.get("config"))
    settings = settings_of(config, _SETTINGS) + settings_of(members(run.get("model_generate_config")), _GENERATION)
    arguments = members(run.get("task_args"))
    settings += settings_of(arguments, {key: f"task argument {key}" for key in arguments if name_of(key)})
    for score in elements(results.get("scores")):
        yield from _figures(members(score), run, config, settings)


def _figures(
    score: Mapping[str, Any], run: Mapping[str, Any], config: Mapping[str, Any], settings: tuple[Setting, ...]
) -> Iterator[Found]:
    task = name_of(run.get("task"))
    unscored = count(score.get("unscored_samples"))
    scorer = name_of(score.get("name"))
    if unscored:
        yield f"{task or 'a task'}: {unscored} samples have no score of {scorer or 'the scorer'}"
    metrics = {str(key): members(metric).get("value") for key, metric in members(score.get("metrics")).items()}
    deviation = next((error for key in _ERRORS if (error := not_negative(metrics.get(key))) is not None), None)
    if reducer := name_of(score.get("reducer")):
        settings += (Setting(name="reducer", value=reducer),)
    for key, stated in metrics.items():
        metric = name_of(key)
        if key in _ERRORS or metric is None:
            continue
        value = finite(stated)
        if value is None:
            yield no_number(metric, task, stated)
            continue
        yield Figure(
            metric=metric,
            variant=scorer,
            value=value,
            standard_error=deviation if metric in _OF_MEANS else None,
            samples=count(score.get("scored_samples")),
            task=task,
            task_version=version_of(run.get("task_version")),
            limit=_limit(run, config),
            settings=settings,
        )


def _limit(run: Mapping[str, Any], config: Mapping[str, Any]) -> int | float | Literal["all"] | None:
    """A run that has no limit leaves the key out; a range of samples is no number of them."""
    if config.get("sample_id") is not None or "config" not in run:
        return None
    return ALL if config.get("limit") is None else sized(config.get("limit"))
