"""A manifest to start from: what a base model's config.json and card tell, and blanks for what a person must say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cardgen.catalog.backends import BACKENDS, RUNNABLE_TASKS
from cardgen.catalog.hub_names import MAX_ID
from cardgen.catalog.pipeline_tags import PIPELINE_TAGS
from cardgen.catalog.suggest import remedy_for
from cardgen.catalog.tasks import TASK_NAMES, TASKS
from cardgen.errors import UsageError
from cardgen.inherit.default_name import OWNER, default_name
from cardgen.inherit.importer.metadata import CardMetadata, read_metadata
from cardgen.inherit.manifest_text import BLANK, Comment, Entry, write_yaml
from cardgen.inherit.parse import parse_card
from cardgen.inherit.skeleton_config import TEXT_TASK, Config, read_config, task_of

_MOST_LABELS = 12
"""Labels that are written out; of more, the first."""

_Lines = list[Entry | Comment]


@dataclass(frozen=True)
class BaseModel:
    """What is known of the model that a manifest is to be written for."""

    shown: str
    """As the user called it."""
    name: str
    """Its last part: the folder's name, or the id without its owner."""
    id: str | None
    """On the Hub."""
    commit: str | None
    """That the id meant when it was looked up."""
    path: str | None
    """Relative to the manifest, for a local folder."""
    config: str
    """The text of its config.json."""
    card: str | None
    """The text of its README.md."""


@dataclass(frozen=True)
class Skeleton:
    """A manifest with blanks."""

    text: str
    task: str
    quantizes: bool
    """Whether its variants are INT8, else an FP32 export."""


def make_skeleton(base: BaseModel, task: str | None = None) -> Skeleton:
    """Write a manifest that loads once its blanks are filled.

    Args:
        base: the model.
        task: a pipeline tag, where it is not to be told from the model.

    Raises:
        UsageError: it is no transformers model, its task is not known, or is none that cardgen can run.
    """
    config = read_config(base.config, base.shown)
    front = parse_card(base.card).front_matter if base.card else None
    metadata = read_metadata(front.data if front else {})
    task = _task(base, config, metadata, task)
    if task == TEXT_TASK:
        task = config.text_task
    quantizes = any(task in info.tasks for info in BACKENDS.values())
    if not quantizes and not _exporters(task):
        raise UsageError(
            f"{base.shown} is for {task}{_by_class(config)}, which cardgen can neither quantize nor export yet",
            remedy=_what_runs(),
        )
    name = default_name(base.name)
    suffix = "int8" if quantizes else "onnx"
    lines: _Lines = [
        Comment("Fill in what stands empty; `cardgen check` and `cardgen plan` say what is missing, line by line."),
        Entry("version", 1),
        Entry("repo_id", f"{OWNER}/{name[: MAX_ID - len(OWNER) - len(suffix) - 2]}-{suffix}", "where it is published"),
        Entry("card", "quantized" if quantizes else "onnx-export"),
        Entry("title", f"INT8 {name}" if quantizes else f"ONNX export of {name}", "the card's heading"),
        Entry("task", task, _task_remark(task, metadata)),
        Entry("base_model", _base_model(base, config, metadata)),
        *_metadata(base, metadata, quantizes=quantizes),
        *_variants(base, task, quantizes=quantizes),
        Entry("evaluation", _evaluation(task, config, metadata, front.data if front else {}, quantizes=quantizes)),
        Comment("prose:  # your own words, Markdown; a value that ends in .md is the path of a file"),
        Comment("  summary: >-"),
        Comment("    What the model is, in a few sentences."),
        Comment("  intended_use: >-"),
        Comment("    What it is for, and for whom."),
        Comment("  limitations: >-"),
        Comment("    What it is not for, and where it is known to fail."),
    ]
    return Skeleton(write_yaml(lines), task, quantizes)


def _task(base: BaseModel, config: Config, metadata: CardMetadata, asked: str | None) -> str:
    if asked is not None:
        if asked not in TASK_NAMES:
            raise UsageError(f"`{asked}` is not a task (pipeline tag) of the Hub", remedy=remedy_for(asked, TASKS))
        return asked
    found = task_of(config, metadata.pipeline_tag)
    if found is None:
        kind = config.architecture or config.model_type
        message = f"what {base.shown} is for cannot be told: {kind} does not say it, and its card has no pipeline_tag"
        raise UsageError(message, remedy=f"Say it: --task with one of {', '.join(_all_tasks())}.")
    return found


def _by_class(config: Config) -> str:
    return f" ({config.architecture})" if config.architecture else ""


def _exporters(task: str) -> list[str]:
    return [name for name, info in BACKENDS.items() if task in info.export_tasks]


def _all_tasks() -> tuple[str, ...]:
    return tuple(dict.fromkeys([*RUNNABLE_TASKS, *(task for info in BACKENDS.values() for task in info.export_tasks)]))


def _what_runs() -> str:
    exported = [task for task in _all_tasks() if task not in RUNNABLE_TASKS]
    return (
        f"It quantizes and measures {', '.join(RUNNABLE_TASKS)}, and exports {', '.join(exported)} too. Results that "
        "were measured elsewhere can stand under `reported`; `cardgen import` writes such a manifest from a card."
    )


def _task_remark(task: str, metadata: CardMetadata) -> str:
    tag = metadata.pipeline_tag
    return f"by the model's class; its card says {tag}" if tag in PIPELINE_TAGS and tag != task else ""


def _base_model(base: BaseModel, config: Config, metadata: CardMetadata) -> _Lines:
    lines: _Lines = []
    if base.path is not None:
        lines.append(Entry("path", base.path))
        lines.append(Comment("id: owner/name  # where this FP32 model is published, if it is"))
    else:
        lines.append(Entry("id", base.id))
        lines.append(Entry("revision", base.commit))
    if metadata.base_models:
        lines.append(Comment(f"Its card says that it was made from {', '.join(metadata.base_models)}."))
    if config.own_code:
        lines.append(Comment("trust_remote_code: true  # it brings code of its own, which runs when it is loaded"))
    return lines


def _metadata(base: BaseModel, metadata: CardMetadata, *, quantizes: bool) -> _Lines:
    lines: _Lines = []
    for refusal in metadata.refused:
        lines.append(Comment(f"The base model's card says {refusal.key}: {refusal.value}, which {refusal.reason}."))
    if metadata.license:
        lines.append(Entry("license", metadata.license, "as the base model's card says"))
        if metadata.license_name:
            lines.append(Entry("license_name", metadata.license_name))
        if metadata.license_link:
            lines.append(Entry("license_link", metadata.license_link))
    else:
        whose = "gives none" if base.card else "is missing"
        lines.append(Comment(f"license: …  # the base model's card {whose}; an identifier such as apache-2.0"))
    if metadata.language:
        lines.append(Entry("language", metadata.language))
    else:
        lines.append(Comment("language: [en]  # ISO 639 codes of the texts that it is for"))
    if metadata.datasets:
        lines.append(Entry("datasets", metadata.datasets, "what the base model was trained on, by its card"))
    else:
        lines.append(Comment("datasets: [owner/name]  # what the base model was trained on, as on the Hub"))
    lines.append(Entry("tags", ["int8"] if quantizes else ["onnx"]))
    return [Entry("metadata", lines)]


def _variants(base: BaseModel, task: str, *, quantizes: bool) -> _Lines:
    if not quantizes:
        backend = _exporters(task)[0]
        return [Entry("variants", [Entry("onnx", {"backend": backend, "approach": "none"}, "FP32, exported")])]
    if TASKS[task].generates:
        only = [Entry("backend", "neural-compressor"), Entry("approach", "dynamic")]
        return [Entry("variants", [Entry("pytorch-dynamic", only)])]
    calibration: _Lines = [Entry("samples", 100)]
    if base.path is not None:
        calibration.append(Comment("Needed where the evaluation's dataset is a file: another file to calibrate on."))
        calibration.append(Comment(f"dataset: {{path: train{_kinds(task)[0]}, split: train}}"))
    else:
        calibration.append(Comment("Of the evaluation's dataset, the split `train`, unless you say otherwise:"))
        calibration.append(Comment("split: train"))
    pytorch: _Lines = [
        Entry("backend", "neural-compressor"),
        Entry("approach", "static"),
        Entry("calibration", calibration),
        Comment("fallback: {modules: [classifier]}  # modules that stay FP32, by their PyTorch names"),
    ]
    onnx: _Lines = [
        Entry("backend", "onnxruntime"),
        Entry("approach", "dynamic"),
        Comment("options: {per_channel: true}"),
    ]
    variants: _Lines = [
        Entry(name, lines)
        for name, backend, lines in (
            ("pytorch-static", "neural-compressor", pytorch),
            ("onnx-dynamic", "onnxruntime", onnx),
        )
        if task in BACKENDS[backend].tasks
    ]
    return [Entry("variants", variants)]


def _evaluation(
    task: str, config: Config, metadata: CardMetadata, front: Mapping[str, Any], *, quantizes: bool
) -> _Lines:
    info = TASKS.get(task)
    dataset: _Lines = [
        Entry("id", BLANK, f"on the Hub, such as owner/name; or instead `path:`, a {_listed(_kinds(task))} file"),
        Comment("config: …  # for a dataset with several"),
        Entry("split", BLANK, "such as validation or test; of a file it is only the name"),
    ]
    hints = [*_hints(front)] or ([f"Its card names {', '.join(metadata.datasets)}."] if metadata.datasets else [])
    lines: _Lines = [Comment(hint) for hint in hints]
    lines.append(Entry("dataset", dataset, "what the model is scored on" if quantizes else "inputs to compare on"))
    roles: _Lines = []
    required = info.required_columns if info else {"text": "The text."}
    for role, use in required.items():
        if quantizes or info is None or role in info.input_columns:
            roles.append(Entry(role, BLANK, f"the dataset's column: {_lower(use)}"))
    for role, use in (info.optional_columns if info else {}).items():
        if info and role in info.input_columns:
            roles.append(Comment(f"{role}: …  # {_lower(use)}"))
    lines.append(Entry("columns", roles))
    if quantizes and info:
        if info.labelled:
            lines += _labels(config)
        lines.append(Entry("metrics", [info.metrics[0]], f"of {', '.join(info.metrics)}"))
        lines.append(Entry("primary", info.metrics[0]))
    return lines


def _kinds(task: str) -> tuple[str, ...]:
    """Kinds of local files that can hold what a task reads."""
    return (".parquet",) if task == "image-classification" else (".csv", ".jsonl", ".parquet")


def _listed(kinds: Sequence[str]) -> str:
    return " or ".join([", ".join(kinds[:-1]), kinds[-1]] if len(kinds) > 1 else kinds)


def _lower(use: str) -> str:
    return (use[0].lower() + use[1:]).rstrip(".")


def _labels(config: Config) -> _Lines:
    if not config.labels:
        return [Comment("labels: {0: …}  # dataset label to the model's label, where they differ")]
    shown = config.labels[:_MOST_LABELS]
    more = f", … {len(config.labels)} in all" if len(config.labels) > len(shown) else ""
    lines: _Lines = [Comment(f"The model's labels are {', '.join(_one_line(label) for label in shown)}{more}.")]
    if not config.labels_named:
        lines.append(Comment("It does not name them: look up what each stands for."))
    lines.append(Comment("Where the dataset calls them otherwise, write its label, then the model's:"))
    lines.append(Comment("labels:"))
    lines += [Comment(f"  {index}: {_one_line(label)}") for index, label in enumerate(shown)]
    if left := len(config.labels) - len(shown):
        lines.append(Comment(f"  …  and the other {left} in the same way, up to {len(config.labels) - 1}"))
    return lines


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _hints(front: Mapping[str, Any]) -> list[str]:
    """What a model-index says that the model was scored on."""
    found: dict[str, None] = {}
    for model in _dicts(front.get("model-index")):
        for result in _dicts(model.get("results")):
            dataset = result.get("dataset")
            if not isinstance(dataset, dict) or not dataset.get("type"):
                continue
            parts = [f"{key} {dataset[key]}" for key in ("config", "split") if isinstance(dataset.get(key), str)]
            found[_one_line(f"Its card gives results on {', '.join([str(dataset['type']), *parts])}.")] = None
    return list(found)


def _dicts(value: object) -> Sequence[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
