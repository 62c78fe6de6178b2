"""What made the variants of a card: the library that it says quantized them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from cardgen.inherit.document import Paragraph, Section
from cardgen.inherit.importer.card import SourceCard
from cardgen.inherit.importer.report import Ledger
from cardgen.inherit.importer.variants import BACKEND, VariantDraft
from cardgen.patterns import regex

_QUANTIZERS: Mapping[str, re.Pattern[str]] = {
    "Intel Neural Compressor": regex(r"neural[ _-]?compressor", re.IGNORECASE),
    "ONNX Runtime": regex(r"onnx[ -]?runtime|ORTQuantizer", re.IGNORECASE),
    "NNCF": regex(r"\bNNCF\b"),
    "torchao": regex(r"\btorchao\b", re.IGNORECASE),
    "PyTorch's torch.quantization": regex(r"\btorch\.(?:ao\.)?quantization\b|\bquantize_dynamic\b"),
    "bitsandbytes": regex(r"\bbitsandbytes\b", re.IGNORECASE),
}
_OWN: Mapping[str, str] = {"neural-compressor": "Intel Neural Compressor", "onnxruntime": "ONNX Runtime"}
"""A backend to the library that it runs."""
_RUNNERS = {"ONNX Runtime"}
"""What also only runs models: its name alone does not tell that it quantized one."""
_SAID = regex(r"quanti[sz](?:ed|ation|ing)\b", re.IGNORECASE)
_SENTENCE = regex(r"(?<=[.!?])\s+(?=[A-Z*\[`'\"])")
_RUNTIMES: Mapping[Literal["pytorch", "onnx"], re.Pattern[str]] = {
    "pytorch": regex(r"\bpytorch\b", re.IGNORECASE),
    "onnx": regex(r"\bonnx\b", re.IGNORECASE),
}


@dataclass(frozen=True)
class _Claim:
    """A sentence that says what quantized."""

    runtime: Literal["pytorch", "onnx"] | None
    quantizer: str


def made_with(card: SourceCard, variant: VariantDraft, ledger: Ledger) -> str | None:
    """What quantized a variant, where the card says so and it is not the library of the variant's backend.

    Where no sentence says it, the only quantizer that the card names counts, be it in a tag.
    """
    if variant.approach == "none":
        return None
    own = _OWN[BACKEND[variant.runtime]]
    claims = list(_claims(card))
    for runtime in (variant.runtime, None):
        names = {claim.quantizer for claim in claims if claim.runtime == runtime}
        if names:
            return None if own in names or len(names) > 1 else names.pop()
    named = _named(card)
    if len(named) != 1 or own in named:
        return None
    (name,) = named
    ledger.add("assumed", f"{variant.name} was made with {name}, the only quantizer that the card names")
    return name


def _claims(card: SourceCard) -> Iterator[_Claim]:
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
                yield _Claim(_runtime(sentence, section), found[0][1])


def _runtime(sentence: str, section: Section) -> Literal["pytorch", "onnx"] | None:
    """Of what a sentence speaks: by its own words, else by the headings above it, the nearest first."""
    for text in (sentence, section.title, *reversed(section.parents)):
        plain = _QUANTIZERS["ONNX Runtime"].sub("", text)
        told = [runtime for runtime, pattern in _RUNTIMES.items() if pattern.search(plain)]
        if told:
            return told[0] if len(told) == 1 else None
    return None


def _named(card: SourceCard) -> set[str]:
    body = card.document.source[card.document.head.end :]
    texts = "\n".join([body, *card.metadata.tags])
    return {name for name, pattern in _QUANTIZERS.items() if name not in _RUNNERS and pattern.search(texts)}
