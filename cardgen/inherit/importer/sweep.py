"""A card's sweep to a manifest's ``benchmark`` and its reported runs."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from cardgen.catalog.hub_names import id_fault
from cardgen.catalog.tasks import TASKS
from cardgen.inherit.document import Paragraph, Span
from cardgen.inherit.facts.model import SweepRow
from cardgen.inherit.importer.card import SourceCard
from cardgen.inherit.importer.scale import TIMES, scale_of, time_value
from cardgen.inherit.manifest_text import Entry, Scalar, Value
from cardgen.patterns import regex

_SETTING = regex(r"^\s*(?:[-*+]\s+)?\*\*(?P<key>[^*:]+):?\*\*\s*:?\s*(?P<value>.*?)\s*$")
_DURATION = regex(
    r"(?<![\d.])(?P<seconds>\d{1,7}(?:\.\d{1,6})?)\s*(?:seconds?|s)\b[^.]{0,20}\b(?:per|for each|each)\b", re.IGNORECASE
)
_BASE_KEYS = ("name_or_path", "model_name_or_path", "model", "model_id")
_MACHINE_KEYS = ("backend", "backend args", "machine", "hardware", "instance type", "instance_type", "cpu")
_ABOUT_TABLE = regex(r"[A-Za-z, ]*batch size\s*[=:]\s*\d+,\s*input length\s*[=:]\s*\d+[.:]?", re.IGNORECASE)
_WORD = regex(r"\w+")
_LONGEST = 500


@dataclass
class Settings:
    """What a sweep's card says of all its runs."""

    base_model: str | None = None
    dataset: dict[str, str] | None = None
    columns: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, Value] = field(default_factory=dict)
    machine: dict[str, Value] = field(default_factory=dict)
    duration_s: str | None = None
    rest: dict[Span, str] = field(default_factory=dict)
    """Paragraphs of which lines are told by the above, with the lines that are not."""
    places: list[Span] = field(default_factory=list)
    """Sentences that are told by the above."""


def literal(text: str) -> Value:
    """A setting as Python prints it: a number, truth value, ``None`` or list of such; anything else is text."""
    text = text.strip().strip("`").strip()
    if not text:
        return None
    try:
        value = _evaluated(text) if len(text) <= _LONGEST else text
    except ValueError:
        return text
    plain = _plain(value)
    return text if plain is None and value is not None else plain


def _plain(value: object) -> Value:
    """A number, truth value, text or list of such; ``None`` for anything else, and for itself."""
    if isinstance(value, tuple | list) and all(isinstance(item, str | int | float | bool) for item in value):
        return list(value)
    return value if isinstance(value, str | int | float | bool) else None


def settings_of(name: str, text: str) -> dict[str, Value] | None:
    """A setting that Python prints as a mapping, as one setting for each key: ``args.opset``; ``None`` for any other.

    A mapping in a mapping is taken apart too. One that is empty gives nothing.
    """
    if "{" not in text:
        return None
    try:
        value = _evaluated(text.strip().strip("`").strip()) if len(text) <= _LONGEST else None
    except ValueError:
        return None
    return _flat(name, value) if isinstance(value, dict) else None


def _flat(name: str, value: Mapping[object, object]) -> dict[str, Value] | None:
    found: dict[str, Value] = {}
    for key, inner in value.items():
        at = f"{name}.{key}"
        below = _flat(at, inner) if isinstance(inner, dict) else {at: _plain(inner)}
        told = below is not None and (isinstance(inner, dict) or inner is None or below[at] is not None)
        if below is None or not told or not at.isprintable() or found.keys() & below.keys():
            return None
        found |= below
    return found


def _evaluated(text: str) -> object:
    """What a Python literal stands for.

    Raises:
        ValueError: it is none.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # about somebody else's text
        try:
            found: object = ast.literal_eval(text)
        except (SyntaxError, RecursionError, MemoryError) as error:
            raise ValueError(text) from error
    return found


def read_settings(card: SourceCard, task: str | None) -> Settings:
    """Find what a sweep's card says of its runs, line by line."""
    settings = Settings()
    varied: dict[str, set[str]] = {}
    for row in card.facts.sweep:
        for name, given in row.parameters.items():
            varied.setdefault(name, set()).update(_WORD.findall(given))
    for _section, block in card.blocks():
        if not isinstance(block, Paragraph):
            continue
        text = card.text(block.span)
        if (found := _DURATION.search(text)) and float(found["seconds"]) > 0:
            settings.duration_s = found["seconds"]
            settings.places.append(block.span)
        elif _ABOUT_TABLE.fullmatch(text.strip()):
            settings.places.append(block.span)
        lines = text.splitlines(keepends=True)
        left = []
        for line in lines:
            setting = _SETTING.match(line)
            told = setting and _take(setting["key"].strip(), setting["value"], varied, settings, task)
            if not told:
                left.append(line)
        if len(left) < len(lines):
            settings.rest[block.span] = "".join(left)
    return settings


def _take(key: str, shown: str, varied: Mapping[str, set[str]], settings: Settings, task: str | None) -> bool:
    """Take one line over; ``False`` where it is not understood."""
    if key in varied:
        return set(_WORD.findall(shown)) <= varied[key]
    name = key.lower()
    value = literal(shown)
    if value is None:
        return False
    if name == "task":
        return value == task or task is None
    if name in _BASE_KEYS and isinstance(value, str) and id_fault(value) is None:
        settings.base_model = settings.base_model or value
        return True
    if name in _MACHINE_KEYS:
        parts = _mapping(shown)
        settings.machine.update(parts or {key: shown.strip().strip("`")})
        return True
    if name == "dataset":
        return _take_dataset(shown, settings)
    if not shown.startswith("`") or "`,  `" in shown or name.startswith("number of"):
        return False
    settings.parameters.update(settings_of(key, shown) or {key: value})
    return True


def _mapping(shown: str) -> dict[str, Value]:
    try:
        value = _evaluated(shown.strip().strip("`"))
    except ValueError:
        return {}
    return {str(key): str(inner) for key, inner in value.items()} if isinstance(value, dict) else {}


def _take_dataset(shown: str, settings: Settings) -> bool:
    try:
        value = _evaluated(shown.strip().strip("`"))
    except ValueError:
        return False
    (first, *more) = value if isinstance(value, list) and value else [value]
    if more or not isinstance(first, dict) or not isinstance(first.get("path"), str) or id_fault(first["path"]):
        return False
    settings.dataset = {"id": first["path"]}
    for key, names in {"config": ("name", "config"), "split": ("eval_split", "split")}.items():
        told = next((first[name] for name in names if isinstance(first.get(name), str) and first[name].strip()), None)
        if told:
            settings.dataset[key] = told
    keys, labels = first.get("data_keys"), first.get("ref_keys")
    if isinstance(keys, dict) and isinstance(keys.get("primary"), str):
        settings.columns["text"] = keys["primary"]
        if isinstance(keys.get("secondary"), str):
            settings.columns["text_pair"] = keys["secondary"]
    if isinstance(labels, list) and len(labels) == 1 and isinstance(labels[0], str):
        settings.columns["label"] = labels[0]
    settings.parameters.update(_flat("dataset", _unsaid(first)) or {})
    return True


def _unsaid(dataset: Mapping[str, object]) -> dict[object, object]:
    """What a dataset's settings say beyond its id, config, split and columns."""
    said = {"path", "name" if _is_text(dataset.get("name")) else "config"}
    said.add("eval_split" if _is_text(dataset.get("eval_split")) else "split")
    keys, labels = dataset.get("data_keys"), dataset.get("ref_keys")
    rest = dict(dataset)
    if isinstance(keys, dict) and _is_text(keys.get("primary")):
        more = {key: inner for key, inner in keys.items() if key not in ("primary", "secondary") or not _is_text(inner)}
        rest["data_keys"] = more
    if isinstance(labels, list) and len(labels) == 1 and _is_text(labels[0]):
        said.add("ref_keys")
    return {key: inner for key, inner in rest.items() if key not in said}


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def sweep_entries(rows: Sequence[SweepRow], source: Mapping[str, Value]) -> list[Value]:
    """A reported entry for each run, or for each of its metrics and settings where they are several."""
    runs: dict[str, list[SweepRow]] = {}
    for row in rows:
        runs.setdefault(str(sorted(row.parameters.items())), []).append(row)
    entries: list[Value] = []
    for same, parameters in zip(runs.values(), _run_parameters(list(runs.values())), strict=True):
        metrics: dict[str, dict[str, Value]] = {}
        times: dict[tuple[int | None, int | None], dict[str, Value]] = {}
        for row in same:
            for figure in row.figures:
                scale = scale_of(figure.quantity, [figure])
                if figure.quantity in TIMES:
                    value = time_value(figure)
                    setting = times.setdefault((row.batch_size, row.input_length), {})
                    if value is not None:
                        setting.setdefault(figure.quantity, value)
                elif figure.quantity == "size" or scale is None:
                    continue
                elif figure.quantity not in metrics:
                    told: dict[str, Value] = {"metric": figure.quantity, "value": figure.value}
                    metrics[figure.quantity] = {**told, "scale": scale} if scale == "percent" else told
        settings = [
            {**{name: size for name, size in zip(("batch_size", "input_length"), key, strict=True) if size}, **told}
            for key, told in times.items()
            if told
        ]
        if len(settings) == 1 and metrics:
            first = next(iter(metrics))
            metrics[first].update(settings.pop())
        entries += [{"parameters": parameters, **told, "source": source} for told in [*metrics.values(), *settings]]
    return entries


def _run_parameters(runs: Sequence[Sequence[SweepRow]]) -> list[dict[str, Value]]:
    """What each run was made with, mappings taken apart unless two runs would be one then."""
    apart: list[dict[str, Value]] = []
    for same in runs:
        given = same[0].parameters
        parameters: dict[str, Value] = {}
        for name, text in given.items():
            inner = settings_of(name, text)
            clash = inner is not None and (inner.keys() & given.keys())
            parameters.update({name: literal(text)} if inner is None or clash else inner)
        apart.append(parameters)
    if all(apart) and len({str(sorted(parameters.items(), key=str)) for parameters in apart}) == len(apart):
        return apart
    return [{name: literal(text) for name, text in same[0].parameters.items()} for same in runs]


def benchmark_entries(rows: Sequence[SweepRow], settings: Settings) -> list[Entry]:
    """A manifest's ``benchmark``."""
    lines: list[Entry] = []
    if settings.duration_s:
        lines.append(Entry("duration_s", Decimal(settings.duration_s)))
    for key, sizes in (
        ("batch_sizes", {row.batch_size for row in rows if row.batch_size}),
        ("input_lengths", {row.input_length for row in rows if row.input_length}),
    ):
        if sizes:
            lines.append(Entry(key, sorted(sizes)))
    if settings.parameters:
        lines.append(Entry("parameters", settings.parameters))
    if settings.machine:
        lines.append(Entry("machine", settings.machine))
    return lines


def sweep_evaluation(rows: Sequence[SweepRow], settings: Settings, task: str) -> list[Entry]:
    """A manifest's ``evaluation``, where the settings name the dataset with its split; else nothing."""
    if not settings.dataset or "split" not in settings.dataset:
        return []
    lines = [Entry("dataset", settings.dataset)]
    info = TASKS.get(task)
    columns = {role: name for role, name in settings.columns.items() if info and role in info.columns and name.strip()}
    if columns:
        lines.append(Entry("columns", columns))
    found = dict.fromkeys(figure.quantity for row in rows for figure in row.figures)
    metrics: list[Scalar] = [name for name in found if info and name in info.metrics]
    if metrics:
        lines.append(Entry("metrics", metrics))
    return lines
