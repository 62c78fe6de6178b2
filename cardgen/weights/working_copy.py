"""What of a model's files must be written anew for the transformers that is to load them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.environments import ENVIRONMENTS
from cardgen.reading import CONFIG_BYTES, read_bytes
from cardgen.weights.configuration import Translation, parsed_version, translate_configuration
from cardgen.weights.fault import ModelFault
from cardgen.weights.tokenizer import translate_tokenizer

CONFIG = "config.json"
TOKENIZER_CONFIG = "tokenizer_config.json"


def translate_files(folder: Path, transformers: str) -> dict[str, Translation]:
    """The configurations in ``folder`` that are to be written anew, or that cannot be; by name.

    Args:
        folder: the model's.
        transformers: the version that is to load it.
    """
    version = parsed_version(transformers)
    found: dict[str, Translation] = {}
    if version is None or version[0] != 4:
        return found
    config, tokenizer = read_object(folder / CONFIG), read_object(folder / TOKENIZER_CONFIG)
    if config is not None:
        found[CONFIG] = translate_configuration(config, version)
    if tokenizer is not None:
        found[TOKENIZER_CONFIG] = translate_tokenizer(tokenizer, has_core=(folder / "tokenizer.json").is_file())
    read = {CONFIG: config, TOKENIZER_CONFIG: tokenizer}
    return {name: each for name, each in found.items() if each.faults or each.content != read[name]}


def version_faults(folder: Path, transformers: Collection[str]) -> list[ModelFault]:
    """What versions of transformers would not compute as the one that saved a model does.

    Args:
        folder: the model's.
        transformers: the versions that are to load it.
    """
    faults = []
    for version in sorted(set(transformers)):
        for name, translation in translate_files(folder, version).items():
            faults += [_fault(folder, name, version, each) for each in translation.faults]
    return faults


def _fault(folder: Path, name: str, version: str, fault: str) -> ModelFault:
    saved = (read_object(folder / CONFIG) or {}).get("transformers_version")
    by = f", saved by transformers {saved}," if isinstance(saved, str) else ""
    return ModelFault(
        f"The base model's {name}{by} {fault}: transformers {version}, which is to run the model, does not know that "
        "and would compute something else.",
        _remedy(folder, version),
    )


def _remedy(folder: Path, version: str) -> str:
    for backend in BACKENDS.values():
        other = ENVIRONMENTS[backend.environments[0]].packages["transformers"]
        if other != version and not any(each.faults for each in translate_files(folder, other).values()):
            return f"Use the {backend.name} backend alone: its transformers {other} computes the same."
    return "Name a model, or a revision of it, that transformers 4 saved."


def read_object(file: Path) -> Mapping[str, Any] | None:
    """What a JSON file holds, where it holds an object: what else it may be, the step that loads it tells."""
    try:
        content = json.loads(read_bytes(file, CONFIG_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
