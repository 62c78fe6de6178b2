"""Adapters of peft: a few weights that change another model, and are no model themselves.

transformers loads an adapter_config.json that lies beside a model's own weights where peft is installed, and passes it
over where it is not, so that two readers of one folder have two models.
"""

from __future__ import annotations

import json
from pathlib import Path

from cardgen.reading import CONFIG_BYTES, read_bytes
from cardgen.weights.fault import ModelFault

ADAPTER_CONFIG = "adapter_config.json"

_MERGE = (
    "merge it into its base model, with peft: `PeftModel.from_pretrained(base, adapter).merge_and_unload()` and "
    "`save_pretrained(folder)`, save the tokenizer there too, and name that folder"
)


def lone_adapter(what: str) -> ModelFault:
    """That what is named is an adapter without a model."""
    return ModelFault(
        f"{what} is an adapter (adapter_config.json), which changes another model and is none itself", _MERGE
    )


def adapter_beside(folder: Path) -> ModelFault | None:
    """That an adapter lies beside a model, where one does.

    Args:
        folder: of a model, with its configuration.
    """
    file = folder / ADAPTER_CONFIG
    if not file.is_file():
        return None
    return ModelFault(
        f"An adapter{_described(file)} lies beside the base model's own files. Who has peft installed loads both, who "
        "has not loads the model without it, and their scores differ.",
        f"If the adapter belongs to the model, {_MERGE}; else name a folder or revision without {ADAPTER_CONFIG}.",
    )


def _described(file: Path) -> str:
    try:
        config = json.loads(read_bytes(file, CONFIG_BYTES))
    except (OSError, ValueError, RecursionError):
        return ""
    if not isinstance(config, dict):
        return ""
    parts = [str(config["peft_type"])] if isinstance(config.get("peft_type"), str) else []
    base = config.get("base_model_name_or_path")
    if isinstance(base, str) and base and not base.startswith(("/", ".", "~")) and "\\" not in base:
        parts.append(f"for {base}")  # a path would be one of whoever trained it
    return f" ({', '.join(parts)})" if parts else ""
