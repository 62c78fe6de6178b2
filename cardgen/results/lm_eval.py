"""Results of lm-eval (0.4.13: ``lm_eval.loggers.EvaluationTracker``).

``n-samples[task].effective`` counts samples after a limit, ``original`` before; a group has ``sample_count`` among its
metrics. A standard error that was not computed is the text ``N/A``. Versions are numbers for tasks and text for groups.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from cardgen.records.results_file import ALL, Data, Figure, ResultsFile, Setting
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

TOOL: Final = "lm-eval"
_MARKS = ("lm_eval_version", "n-shot", "n-samples", "higher_is_better")
_SETTINGS: Final = {
    "chat_template_sha": "chat template SHA-256",
    "fewshot_as_multiturn": "few-shot as multiturn",
    "system_instruction_sha": "system instruction SHA-256",
}
_OF_FEW_SHOT: Final = {"fewshot_seed": "few-shot seed"}
_NO_METRICS: Final = ("alias", "name", "sample_len", "sample_count")
_ADAPTERS: Final = ("peft", "delta")
_DEVIATION: Final = "_stderr"


def recognises(document: Document) -> bool:
    """Whether the tool wrote it."""
    content = document.json_object or {}
    return isinstance(content.get("results"), dict) and any(mark in content for mark in _MARKS)


def read(document: Document) -> ResultsFile:
    """What it says."""
    content = document.json_object or {}
    named = _model(content)
    model = model_id(named)
    config = members(content.get("config"))
    local = config.get("model_sha") == ""  # then the revision is a default that nothing was looked up by
    revision = name_of(config.get("model_sha")) or (None if local else name_of(config.get("model_revision")))
    return gather(
        document,
        _found(content),
        tool=TOOL,
        tool_version=version_of(content.get("lm_eval_version")),
        model=model,
        model_file=name_of(_arguments(content).get("gguf_file")),
        computed_in=_computed_in(config),
        revision=revision if model else None,
    )


def _model(content: Mapping[str, Any]) -> object:
    stated = content.get("model_name")
    return stated if isinstance(stated, str) else _arguments(content).get("pretrained")


def _computed_in(config: Mapping[str, Any]) -> str | None:
    """What the loaded model had, such as ``torch.float32``, whatever was asked for."""
    stated = name_of(config.get("model_dtype"))
    return stated.removeprefix("torch.") if stated else None


def _arguments(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """How the model was loaded: an object, or in older versions ``name=value`` with commas between them."""
    stated = members(content.get("config")).get("model_args")
    if not isinstance(stated, str):
        return members(stated)
    return dict(pair.split("=", 1) for pair in stated.split(",") if "=" in pair)


def _found(content: Mapping[str, Any]) -> Iterator[Found]:
    yield from hidden_model(_model(content))
    arguments = _arguments(content)
    for adapter in _ADAPTERS:
        if arguments.get(adapter):
            yield f"the model was measured with an adapter (`{adapter}`)"
    for task, metrics in members(content.get("results")).items():
        yield from _task(content, task, members(metrics))


def _task(content: Mapping[str, Any], task: str, metrics: Mapping[str, Any]) -> Iterator[Found]:
    name = name_of(task)
    group = task in members(content.get("groups"))
    told = 0
    for key, stated in metrics.items():
        metric, _, variant = key.partition(",")
        if metric in _NO_METRICS or metric.endswith(_DEVIATION) or name_of(metric) is None:
            continue
        told += 1
        value = finite(stated)
        if value is None:
            yield no_number(metric, name, stated)
            continue
        deviation = metrics.get(f"{metric}{_DEVIATION},{variant}")
        yield Figure(
            metric=metric,
            variant=None if variant in ("", "none") else name_of(variant),
            value=value,
            higher_is_better=flag(members(members(content.get("higher_is_better")).get(task)).get(metric)),
            standard_error=not_negative(deviation),
            samples=_samples(content, task, key, metrics),
            task=name,
            task_version=version_of(members(content.get("versions")).get(task)),
            data=_data(content, task),
            group=group,
            part_of=_group_of(content, task),
            few_shot=count(members(content.get("n-shot")).get(task)),
            chat_template=_chat_template(content),
            limit=_limit(content),
            settings=_settings(content, task),
        )
        if isinstance(deviation, float) and finite(deviation) is None:
            yield no_number(f"the standard error of {metric}", name, deviation)
    if not told and not group:
        yield f"{name or 'a task'}: no metric has a value"


def _data(content: Mapping[str, Any], task: str) -> Data | None:
    """What the task is made of; it is scored on its test split where it names one, else on that for validation."""
    config = members(members(content.get("configs")).get(task))
    split = config.get("test_split") or config.get("validation_split")
    revision = members(config.get("dataset_kwargs")).get("revision")
    return hub_data(config.get("dataset_path"), config.get("dataset_name"), split, revision)


def _group_of(content: Mapping[str, Any], task: str) -> str | None:
    """The group that lists a task; a task by itself is listed with no others."""
    groups = members(content.get("group_subtasks"))
    return next((name_of(group) for group, inside in groups.items() if task in elements(inside)), None)


def _samples(content: Mapping[str, Any], task: str, key: str, metrics: Mapping[str, Any]) -> int | None:
    effective = count(members(members(content.get("n-samples")).get(task)).get("effective"))
    if effective is not None:
        return effective
    counts = metrics.get("sample_count", members(members(content.get("groups")).get(task)).get("sample_count"))
    return count(members(counts).get(key))


def _chat_template(content: Mapping[str, Any]) -> bool | None:
    """The template itself stands in the file where one was applied, and null where none was."""
    if "chat_template" not in content:
        return None
    return bool(content["chat_template"])


def _limit(content: Mapping[str, Any]) -> int | float | Literal["all"] | None:
    config = members(content.get("config"))
    if "limit" not in config:
        return None
    return ALL if config["limit"] is None else sized(config["limit"])


def _settings(content: Mapping[str, Any], task: str) -> tuple[Setting, ...]:
    settings = settings_of(content, _SETTINGS)
    if sampled := name_of(members(content.get("task_hashes")).get(task)):
        settings += (Setting(name="task hash", value=sampled),)
    config = members(content.get("config"))
    if count(members(content.get("n-shot")).get(task)):
        settings += settings_of(config, _OF_FEW_SHOT)
    generation = {
        **members(members(members(content.get("configs")).get(task)).get("generation_kwargs")),
        **members(config.get("gen_kwargs")),
    }
    return settings + settings_of(generation, {key: f"generation {key}" for key in generation if name_of(key)})
