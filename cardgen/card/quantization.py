"""How each variant was quantized: what was asked for, and what the saved files show."""

from __future__ import annotations

from cardgen.card import numbers
from cardgen.card.facts import VariantFacts, version_of
from cardgen.card.markdown import Markdown, code, escape, listing, table
from cardgen.card.wording import APPROACH, dataset_link
from cardgen.manifest.model import Calibration, Manifest
from cardgen.plan import calibration_data


def quantization_table(manifest: Manifest, facts: tuple[VariantFacts, ...]) -> Markdown:
    """A column per variant."""
    header = [Markdown(" "), *(code(fact.name) for fact in facts)]
    rows = {
        "Format": [escape(fact.backend.runtime_title) for fact in facts],
        "Made with": [escape(f"{fact.backend.title} {version_of(fact)}") for fact in facts],
        "Approach": [Markdown(APPROACH[fact.asked.approach]) for fact in facts],
        "Calibration data": [_calibration_data(manifest, fact) for fact in facts],
        "Calibration samples": [_calibration_samples(fact) for fact in facts],
        "Linear modules in INT8": [_share(fact.quantize.int8_modules, fact.linear_total) for fact in facts],
        "Linear modules in FP32": [_share(fact.quantize.fp32_modules, fact.linear_total) for fact in facts],
        "Embeddings in INT8": [
            _share(
                fact.quantize.int8_embeddings, len(fact.quantize.int8_embeddings) + len(fact.quantize.fp32_embeddings)
            )
            for fact in facts
        ],
        "Scales per channel": [_option(fact, "per_channel") for fact in facts],
        "Operators asked for": [_option(fact, "operators") for fact in facts],
        "Nodes excluded": [_option(fact, "exclude_nodes") for fact in facts],
        "ONNX opset": [Markdown(str(fact.export.opset or numbers.NOT_APPLICABLE)) for fact in facts],
    }
    applicable = (item for item in rows.items() if any(cell != numbers.NOT_APPLICABLE for cell in item[1]))
    return table(header, ([Markdown(label), *cells] for label, cells in applicable))


def quantization_notes(facts: tuple[VariantFacts, ...]) -> tuple[Markdown, ...]:
    """Which modules stayed FP32, and which operators were quantized."""
    notes = []
    for fact in facts:
        kept = fact.quantize.fp32_modules
        asked = set(fact.quantize_request.fallback_modules)
        if kept:
            why = "as the manifest asks" if asked.issuperset(kept) else "as the saved model shows"
            names = listing(kept, summary=f"{len(kept)} modules")
            notes.append(Markdown(f"In {code(fact.name)}, these Linear modules stayed FP32, {why}: {names}"))
        if fact.quantize.operators:
            operators = ", ".join(f"{count} {code(name)}" for name, count in sorted(fact.quantize.operators.items()))
            notes.append(Markdown(f"Quantized operators in the graph of {code(fact.name)}: {operators}."))
    notes.append(Markdown("These counts are read back from the saved files, not taken from the request."))
    return tuple(notes)


def _share(part: tuple[str, ...], total: int) -> Markdown:
    return Markdown(f"{len(part)} of {total}")


def _calibration_data(manifest: Manifest, fact: VariantFacts) -> Markdown:
    if fact.asked.approach != "static":
        return Markdown(numbers.NOT_APPLICABLE)
    ref, split = calibration_data(manifest.evaluation, fact.asked.calibration or Calibration())
    return Markdown(dataset_link(ref) + (f", split {code(split)}" if split else ""))


def _calibration_samples(fact: VariantFacts) -> Markdown:
    asked = fact.quantize_request.calibration
    if asked is None:
        return Markdown(numbers.NOT_APPLICABLE)
    return Markdown(
        f"{asked.samples} asked for, {fact.quantize.calibration_seen} seen; "
        f"batches of {asked.batch_size}, seed {asked.seed}"
    )


def _option(fact: VariantFacts, name: str) -> Markdown:
    if name not in fact.backend.options:
        return Markdown(numbers.NOT_APPLICABLE)
    value = getattr(fact.quantize_request.options, name)
    if value is None:
        return Markdown("default")
    if isinstance(value, bool):
        return Markdown("yes" if value else "no")
    return Markdown(", ".join(code(item) for item in value) or "none")
