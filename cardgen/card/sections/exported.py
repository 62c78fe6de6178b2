"""An export to ONNX: what was saved, and how far it is from PyTorch."""

from __future__ import annotations

from cardgen.card.facts.joined import Facts, VariantFacts
from cardgen.card.sections.measurement import processor
from cardgen.card.words import numbers
from cardgen.card.words.markdown import Markdown, code, escape, introduced, table
from cardgen.card.words.wording import dataset_place, drawn, source_names, variant_name

NOT_STATED = Markdown(numbers.NOT_STATED)
NOT_APPLICABLE = Markdown(numbers.NOT_APPLICABLE)


def export_table(facts: Facts) -> Markdown:
    """A column per variant that is only exported."""
    variants = [fact for fact in facts.variants if fact.asked.approach == "none"]
    if not variants:
        return Markdown("")
    header = [Markdown(" "), *(variant_name(facts, fact) for fact in variants)]
    rows = {
        "Format": [Markdown("ONNX, FP32") for _ in variants],
        "ONNX opset": [_opset(fact) for fact in variants],
        "Size of the weights": [_size(fact) for fact in variants],
        "Parameters": [Markdown(str(fact.run.export.parameters)) if fact.run else NOT_STATED for fact in variants],
        "Largest difference from PyTorch": [_difference(fact) for fact in variants],
        "Difference allowed": [
            Markdown(f"{fact.compared.compare.tolerance:g}") if fact.compared else NOT_STATED for fact in variants
        ],
        "Compared on": [_samples(fact) for fact in variants],
        "Processor": [escape(processor(fact.run.record.hardware)) if fact.run else NOT_APPLICABLE for fact in variants],
    }
    known = (item for item in rows.items() if any(cell not in (NOT_STATED, NOT_APPLICABLE) for cell in item[1]))
    return table(header, ([Markdown(label), *cells] for label, cells in known))


def export_notes(facts: Facts) -> tuple[Markdown, ...]:
    """What was compared, and the files."""
    notes = []
    for fact, run, seen in facts.compared:
        outputs = ", ".join(code(name) for name in seen.compare.outputs)
        notes.append(
            Markdown(
                f"{code(fact.name)}: the difference is the largest absolute one of any number in {outputs}, between "
                f"ONNX Runtime and PyTorch, on {seen.compare.samples} samples of "
                f"{dataset_place(facts.manifest.scoring.data)}{drawn(seen.compare.drawn_from, seen.request.seed)}."
            )
        )
        if seen.compare.truncated:
            notes.append(Markdown(f"{seen.compare.truncated} of them were cut at the model's maximum length."))
        folder = f"{fact.folder}/" if fact.folder else ""
        files = [Markdown(f"{code(folder + file.path)} ({numbers.file_size(file.bytes)})") for file in run.files]
        notes.append(introduced("Files:", files, summary=f"{len(files)} files"))
    unseen = [fact for fact in facts.variants if fact.asked.approach == "none" and fact.run is None]
    return (*notes, *(_unseen_note(fact) for fact in unseen))


def _unseen_note(fact: VariantFacts) -> Markdown:
    return Markdown(
        f"{code(fact.name)} was not made by cardgen; what is known of it comes from {source_names(fact.reported)}. "
        f"How far its outputs are from PyTorch's was not measured{_untold(fact)}."
    )


def _untold(fact: VariantFacts) -> str:
    if any(entry.size_mb is not None for entry in fact.reported):
        return ", and its opset is not stated there"
    return ", and neither its opset nor its size is stated there"


def _opset(fact: VariantFacts) -> Markdown:
    return Markdown(str(fact.run.export.opset)) if fact.run and fact.run.export.opset else NOT_STATED


def _size(fact: VariantFacts) -> Markdown:
    if fact.run:
        return Markdown(numbers.megabytes(fact.run.export.weight_bytes))
    sized = next((entry.size_mb for entry in fact.reported if entry.size_mb is not None), None)
    return NOT_STATED if sized is None else Markdown(f"{numbers.reported_megabytes(sized)}, as reported")


def _difference(fact: VariantFacts) -> Markdown:
    return Markdown(f"{fact.compared.compare.largest_difference:.2g}") if fact.compared else NOT_STATED


def _samples(fact: VariantFacts) -> Markdown:
    return Markdown(f"{fact.compared.compare.samples} samples") if fact.compared else NOT_APPLICABLE
