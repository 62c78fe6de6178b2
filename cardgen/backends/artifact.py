"""The files of an artifact: their size, and that no path of this machine is left in them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cardgen.errors import StepError

WEIGHT_SUFFIXES = (".safetensors", ".bin", ".onnx", ".onnx_data", ".onnx.data")

_PATH_KEYS = frozenset(
    {"_name_or_path", "name_or_path", "tokenizer_file", "vocab_file", "merges_file", "special_tokens_map_file"}
)
"""Keys in which transformers is known to leave the place that something was loaded from."""

_VOCABULARIES = frozenset({"tokenizer.json", "vocab.json", "added_tokens.json"})
"""Files whose text is the model's vocabulary, which may well hold a token that looks like a path."""

_SENTENCE_FILES = (
    "modules.json",
    "sentence_bert_config.json",
    "config_sentence_transformers.json",
    "*_Pooling/config.json",
)
"""Patterns of the files in which sentence-transformers says how a model makes embeddings."""


def weight_bytes(folder: Path) -> int:
    """Bytes on disk of the weight files in ``folder``."""
    return sum(file.stat().st_size for file in folder.iterdir() if file.name.endswith(WEIGHT_SUFFIXES))


def read_base_id(folder: Path) -> str | None:
    """The base model's Hub id, as :func:`clean_configs` wrote it into the configuration of an export."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    value = config.get("_name_or_path")
    return value if isinstance(value, str) and value else None


def copy_code(source: Path, output: Path) -> None:
    """Take a model's own Python files along, to which its configuration refers; what is written already stays."""
    for file in sorted(source.glob("*.py")):
        if not (output / file.name).exists():
            shutil.copyfile(file, output / file.name)


def copy_pooling(source: Path, output: Path) -> None:
    """Take along what sentence-transformers wrote of how a model makes embeddings of texts; a model without has none.

    See :mod:`cardgen.weights.sentences`, which reads it.
    """
    for pattern in _SENTENCE_FILES:
        for file in sorted(source.glob(pattern)):
            copy = output / file.relative_to(source)
            copy.parent.mkdir(exist_ok=True)
            shutil.copyfile(file, copy)


def clean_configs(folder: Path, *, base_id: str | None, places: Sequence[Path]) -> None:
    """Take every path of this machine out of the JSON files in ``folder``.

    ``_name_or_path`` in ``config.json`` becomes the base model's id, or goes.

    Args:
        folder: the artifact.
        base_id: Hub id of the base model, where it has one.
        places: folders whose names must not appear.

    Raises:
        StepError: if a path stands where it cannot simply be left out.
    """
    forbidden = tuple({str(place) for place in places} | {str(place.resolve()) for place in places})
    for file in sorted(folder.glob("*.json")):
        if file.name in _VOCABULARIES:
            continue
        text = file.read_text(encoding="utf-8")
        content = json.loads(text)
        if not isinstance(content, dict):
            continue
        cleaned = {key: value for key, value in content.items() if not (key in _PATH_KEYS and _holds(value, "/"))}
        cleaned.pop("_name_or_path", None)
        if file.name == "config.json" and base_id:
            cleaned["_name_or_path"] = base_id
        found = next((key for key, value in cleaned.items() for place in forbidden if _holds(value, place)), None)
        if found is not None:
            raise StepError(
                f"`{found}` in the artifact's {file.name} holds a path of this machine, which must not be published.",
                remedy=f"Take `{found}` out of the base model's {file.name}.",
            )
        if cleaned != content:
            file.write_text(json.dumps(cleaned, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def _holds(value: Any, text: str) -> bool:
    if isinstance(value, str):
        return text in value
    if isinstance(value, dict):
        return any(_holds(part, text) for part in (*value.keys(), *value.values()))
    return isinstance(value, list) and any(_holds(part, text) for part in value)
