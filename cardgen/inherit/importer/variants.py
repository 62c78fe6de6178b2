"""The variants that a card is about, and which of its claims are about which."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from cardgen.errors import UsageError
from cardgen.inherit.document import Heading
from cardgen.inherit.facts.model import Approach, Figure, Subject
from cardgen.inherit.importer.card import SourceCard
from cardgen.inherit.importer.makers import maker_claims
from cardgen.inherit.importer.report import Ledger
from cardgen.inherit.manifest_text import Entry
from cardgen.patterns import regex

Runtime = Literal["pytorch", "onnx"]
Quantized = Literal["static", "dynamic"]
BACKEND: dict[Runtime, str] = {"pytorch": "neural-compressor", "onnx": "onnxruntime"}

_SLUG = regex(r"[^a-z0-9_]+")
_EXPORT = regex(r"\bonnx export\b|\bexport(?:ed)? to onnx\b|^the export$", re.IGNORECASE)
_ONNX_FILE = regex(r"\.onnx\b|\bonnx/|\bONNX (?:model|format|file|weights|graph)", re.IGNORECASE)
_PYTORCH = regex(r"torch|neural[ _-]?compressor|\bINC(?:Model|Quantizer)|\.bin\b|safetensors", re.IGNORECASE)
_BY_CODE = regex(r"\bquantize_(?:(?P<static>static)|dynamic)\b|\bis_static\s*=\s*(?:(?P<set>True)|False)\b")
_OTHERS: dict[str, re.Pattern[str]] = {
    "OpenVINO": regex(r"openvino|\bOVModel", re.IGNORECASE),
    "TensorFlow": regex(r"tensorflow|tflite|litert", re.IGNORECASE),
    "TensorRT": regex(r"tensorrt", re.IGNORECASE),
    "Core ML": regex(r"core[ -]?ml\b", re.IGNORECASE),
}
"""Runtimes that no backend of a manifest runs."""
_WORDS: dict[Quantized, re.Pattern[str]] = {
    "static": regex("static", re.IGNORECASE),
    "dynamic": regex("dynamic", re.IGNORECASE),
}


@dataclass(frozen=True)
class VariantDraft:
    """One variant of the card."""

    name: str
    runtime: Runtime
    approach: Approach
    label: str | None
    """Of its column, where several variants have one runtime."""
    foreign: str | None = None
    """The runtime that the card is of, where no backend runs it and the variant is written as one of another."""

    def owns(self, subject: Subject) -> bool:
        """Whether a claim about ``subject`` is, or may be, one about this variant."""
        if subject.runtime not in (None, self.runtime):
            return False
        return self.label is None or subject.label == self.label

    def entry(self) -> Entry:
        """As a manifest's variant."""
        return Entry(self.name, {"backend": BACKEND[self.runtime], "approach": self.approach})


def find_variants(card: SourceCard, asked: Approach | None, ledger: Ledger) -> tuple[VariantDraft, ...]:
    """The variants, in the card's order.

    Raises:
        UsageError: the card does not tell how its model was quantized, nor that it was exported.
    """
    facts = card.facts
    found = {approach for subject, approach, _span in facts.approaches if not subject.baseline}
    if asked == "none" or (asked is None and (found == {"none"} or (not found and _is_export(card)))):
        return (VariantDraft("onnx", "onnx", "none", None),)
    drafts: dict[str, VariantDraft] = {}
    told = _runtimes(card)
    foreign = None if told else _foreign(card, ledger)
    for runtime in told or (_only_runtime(card, foreign, ledger),):
        labels = _labels(facts.figures, runtime)
        for label in labels or (None,):
            approach = _approach(card, runtime, label, asked, ledger)
            name = _slug(label) if label else runtime
            if name in drafts:
                name = f"{name}-{len(drafts) + 1}"
            drafts[name] = VariantDraft(name, runtime, approach, label, foreign)
    return tuple(drafts.values())


def _is_export(card: SourceCard) -> bool:
    """Whether a card that names no quantization has a heading that says it is of an export."""
    quantized = card.facts.calibrations or card.facts.fallbacks
    return not quantized and any(
        isinstance(block, Heading) and _EXPORT.search(block.title) for block in card.document.blocks
    )


def _runtimes(card: SourceCard) -> tuple[Runtime, ...]:
    facts = card.facts
    subjects: Iterable[Subject | None] = [
        *(subject for subject, approach, _span in facts.approaches if approach != "none"),
        *(figure.subject for figure in facts.figures if not figure.subject.baseline),
        *(snippet.subject for snippet in facts.snippets if any(name == facts.repo_id for name, _ in snippet.model_ids)),
    ]
    told: dict[Runtime, None] = {}
    for subject in subjects:
        if subject is not None and subject.runtime is not None and not subject.baseline:
            told[subject.runtime] = None
    return tuple(told)


def _only_runtime(card: SourceCard, foreign: str | None, ledger: Ledger) -> Runtime:
    """The runtime of a card that ties none to its model: that of its tags, code, quantizer or files; else assumed."""
    if told := _hinted_runtime(card):
        return told
    texts = [*card.metadata.tags, card.document.source[card.document.head.end :]]
    if foreign is None and not any(_PYTORCH.search(text) for text in texts):
        ledger.add("assumed", "the variant is one of PyTorch, as the card does not tell its format")
    return "pytorch"


def _hinted_runtime(card: SourceCard) -> Runtime | None:
    if {"onnx", "onnxruntime"} & {tag.lower() for tag in card.metadata.tags}:
        return "onnx"
    by_code = {snippet.subject.runtime for snippet in card.facts.snippets if snippet.subject is not None} - {None}
    if len(by_code) == 1:
        return by_code.pop()
    body = card.document.source[card.document.head.end :]
    by_onnx = {claim.quantizer for claim in maker_claims(card)} == {"ONNX Runtime"} or _ONNX_FILE.search(body)
    return "onnx" if by_onnx else None


def _foreign(card: SourceCard, ledger: Ledger) -> str | None:
    """The runtime of a card that no backend of a manifest runs."""
    if _hinted_runtime(card) is not None:
        return None
    texts = [*card.metadata.tags, card.document.source[card.document.head.end :]]
    name = next((name for name, pattern in _OTHERS.items() if any(map(pattern.search, texts))), None)
    if name is not None:
        ledger.add(
            "assumed",
            f"the variant is written as one of PyTorch, as a manifest has no backend for {name}: the code that the "
            "new card prints does not load it",
        )
    return name


def _labels(figures: Sequence[Figure], runtime: Runtime) -> tuple[str, ...]:
    """The columns of one runtime, where a row has a figure in more than one of them."""
    rows: dict[tuple[str, str, str | None], list[str]] = {}
    for figure in figures:
        if figure.place == "table" and not figure.subject.baseline and figure.subject.runtime in (None, runtime):
            rows.setdefault((figure.quantity, figure.label, figure.dataset), []).append(figure.subject.label)
    several = [labels for labels in rows.values() if len(set(labels)) > 1]
    by_runtime = {figure.subject.label for figure in figures if figure.subject.runtime == runtime}
    labels = dict.fromkeys(label for labels in several for label in labels if label in by_runtime or not by_runtime)
    return tuple(labels) if len(labels) > 1 else ()


def _approach(
    card: SourceCard, runtime: Runtime, label: str | None, asked: Approach | None, ledger: Ledger
) -> Quantized:
    facts = card.facts
    if asked in ("static", "dynamic"):
        return asked
    for name, word in _WORDS.items():
        if label and word.search(label):
            return name
    told: list[tuple[Subject, Quantized]] = []
    for subject, approach, _span in facts.approaches:
        if approach != "none":
            told.append((subject, approach))
    for runtimes in ((runtime,), (None,)):
        for subject, approach in told:
            if subject.runtime in runtimes:
                return approach
    claims = [claim for claim in facts.calibrations if claim.subject.runtime in (None, runtime)]
    if claims:
        ledger.add("assumed", f"the {runtime} variant is static, as the card tells how it was calibrated")
        return "static"
    if told:
        ledger.add("assumed", f"the {runtime} variant is {told[0][1]}, like the other one")
        return told[0][1]
    body = card.document.source[card.document.head.end :]
    by_code = {bool(code["static"] or code["set"]) for code in _BY_CODE.finditer(body)}
    if len(by_code) == 1:
        found: Quantized = "static" if by_code.pop() else "dynamic"
        ledger.add("assumed", f"the {runtime} variant is {found}, by a setting or function of that name in the card")
        return found
    raise UsageError(
        "the card does not say how the model was quantized: static or dynamic",
        remedy="Say it: --approach static, dynamic, or none for an FP32 export.",
    )


def _slug(label: str) -> str:
    return _SLUG.sub("-", label.lower()).strip("-") or "variant"
