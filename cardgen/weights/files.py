"""Which of a model's files transformers loads it from, and what a folder or repository is that is no model of it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from cardgen.patterns import regex
from cardgen.weights.adapter import ADAPTER_CONFIG, lone_adapter
from cardgen.weights.fault import ModelFault

CONFIG = "config.json"

_SUFFIXES = (".json", ".txt", ".model", ".spm", ".tiktoken", ".jinja", ".vocab", ".bpe", ".codes", ".py")
"""Configuration, tokenizer and, for models that bring some, code."""
_POOLING = regex(r"\d+_Pooling/config\.json")
"""Of sentence-transformers: how a model makes an embedding of a text."""
_SENTENCE_TRANSFORMER = regex(r"(\d+_[A-Za-z]*Transformer)/config\.json")
"""Of its older releases: the model itself, which now lies beside modules.json."""
_SAFETENSORS = regex(r"model(-\d+-of-\d+)?\.safetensors")
_PICKLES = regex(r"pytorch_model(-\d+-of-\d+)?\.bin")


class LoadedFiles(NamedTuple):
    """The files that are read, by their paths."""

    small: tuple[str, ...]
    weights: tuple[str, ...]
    """Safetensors where there are some, else pickles; none where there is neither."""


def loaded_files(names: Collection[str]) -> LoadedFiles:
    """Those of a model's files, named by POSIX paths, that loading it in PyTorch takes."""
    weights, index = [name for name in names if _SAFETENSORS.fullmatch(name)], "model.safetensors.index.json"
    if not weights:
        weights, index = [name for name in names if _PICKLES.fullmatch(name)], "pytorch_model.bin.index.json"
    small = [
        name
        for name in names
        if ("/" not in name and name.endswith(_SUFFIXES) and not name.endswith(".index.json"))
        or name == index
        or _POOLING.fullmatch(name)
    ]
    return LoadedFiles(tuple(sorted(small)), tuple(sorted(weights)))


def names_in(folder: Path) -> set[str]:
    """The files of a local folder that can tell whether it is a model's, as POSIX paths."""
    return {file.relative_to(folder).as_posix() for pattern in ("*", "*/config.json") for file in folder.glob(pattern)}


def not_a_model(names: Collection[str], what: str) -> ModelFault | None:
    """What a folder or repository is that holds no model: no config.json, or an adapter and no other weights.

    Args:
        names: of its files, as POSIX paths.
        what: it is called, as the start of a sentence: ``the folder `models/mine` ``.
    """
    if ADAPTER_CONFIG in names and not (CONFIG in names and loaded_files(names).weights):
        return lone_adapter(what)
    if CONFIG in names:
        return None
    inner = next((match[1] for name in sorted(names) if (match := _SENTENCE_TRANSFORMER.fullmatch(name))), None)
    if inner is not None:
        return ModelFault(
            f"{what} is a model of an older sentence-transformers, whose transformers model lies in its folder {inner}",
            "load it with a newer sentence-transformers, save it, and name what that wrote: the model then lies beside "
            "modules.json",
        )
    return ModelFault(
        f"{what} holds no config.json, so it is no transformers model", "name what save_pretrained() wrote"
    )
