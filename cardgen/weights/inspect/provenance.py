"""Who made a model, of what, and calibrated on what, as the small files beside its weights say."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import PureWindowsPath
from typing import Any, Final, NamedTuple

import yaml

from cardgen.catalog.hub_names import id_fault
from cardgen.records.inspection import Maker
from cardgen.weights.inspect.files import ModelFiles
from cardgen.weights.inspect.recipe import RECIPE, modifiers_of
from cardgen.weights.inspect.stated import Stated, number_of, object_of, text_of, texts_of
from cardgen.weights.inspect.tensors import read_json

_LONGEST_TEXT = 1_000_000
_VERSIONS: Final[Mapping[str, str]] = {"autoround_version": "auto-round", "gptqmodel_version": "gptqmodel"}
_LOG: Final = "quant_log.csv"
_LOGGED: Final = ["layer", "module", "loss", "samples"]
_LIBRARIES: Final = ("compressed-tensors",)
"""Methods whose ``version`` is that of the library of the same name."""


def makers_of(files: ModelFiles, config: Mapping[str, Any], stated: Stated) -> tuple[Maker, ...]:
    """The tools that files name, the one that quantized first."""
    return tuple(dict.fromkeys(_makers(files, config, stated)))


def _makers(files: ModelFiles, config: Mapping[str, Any], stated: Stated) -> Iterator[Maker]:
    told = "config.json"
    if stated.method in _LIBRARIES and (version := text_of(stated.config.get("version"))):
        yield Maker(name=stated.method, version=version, file=told)
    for key, name in _VERSIONS.items():
        if version := text_of(stated.config.get(key)):
            yield Maker(name=name, version=version, file=told)
    quantizers = object_of(stated.config.get("meta")).get("quantizer")
    for one in quantizers if isinstance(quantizers, list) else (quantizers,):
        if text := text_of(one):
            tool, _, release = text.partition(":")
            yield Maker(name=tool, version=release or None, file=told)
    producer = object_of(stated.config.get("producer"))
    if producing := text_of(producer.get("name")):
        yield Maker(name=producing, version=text_of(producer.get("version")), file=told)
    if stated.metadata.get("format") == "mlx":
        yield Maker(name="MLX", version=None, file="model.safetensors")
    if RECIPE in files.sizes:
        yield Maker(name="llm-compressor", version=None, file=RECIPE)
        if any(name == "AutoRoundModifier" for name, _settings in modifiers_of(files)):
            yield Maker(name="auto-round", version=None, file=RECIPE)
    if version := text_of(config.get("transformers_version")):
        yield Maker(name="transformers", version=version, file=told)


def named_bases(files: ModelFiles, config: Mapping[str, Any]) -> tuple[str, ...]:
    """What the model was made from, where the card's front matter or a configuration names it; no path of a machine."""
    front = _front_matter(files)
    bases = front.get("base_model")
    named = (bases,) if isinstance(bases, str) else texts_of(bases)
    if not named and (name := text_of(config.get("_name_or_path"))):
        named = (name,)
    return tuple(name for name in named if is_id(name))


def calibration_of(files: ModelFiles, stated: Stated) -> str | None:
    """What the model was calibrated on, where a file says so."""
    for told in (stated.config, object_of(stated.config.get("meta")), read_json(files, "quantize_config.json")):
        name = text_of(told.get("dataset")) or text_of(told.get("calibration_dataset"))
        samples = number_of(told.get("nsamples")) or number_of(told.get("num_calibration_samples"))
        if name or samples:
            return ", ".join(filter(None, (_without_place(name), f"{samples} samples" if samples else None)))
    tokens = {row.tokens for row in quantization_log(files) if row.tokens is not None}
    if not tokens:
        return None
    least, most = min(tokens), max(tokens)
    return f"{most} tokens a module" if least == most else f"{least} to {most} tokens a module"


class LoggedModule(NamedTuple):
    """A line of GPTQModel's ``quant_log.csv``."""

    layer: str
    module: str
    rounded: bool
    """Whether it was only rounded, as it saw too few tokens: its loss is then the name of that fallback."""
    tokens: int | None
    """That the module saw in calibration."""


def quantization_log(files: ModelFiles) -> tuple[LoggedModule, ...]:
    """The lines of GPTQModel's log, where there is one; of another table of that name none."""
    if _LOG not in files.sizes:
        return ()
    text = files.read(_LOG, 0, _LONGEST_TEXT).decode("utf-8", errors="replace")
    rows = list(csv.reader(text.splitlines()))
    if not rows or rows[0][:4] != _LOGGED:
        return ()
    return tuple(
        LoggedModule(row[0], row[1], "fallback" in row[2].lower(), int(row[3]) if row[3].isdecimal() else None)
        for row in rows[1:]
        if len(row) >= len(_LOGGED)
    )


def _without_place(name: str | None) -> str | None:
    """The name of a file in the place of its path on the machine where it lay."""
    if name is None or not (name.startswith(("/", "~")) or PureWindowsPath(name).drive):
        return name
    return PureWindowsPath(name).name or None


def is_id(name: str) -> bool:
    """Whether a name can be a Hub id, and is no path of a machine."""
    return id_fault(name) is None


def _front_matter(files: ModelFiles) -> Mapping[str, Any]:
    if "README.md" not in files.sizes:
        return {}
    text = files.read("README.md", 0, _LONGEST_TEXT).decode("utf-8", errors="replace").replace("\r\n", "\n")
    if not text.startswith("---\n"):
        return {}
    try:
        return object_of(yaml.safe_load(text[4:].partition("\n---")[0]))
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
