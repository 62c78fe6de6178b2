"""What the files of sentence-transformers say of how a model makes an embedding of a text.

The format: ``modules.json`` lists the parts of a model, ``1_Pooling/config.json`` says how tokens are pooled,
``sentence_bert_config.json`` how texts are cut, and ``config_sentence_transformers.json`` what is put before them. A
folder without them is one of transformers alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cardgen.errors import StepError
from cardgen.reading import CONFIG_BYTES, read_text

_MODES = {"mean_tokens": "mean", "mean": "mean", "cls_token": "cls", "cls": "cls", "max_tokens": "max", "max": "max"}
"""As the format names them, to what settings call them."""
_PREFIX = "pooling_mode_"
_PARTS = ("Transformer", "Pooling", "Normalize")


@dataclass(frozen=True)
class SentenceSettings:
    """How a model makes an embedding of a text."""

    pooling: str = "mean"
    """Of the tokens that are no padding: ``mean``, ``max``, or ``cls`` for the first."""
    max_length: int | None = None
    """The most tokens of a text, where the model says so beside its tokenizer."""
    lower: bool = False
    """Whether texts are put into lower case first."""
    prompt: str = ""
    """What stands before each text."""


def read_settings(folder: Path) -> SentenceSettings:
    """What the files in a model's folder say.

    Raises:
        StepError: if the model has a part, or a way of pooling, that cardgen does not compute.
    """
    pooling = "1_Pooling"
    for part in _read(folder / "modules.json") or ():
        kind = str(part.get("type")).rpartition(".")[2]
        if kind not in _PARTS:
            raise StepError(
                f"The model has a part that cardgen does not compute: {kind}, in modules.json.",
                remedy=f"Name a model that consists of {', '.join(_PARTS)} alone.",
            )
        pooling = part["path"] if kind == "Pooling" else pooling
    limits = _read(folder / "sentence_bert_config.json") or {}
    pooled = _read(folder / pooling / "config.json") or {}
    prompt = _prompt(_read(folder / "config_sentence_transformers.json") or {})
    if prompt and pooled.get("include_prompt") is False:
        raise StepError(
            "The model leaves its prompt out of the pooling, which cardgen does not compute.",
            remedy="Name a model that pools over all tokens.",
        )
    return SentenceSettings(_pooling(pooled), limits.get("max_seq_length"), bool(limits.get("do_lower_case")), prompt)


def _pooling(config: Mapping[str, Any]) -> str:
    chosen = [name.removeprefix(_PREFIX) for name, value in config.items() if name.startswith(_PREFIX) and value]
    chosen += [config["pooling_mode"]] if isinstance(config.get("pooling_mode"), str) else []
    if not config:
        return SentenceSettings.pooling
    if len(chosen) != 1 or chosen[0] not in _MODES:
        ways = " and ".join(chosen) or "none is named"
        raise StepError(
            f"The model pools tokens in a way that cardgen does not compute: {ways}.",
            remedy="Name a model that pools by the mean, the maximum or the first token.",
        )
    return _MODES[chosen[0]]


def _prompt(config: Mapping[str, Any]) -> str:
    """What sentence-transformers puts before a text if it is told nothing else."""
    name, prompts = config.get("default_prompt_name"), config.get("prompts") or {}
    if name is None:
        return ""
    if not isinstance(prompts.get(name), str):
        raise StepError(
            f"The model's config_sentence_transformers.json has no prompt `{name}`, which is to be its default.",
            remedy="Mend it in the base model.",
        )
    return str(prompts[name])


def _read(file: Path) -> Any:
    """The content of a JSON file; ``None`` where there is none."""
    if not file.is_file():
        return None
    try:
        return json.loads(read_text(file, CONFIG_BYTES))
    except ValueError as error:
        raise StepError(f"The model's {file.name} is no JSON.", remedy="Mend it in the base model.") from error
