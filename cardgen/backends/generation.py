"""How a model generates text: what it is asked to, made part of its files, and what is in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from tempfile import TemporaryDirectory
from typing import Any

from cardgen.catalog.translation import PREFIXED, TOKENIZERS, language_mark
from cardgen.errors import StepError
from cardgen.records.request import GenerationRequest

_UNTOLD = frozenset({"bos_token_id", "eos_token_id", "pad_token_id", "transformers_version"})
"""What belongs to a vocabulary or a library, and is no choice of how text is written."""

_IDLE: Mapping[str, tuple[Any, Mapping[str, Any]]] = {
    "num_beams": (1, {"early_stopping": False, "length_penalty": 1.0}),
    "do_sample": (False, {"temperature": 1.0, "top_p": 1.0, "top_k": 50, "min_p": None, "typical_p": 1.0}),
}
"""A setting to the value with which others do nothing, and to what these are then set to: transformers' defaults, as it
saves no configuration that says otherwise."""

_OTHER_LENGTHS = {"max_length": "max_new_tokens", "min_length": "min_new_tokens"}
"""A length to the one that would go before it."""


def generation_settings(config: Any) -> dict[str, str | int | float | bool]:
    """What is not transformers' default in a ``transformers.GenerationConfig``."""
    settings = {} if config is None else config.to_diff_dict()
    return {
        name: value
        for name, value in sorted(settings.items())
        if isinstance(value, str | int | float) and not (name.startswith("_") or name in _UNTOLD)
    }


def apply_generation(model: Any, tokenizer: Any, asked: GenerationRequest) -> None:
    """Have a model's files say how it is asked to write, so that whoever loads them gets what is scored.

    Args:
        model: a ``transformers.PreTrainedModel`` that generates; its configurations are changed.
        tokenizer: its ``transformers.PreTrainedTokenizerBase``, which is told the languages.
        asked: how.

    Raises:
        StepError: if the tokenizer does not know a language, or transformers refuses a setting.
    """
    config = model.generation_config
    # In files that transformers made of config.json it would look there again.
    config._from_model_config = False  # noqa: SLF001
    _tell_languages(config, tokenizer, asked)
    for length, other in _OTHER_LENGTHS.items():
        if length in asked.settings:
            setattr(config, other, None)
    try:
        config.update(**asked.settings)
        for name, (value, others) in _IDLE.items():
            if getattr(config, name) == value:
                config.update(**others)
        with TemporaryDirectory() as nowhere:  # its own check, as it is made where it saves: the exporter only warns
            config.save_pretrained(nowhere)
    except (ValueError, TypeError) as error:
        raise StepError(
            f"transformers refuses how the model is asked to write: {_first_line(error)}",
            remedy="Set it right under `generation`.",
        ) from error
    # As `save_pretrained` does, only that there it would go before the generation configuration.
    for name in model.config._get_non_default_generation_parameters():  # noqa: SLF001
        setattr(model.config, name, None)
    model.config.prefix = asked.prefix or None
    model.config.task_specific_params = None


def _tell_languages(config: Any, tokenizer: Any, asked: GenerationRequest) -> None:
    name = type(tokenizer).__name__.removesuffix("Fast")
    if name == PREFIXED and asked.tgt_lang is not None:
        if language_mark(asked.tgt_lang) not in tokenizer.get_vocab():
            raise _unknown("tgt_lang", asked.tgt_lang, [token[2:-2] for token in tokenizer.supported_language_codes])
        return
    known = _languages(tokenizer)
    for key in ("src_lang", "tgt_lang"):
        code = getattr(asked, key)
        if code is None:
            continue
        if code not in known:
            raise _unknown(key, code, known)
        setattr(tokenizer, key, code)
        tokenizer.init_kwargs[key] = code  # what `save_pretrained` writes
        if key == "tgt_lang" and name in TOKENIZERS:
            setattr(config, TOKENIZERS[name].setting, known[code])


def _languages(tokenizer: Any) -> dict[str, int]:
    """The token of each language, by its code."""
    known = getattr(tokenizer, "lang_code_to_id", None)
    if known is None:  # NLLB's
        marks = tokenizer.additional_special_tokens
        known = dict(zip(marks, tokenizer.convert_tokens_to_ids(marks), strict=True))
    return {code.strip("_"): int(token) for code, token in known.items()}  # PLBart's stand between underscores


def _unknown(key: str, code: str, known: Iterable[str]) -> StepError:
    return StepError(
        f"The base model's tokenizer has no language `{code}`.",
        remedy=f"Name one of its codes as `generation.{key}`: {', '.join(sorted(known)) or 'it has none'}.",
    )


def _first_line(error: Exception) -> str:
    lines = [line.strip("- ") for line in str(error).splitlines() if line.strip()]
    return lines[1] if len(lines) > 1 and lines[0].endswith(":") else lines[0]
