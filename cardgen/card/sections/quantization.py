"""How each variant was quantized: what was asked for, what the saved files show, and what others report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cardgen.card.facts.joined import Facts, VariantFacts, version_of
from cardgen.card.sections.tuning import tuning_notes
from cardgen.card.words import numbers
from cardgen.card.words.markdown import Markdown, code, escape, introduced, table
from cardgen.card.words.wording import APPROACH, dataset_link, told
from cardgen.manifest.data import Calibration
from cardgen.manifest.model import CALIBRATED, Manifest
from cardgen.manifest.reported import Reported, ReportedCalibration
from cardgen.patterns import regex
from cardgen.plan.layout import calibration_data
from cardgen.records.results.quantize import QuantizeResult

NOT_APPLICABLE = Markdown(numbers.NOT_APPLICABLE)
NOT_STATED = Markdown(numbers.NOT_STATED)
_VERSION = regex(r" v?\d+(?:\.\d+)+\S*$")
"""At the end of the name of what made a variant."""


@dataclass(frozen=True)
class _Kind:
    """A kind of module that can be quantized."""

    singular: str
    plural: str
    int8: Callable[[QuantizeResult], tuple[str, ...]]
    fp32: Callable[[QuantizeResult], tuple[str, ...]]


_DIGITS = 16
"""Of a hash that the evidence has in full."""
_SAME_PRODUCTS = {"never": "yes", "outside-calibration": "yes, within the calibrated ranges", "possible": "no"}
_LINEAR = _Kind("Linear module", "Linear modules", lambda made: made.int8_modules, lambda made: made.fp32_modules)
_EMBEDDINGS = _Kind("embedding", "embeddings", lambda made: made.int8_embeddings, lambda made: made.fp32_embeddings)
_CONVOLUTIONS = _Kind(
    "convolution", "convolutions", lambda made: made.int8_convolutions, lambda made: made.fp32_convolutions
)


def quantization_table(facts: Facts) -> Markdown:
    """A column per variant; a row that applies to none is left out."""
    variants = [fact for fact in facts.variants if fact.asked.approach != "none" and fact.inspected is None]
    if not variants:
        return Markdown("")
    header = [Markdown(" "), *(code(fact.name) for fact in variants)]
    int8, fp32 = ("quantized", "not quantized") if _foreign(variants) else ("in INT8", "in FP32")
    rows = {
        "Scheme": [_scheme(fact) for fact in variants] if _foreign(variants) else [],
        "Format": [escape(_format(fact)) for fact in variants],
        "Made with": [_maker(fact) for fact in variants],
        "Approach": [Markdown(APPROACH[fact.asked.approach]) for fact in variants],
        "Calibration data": [_calibration_data(facts.manifest, fact) for fact in variants],
        "Calibration samples": [_calibration_samples(fact) for fact in variants],
        "Calibration samples, by content": [_calibration_content(fact) for fact in variants],
        f"Linear modules {int8}": [_linear(fact, int8=True) for fact in variants],
        f"Linear modules {fp32}": [_linear(fact, int8=False) for fact in variants],
        "Embeddings in INT8": [_others(fact, _EMBEDDINGS) for fact in variants],
        "Convolutions in INT8": [_others(fact, _CONVOLUTIONS) for fact in variants],
        "Scales per channel": [_option(fact, "per_channel") for fact in variants],
        "Same products with and without VNNI": [_same_products(fact) for fact in variants],
        "Operators asked for": [_option(fact, "operators") for fact in variants],
        "Nodes excluded": [_option(fact, "exclude_nodes") for fact in variants],
        "ONNX opset": [_opset(fact) for fact in variants],
    }
    applicable = (item for item in rows.items() if any(cell not in (NOT_APPLICABLE, NOT_STATED) for cell in item[1]))
    return table(header, ([Markdown(label), *cells] for label, cells in applicable))


def quantization_notes(facts: Facts) -> tuple[Markdown, ...]:
    """Which modules stayed FP32, which operators were quantized, and where that is known from."""
    notes = []
    for fact in facts.variants:
        seen = fact.quantized
        if fact.inspected is not None:
            continue
        if seen is not None:
            asked = seen.tune.fallback_modules if seen.tune else seen.quantize_request.fallback_modules
            chosen = "as the tuner chose" if seen.tune else "as the manifest asks"
            for kind in (_LINEAR, _EMBEDDINGS, _CONVOLUTIONS):
                if kept := kind.fp32(seen.quantize):
                    why = chosen if set(asked).issuperset(kept) else "as the saved model shows"
                    notes.append(_kept(fact, kept, why, kind, every=not kind.int8(seen.quantize)))
            notes += tuning_notes(facts.manifest, fact)
            if seen.quantize.operators:
                operators = ", ".join(
                    f"{count} {code(name)}" for name, count in sorted(seen.quantize.operators.items())
                )
                notes.append(Markdown(f"Quantized operators in the graph of {code(fact.name)}: {operators}."))
            continue
        entry = reported_fallback(fact)
        if entry is not None:
            limit = ""
            if entry.tolerance is not None:
                limit = f", to keep the relative loss within {100 * entry.tolerance:g} %"
            notes.append(_kept(fact, entry.fallback_modules, f"as {told([entry], 'report')}{limit}", _LINEAR))
    if facts.quantized:
        notes.append(Markdown("These counts are read back from the saved files, not taken from the request."))
    unseen = [
        fact for fact in facts.variants if fact.run is None and fact.asked.approach != "none" and not fact.inspected
    ]
    if unseen:
        reported = any(fact.reported for fact in unseen)
        lead = "What is reported was not checked against the files, which cardgen has not seen"
        lead = lead if reported else "cardgen has not seen the files that this is about"
        notes.append(Markdown(f"{lead}; {numbers.NOT_STATED} is what no source tells."))
    return tuple(notes)


def reported_fallback(fact: VariantFacts) -> Reported | None:
    """The entry that lists the modules of a variant that are said to be FP32."""
    return next((entry for entry in fact.reported if entry.fallback_modules), None)


def reported_calibration(fact: VariantFacts) -> ReportedCalibration | None:
    """How a variant is said to have been calibrated."""
    return next((entry.calibration for entry in fact.reported if entry.calibration is not None), None)


def reported_calibration_data(manifest: Manifest, told: ReportedCalibration) -> Markdown:
    """The data that a variant is said to have been calibrated on."""
    if told.dataset:
        name = escape(told.dataset)
    else:
        name = dataset_link(manifest.scored_on) if manifest.scored_on else Markdown("the dataset")
    return Markdown(name + (f", split {code(told.split)}" if told.split else ", split not stated"))


def reported_calibration_samples(told: ReportedCalibration) -> Markdown:
    """How many samples are said to have been asked for and seen."""
    if told.asked is None:
        return NOT_STATED
    seen = f"{told.seen} seen" if told.seen else "seen not stated"
    batches = f"; batches of {told.batch_size}" if told.batch_size else ""
    return Markdown(f"{told.asked} asked for, {seen}{batches}")


def _kept(fact: VariantFacts, modules: Sequence[str], why: str, kind: _Kind, *, every: bool = False) -> Markdown:
    count = len(modules)
    these = f"this {kind.singular}" if count == 1 else f"{f'all {count}' if every else 'these'} {kind.plural}"
    lead = f"In {code(fact.name)}, {these} {'were not quantized' if fact.elsewhere else 'stayed FP32'}, {why}:"
    return introduced(lead, modules, summary=f"{count} {'modules' if kind is _LINEAR else kind.plural}")


def _foreign(variants: Sequence[VariantFacts]) -> bool:
    return any(fact.elsewhere for fact in variants)


def _scheme(fact: VariantFacts) -> Markdown:
    return escape(fact.scheme or numbers.NOT_STATED)


def _format(fact: VariantFacts) -> str:
    return fact.format or numbers.NOT_STATED if fact.elsewhere else fact.backend.runtime_title


def _maker(fact: VariantFacts) -> Markdown:
    if fact.made_elsewhere_with:
        made = fact.made_elsewhere_with
        return escape(made if _VERSION.search(made) else f"{made}, version not stated")
    if fact.elsewhere:
        return NOT_STATED
    version = version_of(fact)
    return escape(f"{fact.backend.title} {version}" if version else f"{fact.backend.title}, version not stated")


def _linear(fact: VariantFacts, *, int8: bool) -> Markdown:
    seen = fact.quantized
    if seen is not None:
        part = seen.quantize.int8_modules if int8 else seen.quantize.fp32_modules
        return _share(len(part), seen.linear_total)
    total = next((entry.total_modules for entry in fact.reported if entry.total_modules), None)
    entry = reported_fallback(fact)
    if entry is None:
        return NOT_STATED
    kept = len(entry.fallback_modules)
    if total is None:
        return NOT_STATED if int8 else Markdown(str(kept))
    return _share(total - kept if int8 else kept, total)


def _others(fact: VariantFacts, kind: _Kind) -> Markdown:
    seen = fact.quantized
    if seen is None:
        return NOT_STATED
    int8, fp32 = kind.int8(seen.quantize), kind.fp32(seen.quantize)
    return _share(len(int8), len(int8) + len(fp32)) if int8 or fp32 else NOT_APPLICABLE


def _share(part: int, total: int) -> Markdown:
    return Markdown(f"{part} of {total}")


def _calibration_data(manifest: Manifest, fact: VariantFacts) -> Markdown:
    if fact.asked.approach not in CALIBRATED:
        return NOT_APPLICABLE
    if fact.quantized is None:
        told = reported_calibration(fact)
        return NOT_STATED if told is None else reported_calibration_data(manifest, told)
    ref, split = calibration_data(manifest.scoring, fact.asked.calibration or Calibration())
    return Markdown(dataset_link(ref) + (f", split {code(split)}" if split else ""))


def _calibration_samples(fact: VariantFacts) -> Markdown:
    if fact.asked.approach not in CALIBRATED:
        return NOT_APPLICABLE
    if fact.quantized is None:
        told = reported_calibration(fact)
        return NOT_STATED if told is None else reported_calibration_samples(told)
    asked = fact.quantized.quantize_request.calibration
    assert asked is not None
    return Markdown(
        f"{asked.samples} asked for, {fact.quantized.quantize.calibration_seen} seen; "
        f"batches of {asked.batch_size}, seed {asked.seed}"
    )


def _calibration_content(fact: VariantFacts) -> Markdown:
    """By what another person can tell that they are the same."""
    if fact.asked.approach not in CALIBRATED:
        return NOT_APPLICABLE
    seen = fact.quantized.quantize.calibration if fact.quantized else None
    if seen is None:
        return NOT_STATED
    text = f"SHA-256 {code(seen.sha256[:_DIGITS])}…"
    if (tokens := seen.tokens) is not None:
        each = f"{tokens.shortest}" if tokens.shortest == tokens.longest else f"{tokens.shortest} to {tokens.longest}"
        text += f"; {each} tokens each, median {tokens.median:g}, {tokens.total} in all"
    return Markdown(text)


def _option(fact: VariantFacts, name: str) -> Markdown:
    if name not in fact.backend.options:
        return NOT_APPLICABLE
    if fact.quantized is None:
        return NOT_STATED
    value = getattr(fact.quantized.quantize_request.options, name)
    if value is None:
        return Markdown("default")
    if isinstance(value, bool):
        return Markdown("yes" if value else "no")
    return Markdown(", ".join(code(item) for item in value) or "none")


def _same_products(fact: VariantFacts) -> Markdown:
    """By what was saved; see :mod:`cardgen.card.sections.saturation`."""
    if fact.quantized is None or fact.quantized.quantize.saturation is None:
        return NOT_STATED
    return Markdown(_SAME_PRODUCTS[fact.quantized.quantize.saturation])


def _opset(fact: VariantFacts) -> Markdown:
    if fact.run is None:
        return NOT_STATED if fact.backend.runtime == "onnx" else NOT_APPLICABLE
    return Markdown(str(fact.run.export.opset or numbers.NOT_APPLICABLE))
