"""What a base model's own files say of how it writes text, read without a library."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cardgen.catalog.translation import TOKENIZERS_OF_MODELS
from cardgen.reading import CONFIG_BYTES, read_bytes
from cardgen.records.inputs import ModelGeneration

FILES = ("config.json", "generation_config.json", "tokenizer_config.json")
"""Those that are read; a model may well have none but the first."""

_STARTS = ("forced_bos_token_id", "decoder_start_token_id")


def read_model_generation(folder: Path) -> ModelGeneration:
    """What the files in a base model's folder say.

    What is no JSON, or of another form, tells nothing here: transformers cannot load it either, which the export tells.
    """
    config, generation, tokenizer = (_read(folder / name) for name in FILES)
    model_type = _text(config.get("model_type")) or ""
    named = _text(tokenizer.get("tokenizer_class")) or _text(config.get("tokenizer_class"))
    params = config.get("task_specific_params")
    return ModelGeneration(
        model_type=model_type,
        tokenizer=(named or TOKENIZERS_OF_MODELS.get(model_type, "")).removesuffix("Fast"),
        prefix=_text(config.get("prefix")) or "",
        task_specific_params={
            name: {key: value for key, value in entry.items() if _is_setting(value)}
            for name, entry in (params.items() if isinstance(params, dict) else ())
            if isinstance(entry, dict)
        },
        src_lang=_text(tokenizer.get("src_lang")),
        tgt_lang=_text(tokenizer.get("tgt_lang")),
        starts=tuple(
            name for name in _STARTS if isinstance(generation.get(name), int) or isinstance(config.get(name), int)
        ),
    )


def _read(file: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(read_bytes(file, CONFIG_BYTES))
        json.dumps(found, ensure_ascii=False).encode()  # half a character, which no record could hold
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_setting(value: Any) -> bool:
    return isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
