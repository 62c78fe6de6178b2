"""Which libraries a card says quantized its model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from cardgen.inherit.document import Paragraph, Section
from cardgen.inherit.importer.card import SourceCard
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


def maker_claims(card: SourceCard) -> Iterator[MakerClaim]:
    """What the sentences of a card say."""
    for section, block in card.blocks():
        if not isinstance(block, Paragraph):
            continue
        for sentence in _SENTENCE.split(block.text):
            said = _SAID.search(sentence)
            found = sorted(
                (match.start(), name)
                for name, pattern in _QUANTIZERS.items()
                if said and (match := pattern.search(sentence, said.end()))
            )
            if found:
                yield MakerClaim(_runtime(sentence, section), found[0][1])


def makers_named(card: SourceCard) -> set[str]:
    """The libraries that a card names at all, be it in a tag, but for those that also only run models."""
    body = card.document.source[card.document.head.end :]
    texts = "\n".join([body, *card.metadata.tags])
    sure = {name: pattern for name, pattern in _QUANTIZERS.items() if name not in _RUNNERS} | _QUANTIZES
    return {name for name, pattern in sure.items() if pattern.search(texts)}


def _runtime(sentence: str, section: Section) -> Literal["pytorch", "onnx"] | None:
    """Of what a sentence speaks: by its own words, else by the headings above it, the nearest first."""
    for text in (sentence, section.title, *reversed(section.parents)):
        plain = _QUANTIZERS["ONNX Runtime"].sub("", text)
        told = [runtime for runtime, pattern in _RUNTIMES.items() if pattern.search(plain)]
        if told:
            return told[0] if len(told) == 1 else None
    return None
