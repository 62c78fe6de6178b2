"""How a model is asked to write text: what the manifest says, in front of what the base model's own files say.

Those come in the order in which transformers takes them: ``task_specific_params`` for the task in hand, then
generation_config.json, then the rest of config.json. The last two are left to transformers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cardgen.catalog.suggest import remedy_for
from cardgen.catalog.tasks import TASKS
from cardgen.catalog.translation import PREFIXED, TOKENIZERS, language_mark
from cardgen.manifest.generation import Generation
from cardgen.manifest.model import Manifest
from cardgen.records.inputs import ModelGeneration, Resolution
from cardgen.records.request import GenerationRequest

NO_PARAMS = "none"
"""Stands for no entry of ``task_specific_params``."""

_PARAMS = "task_specific_params"
_EXTENDED = "_"
"""What stands between a task and what an entry says beyond it: ``translation_en_to_de``."""


class GenerationFault(NamedTuple):
    """What is wrong with how a model is asked to write."""

    key: str
    """Under ``generation``."""
    message: str
    remedy: str


def generation_request(manifest: Manifest, base: Resolution | None) -> GenerationRequest | None:
    """What is in force beside what transformers itself takes from the model's files.

    Args:
        manifest: the manifest.
        base: what the base model's name meant, where it was resolved.

    Returns:
        ``None`` for a model that writes no text.
    """
    if manifest.task not in TASKS or not TASKS[manifest.task].generates:
        return None
    asked, own = manifest.generation or Generation(), (base and base.generation) or ModelGeneration()
    entry = _entry(manifest.task, asked, own)
    params = dict(own.task_specific_params.get(entry, {})) if entry else {}
    told = str(params.pop("prefix", own.prefix))
    prefix = told if asked.prefix is None else asked.prefix
    settings = {**params, **asked.settings}
    marked = own.tokenizer in TOKENIZERS
    if own.tokenizer == PREFIXED and asked.tgt_lang is not None:
        prefix = f"{language_mark(asked.tgt_lang)} {prefix}"
    return GenerationRequest(
        prefix=prefix,
        src_lang=(asked.src_lang or own.src_lang) if marked else None,
        tgt_lang=(asked.tgt_lang or own.tgt_lang) if marked else asked.tgt_lang if own.tokenizer == PREFIXED else None,
        settings=dict(sorted(settings.items())),
    )


def generation_faults(manifest: Manifest, own: ModelGeneration) -> Iterator[GenerationFault]:
    """What the base model's files show to be missing or not to apply."""
    asked = manifest.generation or Generation()
    if own.tokenizer in TOKENIZERS:
        yield from _missing_languages(asked, own)
    else:
        yield from _needless_languages(manifest.task, asked, own)
    yield from _params_faults(manifest.task, asked, own)


def _missing_languages(asked: Generation, own: ModelGeneration) -> Iterator[GenerationFault]:
    languages = TOKENIZERS[own.tokenizer]
    source, target = languages.example
    remedy = f"name it by the tokenizer's own code, as in `generation: {{src_lang: {source}, tgt_lang: {target}}}`"
    told = languages.setting in own.starts or languages.setting in asked.settings
    if asked.tgt_lang is None and own.tgt_lang is None and not told:
        message = (
            f"is missing: the base model, with its {own.tokenizer}, can write many languages, "
            "and neither the manifest nor the model's own files say which"
        )
        yield GenerationFault("tgt_lang", message, remedy)
    if asked.src_lang is None and own.src_lang is None:
        message = (
            f"is missing: the base model's {own.tokenizer} marks each text with its language, "
            "and neither the manifest nor the model's own files say which"
        )
        yield GenerationFault("src_lang", message, remedy)


def _needless_languages(task: str, asked: Generation, own: ModelGeneration) -> Iterator[GenerationFault]:
    entries = _entries(task, own.task_specific_params)
    named = [key for key in ("src_lang", "tgt_lang") if getattr(asked, key) is not None]
    if own.tokenizer == PREFIXED:
        named = [key for key in named if key != "tgt_lang"]
    elif named and any(_EXTENDED in entry for entry in entries) and asked.task_specific_params is None:
        if _of_languages(task, asked) not in entries:
            pair = f"from {asked.src_lang or '…'} to {asked.tgt_lang or '…'}"
            message = f"does not help: the base model's {_PARAMS} have no entry {pair}, but {_listed(entries)}"
            remedy = f"name one of these languages, or `{_PARAMS}: {NO_PARAMS}` with a `prefix` of your own"
            yield GenerationFault(named[0], message, remedy)
        return
    for key in named:
        tokenizer = f"the base model's {own.tokenizer or 'tokenizer'}"
        remedy = "leave it out; what has to stand before each text goes under `prefix`"
        yield GenerationFault(key, f"does not apply: {tokenizer} takes no code of a language there", remedy)


def _params_faults(task: str, asked: Generation, own: ModelGeneration) -> Iterator[GenerationFault]:
    wanted, known = asked.task_specific_params, own.task_specific_params
    if wanted is not None:
        if wanted != NO_PARAMS and wanted not in known:
            has = f"it has {_listed(tuple(known))}" if known else "it has none"
            remedy = remedy_for(wanted, (*known, NO_PARAMS)) or f"leave it out, or write `{NO_PARAMS}`"
            yield GenerationFault(
                _PARAMS, f"`{wanted}` is not an entry of {_PARAMS} in the base model's config.json: {has}", remedy
            )
        return
    entries = _entries(task, known)
    if len(entries) > 1 and _entry(task, asked, own) is None and asked.src_lang is None and asked.tgt_lang is None:
        message = (
            f"is missing: the base model's config.json has several entries for {task}, each with a prefix or "
            f"settings of its own: {_listed(entries)}"
        )
        remedy = (
            f"name one of them, as in `generation: {{{_PARAMS}: {entries[0]}}}`; or `{NO_PARAMS}`, where the model was "
            "fine-tuned for something else"
        )
        yield GenerationFault(_PARAMS, message, remedy)


def _entry(task: str, asked: Generation, own: ModelGeneration) -> str | None:
    """Which entry of ``task_specific_params`` is in force."""
    if asked.task_specific_params is not None:
        return None if asked.task_specific_params == NO_PARAMS else asked.task_specific_params
    entries = _entries(task, own.task_specific_params)
    if own.tokenizer not in (*TOKENIZERS, PREFIXED) and (asked.src_lang or asked.tgt_lang):
        named = _of_languages(task, asked)
        return named if named in entries else None
    if task in entries:
        return task
    return entries[0] if len(entries) == 1 else None


def _entries(task: str, params: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(name for name in params if name == task or name.startswith(task + _EXTENDED))


def _of_languages(task: str, asked: Generation) -> str:
    return f"{task}_{asked.src_lang}_to_{asked.tgt_lang}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
