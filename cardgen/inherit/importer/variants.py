"""The variants that a card is about, and which of its claims are about which."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cardgen.catalog.backends import ELSEWHERE
from cardgen.errors import UsageError
from cardgen.inherit.document import Heading
from cardgen.inherit.facts.model import Figure, Subject
from cardgen.inherit.facts.schemes import Scheme, one_scheme, schemes_in
from cardgen.inherit.importer.card import SourceCard
from cardgen.inherit.importer.makers import maker_claims
from cardgen.inherit.importer.report import Ledger
from cardgen.inherit.importer.stated import named_schemes, stated_format, stated_scheme
from cardgen.inherit.manifest_text import Entry
from cardgen.patterns import regex

Runtime = Literal["pytorch", "onnx"]
Quantized = Literal["static", "dynamic"]
Made = Literal["static", "dynamic", "none", "weight-only", "qat", "not-stated"]
"""How a variant was made, as a manifest says it."""
BACKEND: dict[Runtime, str] = {"pytorch": "neural-compressor", "onnx": "onnxruntime"}

_INT8 = Scheme("INT8", 8, "int")
_BY_BACKENDS = frozenset({"Intel Neural Compressor", "ONNX Runtime"})

_SLUG = regex(r"[^a-z0-9_]+")
_EXPORT = regex(r"\bonnx export\b|\bexport(?:ed)? to onnx\b|^the export$", re.IGNORECASE)
_ONNX_FILE = regex(r"\.onnx\b|\bonnx/|\bONNX (?:model|format|file|weights|graph)", re.IGNORECASE)
_NEURAL_COMPRESSOR = regex(
    r"neural[ _-]?compressor|\bINC(?:Model|Quantizer)|optimum[.-]intel(?!.{0,40}\bOV)", re.IGNORECASE
)
_NEURAL_COMPRESSOR_WORDS = ("compressor", "incmodel", "incquantizer", "intel")
_BY_CODE = regex(r"\bquantize_(?:(?P<static>static)|dynamic)\b|\bis_static\s*=\s*(?:(?P<set>True)|False)\b")
_QAT = regex(r"\b(?i:quanti[sz]ation[- ]?aware(?:[- ]?training)?)\b|\bQAT\b")
_WEIGHT_ONLY = regex(
    r"\bweights?[- ]only\b|\bonly (?:the )?weights\b(?! (?:and|&) (?:the )?activations?)", re.IGNORECASE
)
_ACTIVATIONS = regex(
    r"\bactivations? (?:are|were|is) (?:\w{1,20} ){0,3}quanti[sz]ed\b[^.\n]{0,40}?\b(?P<way>static|dynamic)(?:ally)?\b"
    r"|\b(?P<first>static|dynamic)(?:ally)?[- ](?:quanti[sz]ed |per[- ]?token )?(?:\w{1,8} )?activations?\b",
    re.IGNORECASE,
)
"""How activations are said to be quantized, which a weight-only model's are not."""
_WORDS: dict[Quantized, re.Pattern[str]] = {
    "static": regex("static", re.IGNORECASE),
    "dynamic": regex("dynamic", re.IGNORECASE),
}


@dataclass(frozen=True)
class VariantDraft:
    """One variant of the card."""

    name: str
    runtime: Runtime
    approach: Made
    label: str | None
    """Of its column, where several variants have one runtime."""
    elsewhere: bool = False
    """Whether no backend of a manifest makes such, as far as the card tells."""
    scheme: str | None = None
    """Of a variant made elsewhere, as the card names it."""
    format: str | None = None
    """Likewise, of its files."""
    made: Mapping[str, str] | None = None
    """Where its files are, as a manifest names them, which then say what it is."""

    def owns(self, subject: Subject) -> bool:
        """Whether a claim about ``subject`` is, or may be, one about this variant."""
        if subject.runtime not in (None, self.runtime):
            return False
        return self.label is None or subject.label == self.label

    def entry(self) -> Entry:
        """As a manifest's variant."""
        if self.made is not None:
            return Entry(self.name, {"made": self.made})
        if not self.elsewhere:
            return Entry(self.name, {"backend": BACKEND[self.runtime], "approach": self.approach})
        told = {"scheme": self.scheme, "format": self.format}
        given = {key: value for key, value in told.items() if value is not None}
        return Entry(self.name, {"backend": ELSEWHERE.name, "approach": self.approach, **given})


def find_variants(card: SourceCard, asked: Made | None, ledger: Ledger) -> tuple[VariantDraft, ...]:
    """The variants, in the card's order.

    Raises:
        UsageError: the card does not tell how its model was quantized to INT8, nor that it was exported.
    """
    facts = card.facts
    found = {approach for subject, approach, _span in facts.approaches if not subject.baseline}
    trained = asked is None and not found and any(map(_QAT.search, _titles_and_tags(card)))
    elsewhere = made_elsewhere(card) or trained or asked in ("weight-only", "qat", "not-stated")
    exported = asked is None and (found == {"none"} or (not found and not elsewhere and _is_export(card)))
    if asked == "none" or exported:
        return (VariantDraft("onnx", "onnx", "none", None),)
    if elsewhere:
        return _elsewhere(card, asked, ledger)
    drafts: dict[str, VariantDraft] = {}
    for runtime in _runtimes(card) or (_hinted_runtime(card) or "pytorch",):
        labels = _labels(facts.figures, runtime)
        for label in labels or (None,):
            approach = _approach(card, runtime, label, asked, ledger)
            name = slug(label) if label else runtime
            if name in drafts:
                name = f"{name}-{len(drafts) + 1}"
            drafts[name] = VariantDraft(name, runtime, approach, label)
    return tuple(drafts.values())


def made_elsewhere(card: SourceCard) -> bool:
    """Whether a card tells of no library that a backend runs, of another one, or of a scheme that no backend makes."""
    schemes = named_schemes(card)
    if schemes and not any(scheme.fits(_INT8) for scheme in schemes):
        return True
    claimed = {claim.quantizer for claim in maker_claims(card.document)}
    if claimed:
        return claimed.isdisjoint(_BY_BACKENDS)
    if _names_neural_compressor(card):
        return False
    return _hinted_runtime(card) != "onnx" and "onnx" not in _runtimes(card)


def _elsewhere(card: SourceCard, asked: Made | None, ledger: Ledger) -> tuple[VariantDraft, ...]:
    runtimes = _runtimes(card)
    runtime: Runtime = runtimes[0] if len(runtimes) == 1 else _hinted_runtime(card) or "pytorch"
    labels = _labels(card.facts.figures, runtime)
    told, form = stated_scheme(card, ledger) or _scheme_of_columns(card), stated_format(card)
    drafts: dict[str, VariantDraft] = {}
    for label in labels or (None,):
        own = one_scheme(scheme for scheme, _start, _end in schemes_in(label)) if label else None
        scheme = told if own is None or (told is not None and told.fits(own)) else own
        name = slug(label or (scheme.name if scheme else "quantized"))
        if name in drafts:
            name = f"{name}-{len(drafts) + 1}"
        approach = _made(card, label, asked, scheme)
        shown = scheme.name if scheme else None
        drafts[name] = VariantDraft(name, runtime, approach, label, True, shown, form)
    return tuple(drafts.values())


def _scheme_of_columns(card: SourceCard) -> Scheme | None:
    """The scheme that the columns of figures are named by, where it is one."""
    labels = {figure.subject.label for figure in card.facts.figures if not figure.subject.baseline}
    return one_scheme(scheme for label in sorted(labels) for scheme, _start, _end in schemes_in(label))


def says_qat(card: SourceCard) -> bool:
    """Whether a card speaks of quantization-aware training, which no file shows."""
    return bool(_QAT.search(card.document.source[card.document.head.end :]))


def _made(card: SourceCard, label: str | None, asked: Made | None, scheme: Scheme | None) -> Made:
    """How a variant was made elsewhere, where the card says it in words or by the name of its scheme."""
    if asked is not None:
        return asked
    for name, word in _WORDS.items():
        if label and word.search(label):
            return name
    if scheme is not None and scheme.weight_only:
        return "weight-only"
    body = card.document.body
    told = {approach for subject, approach, _span in card.facts.approaches if not subject.baseline} - {"none"}
    for found in _ACTIVATIONS.finditer(body):
        told.add("static" if (found["way"] or found["first"]).lower() == "static" else "dynamic")
    by_text: list[tuple[re.Pattern[str], Made]] = [(_QAT, "qat")]
    if scheme is None or scheme.activations is None:
        by_text.append((_WEIGHT_ONLY, "weight-only"))
    stated: set[Made] = {*told, *(made for pattern, made in by_text if pattern.search(body))}
    return stated.pop() if len(stated) == 1 else "not-stated"


def _titles_and_tags(card: SourceCard) -> Iterable[str]:
    return [*(section.title for section in card.document.sections), *card.metadata.tags]


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


def _hinted_runtime(card: SourceCard) -> Runtime | None:
    if {"onnx", "onnxruntime"} & {tag.lower() for tag in card.metadata.tags}:
        return "onnx"
    by_code = {snippet.subject.runtime for snippet in card.facts.snippets if snippet.subject is not None} - {None}
    if len(by_code) == 1:
        return by_code.pop()
    document = card.document
    by_onnx = {claim.quantizer for claim in maker_claims(document)} == {"ONNX Runtime"} or (
        document.says("onnx") and _ONNX_FILE.search(document.body)
    )
    return "onnx" if by_onnx else None


def _names_neural_compressor(card: SourceCard) -> bool:
    document = card.document
    texts = [*card.metadata.tags, *([document.body] if document.says(*_NEURAL_COMPRESSOR_WORDS) else [])]
    return any(map(_NEURAL_COMPRESSOR.search, texts))


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


def _approach(card: SourceCard, runtime: Runtime, label: str | None, asked: Made | None, ledger: Ledger) -> Quantized:
    facts = card.facts
    if asked == "static" or asked == "dynamic":
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
    by_code = {bool(code["static"] or code["set"]) for code in _BY_CODE.finditer(card.document.body)}
    if len(by_code) == 1:
        found: Quantized = "static" if by_code.pop() else "dynamic"
        ledger.add("assumed", f"the {runtime} variant is {found}, by a setting or function of that name in the card")
        return found
    raise UsageError(
        "the card does not say how the model was quantized: static or dynamic",
        remedy="Say it: --approach static or dynamic, none for an FP32 export, or not-stated.",
    )


def slug(label: str) -> str:
    """A variant's name of a label."""
    return _SLUG.sub("-", label.lower()).strip("-") or "variant"
