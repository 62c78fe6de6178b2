"""Whether a card says in its title or metadata that its model was quantized, or exported."""

from __future__ import annotations

from cardgen.inherit.document import Document
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


def says_quantized(document: Document) -> bool:
    """Whether title, tags, library or relation name a scheme or a format of quantized models.

    One in 16 bits by its title is none, whatever its format.
    """
    title, tags = _title_and_tags(document)
    if metadata_of(document).get("base_model_relation") == "quantized":
        return True
    if any(_schemes(text) or _QUANTIZED.search(text) for text in title):
        return not any(_IN_16_BITS.search(text) and not _schemes(text) for text in title)
    in_16_bits = any(_IN_16_BITS.search(text) for text in title)
    return not in_16_bits and any(_schemes(text) or _QUANTIZED.search(text) for text in tags)


def says_made(document: Document) -> bool:
    """Whether they tell of a quantized or an exported model."""
    title, tags = _title_and_tags(document)
    return says_quantized(document) or any(
        _QUANTIZED.search(text) or _EXPORTED.search(text) for text in (*title, *tags)
    )


def _schemes(text: str) -> bool:
    return any(schemes_in(text))


@for_one_card
def _title_and_tags(document: Document) -> tuple[tuple[str, ...], tuple[str, ...]]:
    title = title_of(document)
    named = [value for key in ("tags", "library_name") for value, _path in listed(document, key)]
    words = [text if isinstance(text, str) else "" for text in ((title.title if title else ""), *named)]
    first, *others = (_MARKS.sub(" ", text.lower()) for text in words)
    return (first,), tuple(others)
