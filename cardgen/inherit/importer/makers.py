"""Which libraries a card says quantized its model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from cardgen.inherit.document import Document, Paragraph, Section
from cardgen.inherit.importer.card import SourceCard
from cardgen.inherit.remembered import for_one_card
from cardgen.patterns import regex

_QUANTIZERS: Mapping[str, re.Pattern[str]] = {
    "Intel Neural Compressor": regex(r"neural[ _-]?compressor", re.IGNORECASE),
    "ONNX Runtime": regex(r"onnx[ -]?runtime|ORTQuantizer", re.IGNORECASE),
    "NNCF": regex(r"\bNNCF\b"),
    "torchao": regex(r"\btorchao\b", re.IGNORECASE),
    "PyTorch's torch.quantization": regex(r"\btorch\.(?:ao\.)?quantization\b"),
    "bitsandbytes": regex(r"\bbitsandbytes\b", re.IGNORECASE),
    "LLM Compressor": regex(r"\bllm[ _-]?compressor\b", re.IGNORECASE),
    "AutoAWQ": regex(r"\bauto[ _-]?awq\b", re.IGNORECASE),
    "GPTQModel": regex(r"\bgptq[ _-]?model\b", re.IGNORECASE),
    "AutoGPTQ": regex(r"\bauto[ _-]?gptq\b", re.IGNORECASE),
    "AutoRound": regex(r"\bauto[ _-]?round\b", re.IGNORECASE),
    "llama.cpp": regex(r"\bllama[.-]cpp\b", re.IGNORECASE),
    "NVIDIA ModelOpt": regex(r"\bmodel[ _-]?opt\b|\bmodel optimizer\b", re.IGNORECASE),
    "MLX": regex(r"\bmlx(?:[-_](?:lm|vlm|community))?\b", re.IGNORECASE),
    "Quanto": regex(r"\b(?:optimum[-_ ])?quanto\b", re.IGNORECASE),
    "AMD Quark": regex(r"\bquark\b", re.IGNORECASE),
    "HQQ": regex(r"\bhqq\b", re.IGNORECASE),
    "ExLlamaV2": regex(r"\bexllama[ _-]?v2\b", re.IGNORECASE),
    "ExLlamaV3": regex(r"\bexllama[ _-]?v3\b", re.IGNORECASE),
    "Olive": regex(r"\b(?:Microsoft |Intel )?Olive\b"),
}
_WORDS: Mapping[str, tuple[str, ...]] = {
    "Intel Neural Compressor": ("compressor",),
    "ONNX Runtime": (
        "onnx",
        "ortquantizer",
    ),
    "NNCF": ("nncf",),
    "torchao": ("torchao",),
    "PyTorch's torch.quantization": (
        "torch.",
        "quantize_dynamic",
    ),
    "bitsandbytes": ("bitsandbytes",),
    "LLM Compressor": ("compressor",),
    "AutoAWQ": ("awq",),
    "GPTQModel": ("gptq",),
    "AutoGPTQ": ("gptq",),
    "AutoRound": ("round",),
    "llama.cpp": ("llama",),
    "NVIDIA ModelOpt": ("model",),
    "MLX": ("mlx",),
    "Quanto": ("quanto",),
    "AMD Quark": ("quark",),
    "HQQ": ("hqq",),
    "ExLlamaV2": ("exllama",),
    "ExLlamaV3": ("exllama",),
    "Olive": ("olive",),
}
"""Of each name, in lower case, one that it has: what no card names is seen at once by them."""
_RUNNERS = {"ONNX Runtime", "llama.cpp", "MLX", "ExLlamaV2", "ExLlamaV3"}
"""What also only runs models: its name alone does not tell that it quantized one."""
_QUANTIZES: dict[str, re.Pattern[str]] = {"ONNX Runtime": regex(r"\bonnxruntime\.quantization\b|\bORTQuantizer\b")}
"""Of those, the parts that quantize."""
_SAID = regex(
    r"\bquanti[sz](?:ed|ation|ing)\b|\b(?:made|created|produced|generated|converted|obtained|calibrated)\b"
    r"(?=[^.]{0,80}?\b(?:with|by|using|via|through)\b)",
    re.IGNORECASE,
)
_SENTENCE = regex(r"(?<=[.!?])\s+(?=[A-Z*\[`'\"])")
_RUNTIMES: Mapping[Literal["pytorch", "onnx"], re.Pattern[str]] = {
    "pytorch": regex(r"\bpytorch\b", re.IGNORECASE),
    "onnx": regex(r"\bonnx\b", re.IGNORECASE),
}


@dataclass(frozen=True)
class MakerClaim:
    """A sentence that says what quantized."""

    runtime: Literal["pytorch", "onnx"] | None
    quantizer: str


@for_one_card
def maker_claims(document: Document) -> tuple[MakerClaim, ...]:
    """What the sentences of a card say."""
    spans = {block.span for words in _WORDS.values() for block in document.paragraphs_with(*words)}
    return tuple(
        MakerClaim(_runtime(sentence, section), named[0][0])
        for section in document.sections
        for block in section.blocks
        if block.span in spans and isinstance(block, Paragraph)
        for _start, sentence in sentences(block.text)
        if (named := quantizers_said(sentence))
    )


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """The sentences of a paragraph, each with where it starts."""
    start = 0
    for gap in _SENTENCE.finditer(text):
        yield start, text[start : gap.start()]
        start = gap.end()
    yield start, text[start:]


def quantizers_said(sentence: str) -> list[tuple[str, int, int]]:
    """The libraries that a sentence says something was quantized with, in its order, with where they stand in it."""
    said = _SAID.search(sentence)
    if said is None:
        return []
    matches = ((name, pattern.search(sentence, said.end())) for name, pattern in _QUANTIZERS.items())
    found = [(name, match.start(), match.end()) for name, match in matches if match is not None]
    return sorted(found, key=lambda one: one[1:])


def makers_named(card: SourceCard) -> set[str]:
    """The libraries that a card names at all, be it in a tag, but for those that also only run models."""
    tags, document = "\n".join(card.metadata.tags), card.document
    sure = {name: pattern for name, pattern in _QUANTIZERS.items() if name not in _RUNNERS} | _QUANTIZES
    return {
        name
        for name, pattern in sure.items()
        if (document.says(*_WORDS[name]) and pattern.search(document.body)) or pattern.search(tags)
    }


def quantizer_called(name: str) -> str | None:
    """The library that a name in a file is of, as cards name it; ``None`` for what does not quantize."""
    return next((title for title, pattern in _QUANTIZERS.items() if pattern.search(name)), None)


def _runtime(sentence: str, section: Section) -> Literal["pytorch", "onnx"] | None:
    """Of what a sentence speaks: by its own words, else by the headings above it, the nearest first."""
    for text in (sentence, section.title, *reversed(section.parents)):
        plain = _QUANTIZERS["ONNX Runtime"].sub("", text)
        told = [runtime for runtime, pattern in _RUNTIMES.items() if pattern.search(plain)]
        if told:
            return told[0] if len(told) == 1 else None
    return None
