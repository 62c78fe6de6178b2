"""Does a card say what the files of its model hold? Only where they are given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from cardgen.inherit.document import CodeBlock, Paragraph, Span, Table
from cardgen.inherit.facts.held import fits_files, linear_modules, named_alike, quantized_modules
from cardgen.inherit.facts.numbers import read_cell
from cardgen.inherit.importer.stated import in_16_bits
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.fetched import fetched_files
from cardgen.lint.reading.own_schemes import own_schemes
from cardgen.lint.reading.parameter_counts import stated_parameters
from cardgen.lint.reading.places import front_place, listed
from cardgen.patterns import regex
from cardgen.weights.inspect.scheme import scheme as scheme_name
from cardgen.weights.inspect.scheme import uses

_GROUPS = regex(
    r"\bgroup[ _-]?size\b[\s*_`]{0,4}(?:of|is|=|:)?[\s*_`]{0,6}(?P<size>\d{1,5})\b|\bgroups of (?P<of>\d{1,5})\b",
    re.IGNORECASE,
)
_OF_WEIGHTS = regex(r"quanti[sz]|scales?\b|weights?\b|\d[ -]?bits?\b|\bu?int[48]\b|group_size", re.IGNORECASE)
_BITS = regex(r"(?P<bits>\d{1,2}(?:\.\d{1,4})?) ?(?:bits per weight|bits a weight|bpw)\b", re.IGNORECASE)
_IGNORED = regex(r"\b(?:ignore|modules_to_not_convert|exclude)[\"']?\s{0,3}[=:]\s{0,3}\[(?P<names>[^\[\]]{1,2000})\]")
_QUOTED = regex(r"[\"'](?P<name>[\w.]{1,200})[\"']")
_UNITS = {"MB": 10**6, "MiB": 2**20, "GB": 10**9, "GiB": 2**30, "G": 10**9, "M": 10**6}
_APART = 0.05
"""Of a size or of bits a weight: what rounding, tokenizers and configurations may make of it."""
_ROUND = 0.08
"""Of a number of parameters: what a head, or a tower that lies in another file, may make of it."""
_MOST = 3


def _schemes(subject: Subject) -> Iterator[Found]:
    if subject.weights is None:
        return
    inspection = subject.weights.inspection
    if inspection.format == "pickle" or not inspection.modules:
        return
    held = ", ".join(
        f"{scheme_name(use.storage, use.activations)} ({len(use.modules)} {use.kind})"
        for use in uses(quantized_modules(inspection))
    )
    for named in own_schemes(subject.document):
        if not fits_files(named.scheme, inspection):
            message = f"the card calls the model {named.scheme.name}, and its files hold {held or 'nothing quantized'}"
            yield Found(named.span, message, "say what the files hold", fault=named.scheme.name)


def _group_sizes(subject: Subject) -> Iterator[Found]:
    if subject.weights is None:
        return
    quantized = quantized_modules(subject.weights.inspection)
    shared = [module.storage for module in quantized if module.storage.per is not None]
    if not shared:
        return
    sizes = {storage.group_size for storage in shared if storage.per == "group"}
    held = f"groups of {', '.join(map(str, sorted(size for size in sizes if size)))}" if sizes else "no groups"
    of_activations = {module.activations.group_size for module in quantized if module.activations is not None}
    for block in subject.document.blocks:
        if isinstance(block, (Paragraph, Table, CodeBlock)):
            text = subject.document.slice(block.span)
            for found in _GROUPS.finditer(text) if _OF_WEIGHTS.search(text) else ():
                size = int(found["size"] or found["of"])
                if size not in sizes | of_activations:
                    place = Span(block.span.start + found.start(), block.span.start + found.end())
                    message = f"the card says groups of {size}, and the scales of the files are of {held}"
                    yield Found(place, message, "say what the files hold", fault=size)


def _bits(subject: Subject) -> Iterator[Found]:
    """Where one of several values is that of the files, the others are of other files."""
    held = subject.weights.inspection.bits_per_weight if subject.weights else None
    if held is None:
        return
    wrong = []
    for block in subject.document.blocks:
        told = list(_BITS.finditer(subject.document.slice(block.span))) if isinstance(block, Paragraph) else []
        if len(told) != 1:
            continue
        if abs(float(told[0]["bits"]) - held) <= _APART * held:
            return
        wrong.append((Span(block.span.start + told[0].start(), block.span.start + told[0].end()), told[0][0]))
    for place, said in wrong:
        yield Found(place, f"the card says {said}, and the files have {held:.3f}", f"write {held:.2f}")


def _sizes(subject: Subject) -> Iterator[Found]:
    """A row that names a file against that file; else the one size that a card gives its model against all of it."""
    if subject.weights is None:
        return
    rows = list(_sizes_by_file(subject))
    yield from (found for found in rows if found is not None)
    if rows:
        return
    sizes = [fact for fact in subject.facts.figures if fact.quantity == "size"]
    own = [fact for fact in sizes if not fact.subject.baseline and not in_16_bits(fact.subject.label)]
    if len({(figure.value, figure.unit) for figure in own}) != 1 or (figure := own[0]).unit not in _UNITS:
        return
    if _apart(figure.value, figure.unit, subject.weights.inspection.size_bytes):
        message = f"the card says {figure.value}{figure.unit}, and {_held(subject.weights.inspection.size_bytes)}"
        yield Found(figure.span, message, "write the size of the files")


def _sizes_by_file(subject: Subject) -> Iterator[Found | None]:
    assert subject.weights is not None
    sizes = {path.rpartition("/")[2].lower(): size for path, size in subject.weights.files.items()}
    for block in subject.document.blocks:
        for row in block.rows if isinstance(block, Table) else ():
            names = [
                name
                for cell in row
                for name in sizes
                if re.search(rf"(?<![\w.-]){re.escape(name)}\b", cell.text.lower())
            ]
            if len(set(names)) != 1:
                continue
            told = [(cell, number) for cell in row for number in read_cell(cell.text) if number.unit in _UNITS]
            if len(told) != 1:
                continue
            (cell, number), held = told[0], sizes[names[0]]
            if not _apart(number.value, number.unit, held):
                yield None
                continue
            message = f"the card says {number.value} {number.unit} of {names[0]}, and {_held(held)}"
            yield Found(cell.span, message, "write the size of the file")


def _apart(value: Decimal, unit: str, held: int) -> bool:
    """Whether a size is neither in its own unit nor in the binary one of its name what the files have."""
    factors = {_UNITS[unit], _UNITS.get(unit[0] + "iB", _UNITS[unit])}
    step = Decimal(1).scaleb(int(value.as_tuple().exponent)) / 2
    return all(abs(float(value) * factor - held) > _APART * held + float(step) * factor for factor in factors)


def _held(size: int) -> str:
    return f"the files have {size / 10**9:.2f} GB" if size >= 10**9 else f"the files have {size / 10**6:.2f} MB"


def _parameters(subject: Subject) -> Iterator[Found]:
    held = subject.weights.inspection.parameters if subject.weights else None
    told = stated_parameters(subject.document)
    if not held or told is None or float(told.low) * (1 - _ROUND) <= held <= float(told.high) * (1 + _ROUND):
        return
    count, _, unit = told.said.partition(" ")
    found = re.compile(rf"{re.escape(count)}\s?{unit}").search(subject.document.source, subject.document.head.end)
    place = Span(*found.span()) if found else front_place(subject.document)
    shown = f"{held / 10**9:.2f} billion" if held >= 10**9 else f"{held / 10**6:.2f} million"
    message = f"the card says {told.said} parameters, and the files have {shown}"
    yield Found(place, message, "count those of the files, or say which ones are left out")


def _counts(subject: Subject) -> Iterator[Found]:
    if subject.weights is None:
        return
    linear = linear_modules(subject.weights.inspection)
    if not any(module.storage.quantized for module in linear):
        return
    kept = {module.name for module in linear if not module.storage.quantized}
    for claim in subject.facts.fallbacks:
        if claim.total is not None and claim.total != len(linear):
            message = f"the card counts {claim.total} Linear modules, and the files have {len(linear)}"
            yield Found(claim.span, message, "count them in the files")
        elif claim.total is not None and claim.count is not None and claim.count != len(kept):
            message = f"the card counts {claim.count} modules that were not quantized, and the files have {len(kept)}"
            yield Found(claim.span, message, "count them in the files")


def _ignored(subject: Subject) -> Iterator[Found]:
    """Modules that the text or a recipe leaves out, and that the files hold quantized."""
    if subject.weights is None:
        return
    document = subject.document
    quantized = {module.name for module in quantized_modules(subject.weights.inspection)}
    told: list[tuple[str, Span]] = [item for claim in subject.facts.fallbacks for item in claim.modules]
    for block in document.blocks:
        if isinstance(block, (CodeBlock, Paragraph)):
            for found in _IGNORED.finditer(text := document.slice(block.span)):
                for name in _QUOTED.finditer(text, *found.span("names")):
                    start = block.span.start + name.start("name")
                    told.append((name["name"], Span(start, start + len(name["name"]))))
    for module, span in told:
        if module in quantized:
            message = f"the card says that `{module}` was not quantized, and the files hold it quantized"
            yield Found(span, message, "say what the files hold", fault=module)


def _base(subject: Subject) -> Iterator[Found]:
    if subject.weights is None or not (named := subject.weights.inspection.base_model):
        return
    told = [(value, path) for value, path in listed(subject.document, "base_model") if isinstance(value, str)]
    if told and not any(named_alike(value, name) for value, _path in told for name in named):
        shown = " and ".join(f"`{name}`" for name in named[:_MOST])
        message = f"the base model is `{told[0][0]}`, and the files name {shown}"
        yield Found(front_place(subject.document, *told[0][1]), message, "name the model that it was made from")


def _files(subject: Subject) -> Iterator[Found]:
    if subject.weights is None:
        return
    there = {name.rpartition("/")[2].lower() for name in subject.weights.files}
    types = {name.rpartition(".")[2] for name in there}
    for fetched in fetched_files(subject):
        if fetched.name.rpartition(".")[2] in types and not fetched.is_among(there):
            message = f"the code fetches `{fetched.written}`, and {subject.weights.label} has no such file"
            yield Found(fetched.span, message, "name a file that is there", fault=fetched.name)


RULES: tuple[Rule, ...] = (
    Rule("weights-scheme", "error", "A scheme that no module of the files has (with `--weights`).", _schemes),
    Rule(
        "weights-group-size",
        "error",
        "A group size that the files' scales do not have (with `--weights`).",
        _group_sizes,
    ),
    Rule("weights-bits", "error", "Bits a weight other than those of the files (with `--weights`).", _bits),
    Rule("weights-size", "error", "A size that is not that of the files (with `--weights`).", _sizes),
    Rule(
        "weights-parameters",
        "warning",
        "A number of parameters that the files do not have (with `--weights`).",
        _parameters,
    ),
    Rule("weights-count", "error", "A count of modules that is not that of the files (with `--weights`).", _counts),
    Rule(
        "weights-ignored",
        "error",
        "A module said to be left out that the files hold quantized (with `--weights`).",
        _ignored,
    ),
    Rule("weights-base", "warning", "Another base model than the one that the files name (with `--weights`).", _base),
    Rule("weights-file", "error", "Code that fetches a file which is not there (with `--weights`).", _files),
)
