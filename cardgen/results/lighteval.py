"""Results of lighteval (0.13: ``lighteval.logging.EvaluationTracker``).

Tasks are named with their few-shot count, ``name|0``. Counts of documents are -1 wherever they stand, so that no file
says how many samples there were, but for a limit. ``versions`` is empty: the version stands in ``config_tasks``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from cardgen.records.results_file import ALL, Data, Figure, ResultsFile
from cardgen.results.document import Document
from cardgen.results.gather import Found, gather, hidden_model, no_number, settings_of
from cardgen.results.values import (
    count,
    elements,
    finite,
    flag,
    hub_data,
    members,
    model_id,
    name_of,
    not_negative,
    sized,
    version_of,
)

TOOL: Final = "lighteval"
_GENERAL: Final = "config_general"
_DEVIATION: Final = "_stderr"
_OVER_ALL: Final = "all"
_HASHES: Final = {"hash_examples": "hash of the examples"}


def recognises(document: Document) -> bool:
    """Whether the tool wrote it."""
    content = document.json_object or {}
    return isinstance(content.get(_GENERAL), dict) and "results" in content


def read(document: Document) -> ResultsFile:
    """What it says."""
    content = document.json_object or {}
    general = members(content.get(_GENERAL))
    model = model_id(_model(general))
    revision = name_of(general.get("model_sha")) or name_of(members(general.get("model_config")).get("revision"))
    return gather(
        document,
        _found(content, general),
        tool=TOOL,
        tool_version=None,
        model=model,
        revision=revision if model else None,
    )


def _model(general: Mapping[str, Any]) -> object:
    return general.get("model_name") or members(general.get("model_config")).get("model_name")


def _found(content: Mapping[str, Any], general: Mapping[str, Any]) -> Iterator[Found]:
    yield from hidden_model(_model(general))
    for key, stated in members(content.get("results")).items():
        if key == _OVER_ALL or ":_average" in key:
            continue
        yield from _task(key, members(stated), content, general)


def _task(
    key: str, metrics: Mapping[str, Any], content: Mapping[str, Any], general: Mapping[str, Any]
) -> Iterator[Found]:
    asked = key.rpartition("|")
    few_shot = int(asked[2]) if asked[2].isascii() and asked[2].isdecimal() and len(asked[2]) < 5 else None
    task = name_of(asked[0] if few_shot is not None else key)
    config = members(members(content.get("config_tasks")).get(key))
    hashes = members(members(members(content.get("summary_tasks")).get(key)).get("hashes"))
    version = version_of(members(content.get("versions")).get(key))
    if not metrics:
        yield f"{task or 'a task'}: no metric has a value"
    for metric, stated in metrics.items():
        if metric.endswith(_DEVIATION) or name_of(metric) is None:
            continue
        value = finite(stated)
        if value is None:
            yield no_number(metric, task, stated)
            continue
        yield Figure(
            metric=metric,
            value=value,
            higher_is_better=_direction(config, metric),
            standard_error=not_negative(metrics.get(f"{metric}{_DEVIATION}")),
            samples=count(config.get("effective_num_docs")),
            task=task,
            task_version=version or version_of(config.get("version")),
            data=_data(config),
            few_shot=few_shot,
            chat_template=flag(members(general.get("model_config")).get("override_chat_template")),
            limit=_limit(general),
            settings=settings_of(hashes, _HASHES),
        )


def _data(config: Mapping[str, Any]) -> Data | None:
    splits = elements(config.get("evaluation_splits"))
    split = splits[0] if len(splits) == 1 else None
    return hub_data(config.get("hf_repo"), config.get("hf_subset"), split, config.get("hf_revision"))


def _direction(config: Mapping[str, Any], metric: str) -> bool | None:
    described = (members(one) for one in elements(config.get("metrics")))
    return next((flag(one.get("higher_is_better")) for one in described if one.get("metric_name") == metric), None)


def _limit(general: Mapping[str, Any]) -> int | float | Literal["all"] | None:
    if "max_samples" not in general:
        return None
    return ALL if general["max_samples"] is None else sized(general["max_samples"])
