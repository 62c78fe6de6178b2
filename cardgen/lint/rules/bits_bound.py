"""Can a model be as small as is said, with so many parameters at the bits of its scheme?"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from cardgen.card.facts.consistency import size_below
from cardgen.inherit.document import Document, Span, Table
from cardgen.inherit.facts.schemes import Scheme, one_scheme, schemes_in
from cardgen.inherit.importer.stated import in_16_bits
from cardgen.inherit.remembered import for_one_card
from cardgen.lint.finding import Found, Rule, Severity, Subject
from cardgen.lint.reading.naming import names_another
from cardgen.lint.reading.own_schemes import own_schemes
from cardgen.lint.reading.parameter_counts import (
    Parameters,
    counted_column,
    parameters_by_name,
    row_parameters,
    stated_parameters,
)
from cardgen.lint.reading.places import listed
from cardgen.lint.reading.quantities import digits, lower_prose, prose, size_figures, written
from cardgen.lint.reading.shapes import is_plain_int8, known_architecture
from cardgen.lint.reading.sized_cells import sized_cells
from cardgen.patterns import regex

_LESS_STORED = regex(
    r"\bprun(?:ed|ing)|\bspars(?:ity|ified|e (?:weights?|models?))|\b2:4\b|\badapters?\b|\blora\b"
    r"|\bmixed[-_ ](?:bits?|\d|low|recipe|quant)|\blayers? (?:removed|dropped)"
)
"""What a card says of a model of which not all weights, or not at these bits, lie in its file."""
_OTHER_FILE = regex(
    r"mmproj|imatrix|draft|\bmtp\b|adapter|lora|vision|encoder|tokenizer|shard|\bpart\b|-of-\d|each|kv|cache|context"
    r"|\bud-|_xl\b|base model|original|reduc|saving|smaller|difference",
    re.IGNORECASE,
)
_GROUPS = regex(
    r"\bgroup[ _-]?size\b[\s*_`]{0,4}(?:of|is|=|:)?[\s*_`]{0,6}(?P<size>\d{1,4})\b|\bgroups of (?P<of>\d{1,4})\b"
    r"|\bw\d(?:a16)?[ _-]?g(?P<short>\d{2,4})\b",
    re.IGNORECASE,
)
_HALF_SCALES = regex(r"\bgptq|\bawq|auto[ -]?round|autogptq|w[2-4]a16|compressed[-_]tensors|llm[ -]?compressor|\bmlx\b")
"""What gives a scale of 16 bits to each group."""
_LINEAR_ONLY = regex(r"\bgptq|\bawq|\bautogptq|\bautoawq|bitsandbytes|\bnf4\b|\bbnb\b")
"""What leaves embeddings in 16 bits."""
_SCALE_BITS = 16
_MOST_BITS = 8.5
_RECIPES_VARY = Decimal("0.95")
"""GGUF's recipes let their maker choose another type for embeddings and head."""


class _Sized(NamedTuple):
    """A size that the card gives a quantized model or file."""

    span: Span
    value: Decimal
    unit: str
    shown: str
    scheme: Scheme
    label: str
    """Which may name another model than the card's."""
    parameters: Parameters | None
    """Of its row, where the table counts them."""


@dataclass
class _Spans:
    """Places in the card's order."""

    spans: list[Span] = field(default_factory=list)

    def within(self, span: Span) -> bool:
        """Whether one of them holds another place."""
        position = bisect_right(self.spans, span.start, key=lambda one: one.start)
        return position > 0 and span.start < self.spans[position - 1].end


class _Count(NamedTuple):
    parameters: Parameters
    of: str
    severity: Severity


def too_small(subject: Subject) -> Iterator[Found]:
    """The sizes below what cannot be undercut: all weights at the scheme's bits, with such scales as are certain."""
    sizes = list(_sizes(subject))
    text = _words(subject.document) if sizes else ""
    if not sizes or _LESS_STORED.search(text):
        return
    count = _count(subject)
    in_int8 = known_architecture(subject.facts) is not None and is_plain_int8(prose(subject.document))
    bases = [name for name, _span in subject.facts.base_models]
    seen: set[tuple[Decimal, str, str]] = set()
    for size in sizes:
        of_row = size.parameters and _Count(size.parameters, "its row", "warning")
        known = of_row or count
        bits = None if in_int8 and size.scheme.bits == 8 else size.scheme.least_bits  # size-bound knows more of INT8
        if known is None or bits is None or bits > _MOST_BITS or (size.value, size.unit, size.scheme.name) in seen:
            continue
        if any(names_another(size.label, base) for base in bases):
            continue
        seen.add((size.value, size.unit, size.scheme.name))
        bits += _bits_of_scales(size.scheme, text)
        least = _least_bytes(subject, known.parameters.low, bits, text, exact=known.severity == "error")
        least *= _RECIPES_VARY if size.scheme.kind == "blocks" else 1
        if size_below(size.value, size.unit, int(least)):
            yield Found(
                size.span,
                f"{size.shown} is too small for {size.scheme.name}: the {known.parameters.said} parameters of "
                f"{known.of} take at least {_size(least)}, at {bits:.4g} bits a weight",
                "measure the published weight files, or correct the scheme or the number of parameters",
                known.severity,
                fault=known.of,
            )


def _count(subject: Subject) -> _Count | None:
    """How many parameters: by the files, the architecture, the text, or the base model's name."""
    held = subject.weights.inspection.parameters if subject.weights else None
    if held:
        return _Count(Parameters(Decimal(held), Decimal(held), _millions(held)), "the files", "error")
    shape = known_architecture(subject.facts)
    if shape is not None:
        exact = Decimal(shape.parameters)
        return _Count(Parameters(exact, exact, _millions(shape.parameters)), shape.id, "error")
    if stated := stated_parameters(subject.document):
        return _Count(stated, "the model", "warning")
    named = [(name, parameters_by_name(name)) for name, _span in subject.facts.base_models]
    counts = [(name, count) for name, count in named if count is not None]
    if not counts or len(counts) < len(named):
        return None
    name, least = min(counts, key=lambda item: item[1])
    return _Count(least, f"{name}, by its name,", "warning")


def _sizes(subject: Subject) -> Iterator[_Sized]:
    document = subject.document
    own = one_scheme(named.scheme for named in own_schemes(document))
    held = [name.rpartition("/")[2].lower() for name in subject.weights.files] if subject.weights else []
    told = _Spans()
    for block in document.blocks:
        if not isinstance(block, Table):
            continue
        counted = counted_column(block)
        for sized in sized_cells(block):
            told.spans.append(sized.cell.span)
            beside = " ".join(sized.beside)
            scheme = _scheme_of(beside, own)
            if scheme is None or any(name in beside.lower() for name in held):
                continue
            shown = f"{digits(sized.value)} {sized.unit}"
            own_count = row_parameters(sized.row, counted)
            yield _Sized(sized.cell.span, sized.value, sized.unit, shown, scheme, sized.row[0].text, own_count)
    for figure in size_figures(subject.facts) if subject.weights is None else ():
        label = f"{figure.subject.label} {figure.label}"
        in_table = figure.place == "table" and told.within(figure.span)
        if not in_table and not figure.subject.baseline and (scheme := _scheme_of(label, own)) is not None:
            yield _Sized(figure.span, figure.value, figure.unit or "MB", written(figure), scheme, label, None)


@for_one_card
def _words(document: Document) -> str:
    """All that people read, headings and tags among it, in lower case."""
    headings = (section.title for section in document.sections)
    tags = (str(tag) for tag, _path in listed(document, "tags"))
    return "\n".join([lower_prose(document), *headings, *tags]).lower()


def _scheme_of(beside: str, own: Scheme | None) -> Scheme | None:
    """The scheme that stands beside a size, else the card's; ``None`` for files of another kind, or of 16 bits."""
    if _OTHER_FILE.search(beside) or in_16_bits(beside):
        return None
    here = [scheme for scheme, _start, _end in schemes_in(beside)]
    return one_scheme(here) if here else own


def _bits_of_scales(scheme: Scheme, text: str) -> float:
    """What scales of groups add, where the card tells one size of groups and what makes such scales of 16 bits."""
    if scheme.kind in ("blocks", "float") or scheme.bits >= 8 or not _HALF_SCALES.search(text):
        return 0.0
    sizes = {int(found["size"] or found["of"] or found["short"]) for found in _GROUPS.finditer(text)}
    size = sizes.pop() if len(sizes) == 1 else 0
    return _SCALE_BITS / size if size >= _SCALE_BITS else 0.0


def _least_bytes(subject: Subject, parameters: Decimal, bits: float, text: str, *, exact: bool) -> Decimal:
    """A lower bound: all weights at these bits, but for embeddings where these are known and stay in 16 bits."""
    all_quantized = parameters * Decimal(bits) / 8
    shape = known_architecture(subject.facts)
    if not exact or shape is None or subject.weights is not None or not _LINEAR_ONLY.search(text):
        return all_quantized
    shared = {name for group in shape.tied if not shape.embeddings.keys().isdisjoint(group) for name in group}
    linear = Decimal(shape.weights(shape.linear.keys() - shared))
    return linear * Decimal(bits) / 8 + (parameters - linear) * 2


def _millions(count: int) -> str:
    return f"{count / 1e9:.2f} B" if count >= 10**9 else f"{count / 1e6:.1f} M"


def _size(least: Decimal) -> str:
    return f"{least / 10**9:.2f} GB" if least >= 10**9 else f"{least / 10**6:.1f} MB"


RULES: tuple[Rule, ...] = (
    Rule("bits-bound", "error", "A size that so many parameters at the bits of their scheme rule out.", too_small),
)
