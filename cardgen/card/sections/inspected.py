"""What the files of variants show that somebody else made: read from headers and configurations, not typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cardgen.card.facts.joined import Facts, VariantFacts
from cardgen.card.words import numbers
from cardgen.card.words.markdown import Markdown, code, escape, introduced, link, table
from cardgen.card.words.wording import sentence_list
from cardgen.records.inspected import InspectedRecord
from cardgen.records.inspection import Activations, Use
from cardgen.weights.inspect.scheme import details, scheme

NOT_STATED = Markdown(numbers.NOT_STATED)
NOT_APPLICABLE = Markdown(numbers.NOT_APPLICABLE)

_LINEAR = ("linear", "head")
_SAVERS = frozenset({"transformers", "pytorch"})
"""What files name that saved or exported a model, and did not quantize it."""


def inspected_table(facts: Facts) -> Markdown:
    """A column per adopted variant."""
    records = list(_records(facts))
    if not records:
        return Markdown("")
    rows = {
        "Scheme": [escape(fact.scheme or numbers.NOT_STATED) for fact, _record in records],
        "Format": [escape(fact.format or numbers.NOT_STATED) for fact, _record in records],
        "Quantization method": [_method(fact, record) for fact, record in records],
        "Made by": [_made_by(fact) for fact, _record in records] if any(map(_named, records)) else [],
        "Made with or by, as its files say": [_made_with(record) for _fact, record in records],
        "Made from, as its files say": [_made_from(record) for _fact, record in records],
        "Linear modules quantized": [_linear(record, quantized=True) for _fact, record in records],
        "Linear modules not quantized": [_linear(record, quantized=False) for _fact, record in records],
        "Types of quantized Linear modules": [_types(record, fact.scheme) for fact, record in records],
        "Heads": [_kind(record, "head") for _fact, record in records],
        "Embeddings": [_kind(record, "embedding") for _fact, record in records],
        "Convolutions": [_kind(record, "convolution") for _fact, record in records],
        "Norms": [_kind(record, "norm") for _fact, record in records],
        "Other tensors": [_kind(record, "other") for _fact, record in records],
        "Scales": [_scales(record) for _fact, record in records],
        "Activations": [_activations(record) for _fact, record in records],
        "KV cache": [_cache(record.kv_cache) for _fact, record in records],
        "Calibration": [escape(record.calibration or numbers.NOT_STATED) for _fact, record in records],
        "Parameters": [Markdown(str(record.parameters or numbers.NOT_STATED)) for _fact, record in records],
        "Bits per weight": [bits_per_weight(record) for _fact, record in records],
        "Size of the weights": [Markdown(numbers.megabytes(record.size_bytes)) for _fact, record in records],
    }
    header = [Markdown(" "), *(code(fact.name) for fact, _record in records)]
    told = (item for item in rows.items() if any(cell != NOT_APPLICABLE for cell in item[1]))
    return table(header, ([Markdown(label), *cells] for label, cells in told))


def inspected_headlines(facts: Facts) -> tuple[Markdown, ...]:
    """A line per adopted variant: how large it is; of those that were scored, another line says so."""
    base = facts.base_inspected
    lines = []
    for fact, record in _records(facts):
        if fact.run is not None:
            continue
        against = ""
        if base is not None:
            share = numbers.percent_of(record.size_bytes, base.size_bytes)
            against = f" against {numbers.megabytes(base.size_bytes)} of the base model ({share} of the size)"
        bits = "" if record.bits_per_weight is None else f", {bits_per_weight(record)} bits per weight"
        lines.append(Markdown(f"{code(fact.name)}: {numbers.megabytes(record.size_bytes)}{against}{bits}."))
    return tuple(lines)


def inspected_notes(facts: Facts) -> tuple[Markdown, ...]:
    """Which modules stayed in floating point, what files contradict, and where all of it is known from."""
    notes: list[Markdown] = []
    records = tuple(_records(facts))
    for fact, record in records:
        kept = [use for use in record.uses if use.kind in _LINEAR and not use.storage.quantized]
        if kept and record.quantized:
            names = [name for use in kept for name in use.modules]
            these = "this Linear module was" if len(names) == 1 else "these Linear modules were"
            lead = f"In {code(fact.name)}, {these} not quantized, as its files show:"
            notes.append(introduced(lead, names, summary=f"{len(names)} modules"))
        if not record.quantized and record.uses:
            notes.append(Markdown(f"Nothing in {code(fact.name)} is quantized, as its files show."))
        notes += [Markdown(f"Of {code(fact.name)}: {escape(finding)}.") for finding in record.findings]
    if records:
        notes.append(
            Markdown(
                "All of this was read from the headers and configurations of the files whose hashes stand above; "
                f"{numbers.NOT_STATED} is what no file says. Parameters are counted as weights, and not as the words "
                "that they are packed in; bits per weight are those of the weight files, scales included."
            )
        )
    return tuple(notes)


def quantizers(record: InspectedRecord) -> str:
    """The tools that made the files, as these say; empty where they name none."""
    named = [maker for maker in record.makers if maker.name not in _SAVERS]
    return sentence_list([f"{maker.name} {maker.version or ''}".strip() for maker in named])


def bits_per_weight(record: InspectedRecord) -> Markdown:
    """Of the weight files, with three digits behind the point."""
    bits = record.bits_per_weight
    return NOT_STATED if bits is None else Markdown(f"{bits:.3f}")


def _records(facts: Facts) -> Iterator[tuple[VariantFacts, InspectedRecord]]:
    for fact in facts.variants:
        if fact.inspected is not None:
            yield fact, fact.inspected


def _method(fact: VariantFacts, record: InspectedRecord) -> Markdown:
    if record.method is None:
        return NOT_STATED if record.quantized else NOT_APPLICABLE
    return NOT_APPLICABLE if record.method == fact.scheme else escape(record.method)


def _named(adopted: tuple[VariantFacts, InspectedRecord]) -> bool:
    made = adopted[0].asked.made
    return made is not None and made.by is not None


def _made_by(fact: VariantFacts) -> Markdown:
    by = fact.asked.made.by if fact.asked.made else None
    if by is None:
        return NOT_STATED
    return link(escape(by.name), by.url) if by.url else escape(by.name)


def _made_with(record: InspectedRecord) -> Markdown:
    unstated = "" if record.format == "gguf" else " (version not stated)"  # which names a person
    told = [f"{maker.name} {maker.version}" if maker.version else f"{maker.name}{unstated}" for maker in record.makers]
    return escape(", ".join(told) or numbers.NOT_STATED)


def _made_from(record: InspectedRecord) -> Markdown:
    return Markdown(", ".join(code(name) for name in record.base_model) or numbers.NOT_STATED)


def _of(record: InspectedRecord, kinds: Sequence[str]) -> list[Use]:
    return [use for use in record.uses if use.kind in kinds]


def _count(told: Iterable[Use]) -> int:
    return sum(len(use.modules) for use in told)


def _linear(record: InspectedRecord, *, quantized: bool) -> Markdown:
    every = _of(record, _LINEAR)
    if not every:
        return NOT_STATED if not record.uses else NOT_APPLICABLE
    part = [use for use in every if use.storage.quantized == quantized]
    types = "" if quantized or not part else f", in {_names(part)}"
    return escape(f"{_count(part)} of {_count(every)}{types}")


def _types(record: InspectedRecord, of_model: str | None) -> Markdown:
    part = [use for use in _of(record, _LINEAR) if use.storage.quantized]
    counts: dict[str, int] = {}
    for use in part:
        name = scheme(use.storage, use.activations)
        counts[name] = counts.get(name, 0) + len(use.modules)
    if len(counts) < 2 and set(counts) <= {of_model}:
        return NOT_APPLICABLE
    return escape(", ".join(f"{count} in {name}" for name, count in counts.items()))


def _names(told: Iterable[Use]) -> str:
    return sentence_list(list(dict.fromkeys(scheme(use.storage, use.activations) for use in told)))


def _kind(record: InspectedRecord, kind: str) -> Markdown:
    told = [f"{len(use.modules)} in {scheme(use.storage, use.activations)}" for use in _of(record, (kind,))]
    return escape(", ".join(told)) if told else NOT_APPLICABLE


def _scales(record: InspectedRecord) -> Markdown:
    told = [details(use.storage, None) for use in _of(record, (*_LINEAR, "convolution")) if use.storage.quantized]
    return escape("; ".join(dict.fromkeys(told))) if told else NOT_APPLICABLE


def _activations(record: InspectedRecord) -> Markdown:
    quantized = [use for use in record.uses if use.storage.quantized]
    if not quantized:
        return NOT_APPLICABLE
    told = dict.fromkeys(_cache(use.activations) for use in quantized if use.activations)
    return Markdown("; ".join(told)) if told else Markdown("not quantized, as far as the files say")


def _cache(activations: Activations | None) -> Markdown:
    if activations is None:
        return NOT_STATED
    per = f" per {activations.per}" if activations.per and activations.per != "group" else ""
    per = f" in groups of {activations.group_size}" if activations.group_size else per
    return escape(f"{activations.type}{per}, {activations.when}")
