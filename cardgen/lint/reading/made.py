"""Whether a card says in its title, metadata or first words that its model was quantized, or exported."""

from __future__ import annotations

import re

from cardgen.inherit.document import Document, Paragraph
from cardgen.inherit.facts.schemes import schemes_in
from cardgen.inherit.remembered import for_one_card
from cardgen.lint.reading.places import listed, metadata_of, title_of
from cardgen.patterns import regex

_QUANTIZED = regex(
    r"(?<![a-z0-9])(?:quanti[sz]ed|gguf|gptq|awq|mlx|exl[23]|hqq|aqlm|auto ?round|bitsandbytes|bnb|torchao"
    r"|compressed tensors|neural compressor)(?![a-z0-9])"
)
_EXPORTED = regex(r"(?<![a-z0-9])(?:onnx|openvino)(?![a-z0-9])")
_IN_16_BITS = regex(r"(?<![a-z0-9])(?:b?f16|bf16|fp16|fp32|f32)(?![a-z0-9])")
_MARKS = regex(r"[-_]")
_SAID = regex(
    r"\b(?:this|it|repo(?:sitory)?|(?:the )?(?:[\w.-]{1,60} ){1,8}model)(?: here)? (?:is|contains|holds|provides|hosts)"
    r"(?: now)?(?: an?| the| some)?(?: (?:only|an?|our|my|dynamically|statically|pruned and|converted and))*"
    r" (?:[\w.-]{1,30} ){0,2}?(?:quanti[sz]\w{0,6}|gguf|gptq|awq|exl2|int-?[48]|[48][ -]?bits?)"
    r"(?: (?:gguf|gptq|awq|exl2))? (?:version|variant|conversion|build|copy|weights|files?|checkpoints?|models?"
    r"|quant)\b"
    r"|\b(?:gguf|gptq|awq|exl2|mlx) quanti[sz]ations?:",
    re.IGNORECASE,
)
"""What the first words of a card of a quantized model say where its title does not."""
_FILE = regex(r"[-._](i?q\d[a-z0-9_]{0,8})\.gguf\b", re.IGNORECASE)
_FEW_FILES = 2
"""As many as a card of a base model may tell of in passing."""
_FIRST = 3
"""Paragraphs that tell what the card is of."""


def says_quantized(document: Document) -> bool:
    """Whether title, tags, library or relation name a scheme or a format of quantized models.

    One in 16 bits by its title is none, whatever its format.
    """
    title, tags = _title_and_tags(document)
    metadata = metadata_of(document)
    if metadata.get("base_model_relation") == "quantized" or metadata.get("quantized_by"):
        return True
    if any(_schemes(text) or _QUANTIZED.search(text) for text in title):
        return not any(_IN_16_BITS.search(text) and not _schemes(text) for text in title)
    in_16_bits = any(_IN_16_BITS.search(text) for text in title)
    return not in_16_bits and (any(_schemes(text) or _QUANTIZED.search(text) for text in tags) or _tells(document))


def says_made(document: Document) -> bool:
    """Whether they tell of a quantized or an exported model."""
    title, tags = _title_and_tags(document)
    return says_quantized(document) or any(
        _QUANTIZED.search(text) or _EXPORTED.search(text) for text in (*title, *tags)
    )


@for_one_card
def _tells(document: Document) -> bool:
    """Whether the first words say so, or the name in model-index, or names of files."""
    paragraphs = [block.text for block in document.blocks if isinstance(block, Paragraph)][:_FIRST]
    if any(_SAID.search(text) for text in paragraphs):
        return True
    index = metadata_of(document).get("model-index")
    names = [model.get("name") for model in index if isinstance(model, dict)] if isinstance(index, list) else []
    if any(isinstance(name, str) and _QUANTIZED.search(_MARKS.sub(" ", name.lower())) for name in names):
        return True
    return len({found[1].lower() for found in _FILE.finditer(document.source)}) > _FEW_FILES


def _schemes(text: str) -> bool:
    return any(schemes_in(text))


@for_one_card
def _title_and_tags(document: Document) -> tuple[tuple[str, ...], tuple[str, ...]]:
    title = title_of(document)
    named = [value for key in ("tags", "library_name") for value, _path in listed(document, key)]
    words = [text if isinstance(text, str) else "" for text in ((title.title if title else ""), *named)]
    first, *others = (_MARKS.sub(" ", text.lower()) for text in words)
    return (first,), tuple(others)
