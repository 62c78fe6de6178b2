"""How models that write several languages are told which: by the class of their tokenizer, in transformers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Languages:
    """What a tokenizer's languages are like."""

    setting: str
    """Of transformers' ``GenerationConfig``: takes the token of the language that is written."""
    example: tuple[str, str]
    """Codes of a source and a target language."""


TOKENIZERS: Mapping[str, Languages] = {
    "M2M100Tokenizer": Languages("forced_bos_token_id", ("en", "de")),
    "MBart50Tokenizer": Languages("forced_bos_token_id", ("en_XX", "de_DE")),
    "NllbTokenizer": Languages("forced_bos_token_id", ("eng_Latn", "deu_Latn")),
    # Their decoders are trained to start from the language itself (transformers, documentation of MBart and PLBart).
    "MBartTokenizer": Languages("decoder_start_token_id", ("en_XX", "de_DE")),
    "PLBartTokenizer": Languages("decoder_start_token_id", ("java", "en_XX")),
}
"""Tokenizers that mark the language of a text, by class without ``Fast``."""

PREFIXED = "MarianTokenizer"
"""Some of its models write several languages, and are told by ``>>code<<`` before the text."""

TOKENIZERS_OF_MODELS: Mapping[str, str] = {
    "m2m_100": "M2M100Tokenizer",
    "marian": PREFIXED,
    "mbart": "MBartTokenizer",
    "nllb-moe": "NllbTokenizer",
    "plbart": "PLBartTokenizer",
}
"""``model_type`` to the tokenizer, where the model's files do not name it (transformers, ``AutoTokenizer``)."""


def language_mark(code: str) -> str:
    """What stands before a text to have a Marian model write the language ``code``."""
    return f">>{code}<<"
