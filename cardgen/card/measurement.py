"""How the results were measured: inputs, settings, machine, versions."""

from __future__ import annotations

from cardgen.card.facts import VariantFacts, versions_by_environment
from cardgen.card.markdown import Markdown, code, escape, table
from cardgen.card.wording import INTERVALS, base_model, dataset_link, metric_title, revision_text, sentence_list
from cardgen.manifest.model import Calibration, Manifest
from cardgen.plan import calibration_data
from cardgen.records.model import Evidence, Hardware


def measurement_table(facts: tuple[VariantFacts, ...]) -> Markdown:
    """A column per variant."""
    header = [Markdown(" "), *(code(fact.name) for fact in facts)]
    rows = {
        "Samples": [str(fact.evaluate.samples) for fact in facts],
        "Samples per batch": [str(fact.evaluate_request.batch_size) for fact in facts],
        "Texts cut at the model's maximum length": [str(fact.evaluate.truncated) for fact in facts],
        "Threads": [str(fact.evaluate.threads) for fact in facts],
        "Processor": [_processor(fact.record.hardware) for fact in facts],
    }
    return table(header, ([Markdown(label), *(escape(cell) for cell in cells)] for label, cells in rows.items()))


def _processor(hardware: Hardware | None) -> str:
    if hardware is None:
        return "unknown"
    sets = ", ".join(hardware.instruction_sets)
    return f"{hardware.cpu} ({sets})" if sets else hardware.cpu


def measurement_notes(manifest: Manifest, evidence: Evidence, facts: tuple[VariantFacts, ...]) -> tuple[Markdown, ...]:
    """Inputs by hash, and what the figures mean."""
    resolutions = evidence.resolutions
    notes = [
        Markdown(f"Base model: {base_model(manifest, evidence)}, {revision_text(resolutions['base_model'])}."),
        Markdown(
            f"Evaluation data: {dataset_link(manifest.evaluation.dataset)}, "
            f"{revision_text(resolutions['evaluation'])}; "
            + sentence_list([f"{role} from column {code(name)}" for role, name in manifest.evaluation.columns.items()])
            + "."
        ),
    ]
    for name, fact in ((fact.name, fact) for fact in facts if fact.asked.approach == "static"):
        ref, _split = calibration_data(manifest.evaluation, fact.asked.calibration or Calibration())
        resolution = resolutions[f"calibration.{name}"]
        notes.append(Markdown(f"Calibration data of {code(name)}: {dataset_link(ref)}, {revision_text(resolution)}."))
    differing = {data: model for data, model in facts[0].evaluate.labels.items() if data != model}
    if differing:
        pairs = ", ".join(f"{code(data)} is {code(model)}" for data, model in differing.items())
        notes.append(Markdown(f"Labels of the dataset in the model's terms: {pairs}."))
    methods = {metric_title(score): INTERVALS[score.interval] for fact in facts for score in fact.evaluate.scores}
    paired = dict.fromkeys(INTERVALS[change.interval] for fact in facts for change in fact.evaluate.differences)
    intervals = sentence_list([f"{title} by {method}" for title, method in methods.items()])
    notes.append(escape(f"Intervals: {intervals}; differences by {sentence_list(list(paired))}."))
    if any(score.args.get("average") == "macro" for fact in facts for score in fact.evaluate.scores):
        notes.append(Markdown("A macro average is taken over the labels that the data hold or the model answered."))
    notes.append(Markdown("Speed was not measured."))
    notes.append(
        Markdown(
            "FP32 is the base model saved and run in the same runtime as the variant beside it, "
            "in batches of the same size."
        )
    )
    if any(fact.asked.approach == "dynamic" for fact in facts):
        notes.append(
            Markdown(
                "Dynamic INT8 takes its activation scales over a whole batch, padding included, "
                "so its scores depend on the batch size given above."
            )
        )
    return tuple(notes)


def versions_table(facts: tuple[VariantFacts, ...]) -> Markdown:
    """A column per environment."""
    environments = versions_by_environment(facts)
    packages = sorted({package for versions in environments.values() for package in versions})
    header = [Markdown("Package"), *(Markdown(f"{code(name)} environment") for name in environments)]
    rows = [
        [escape(package), *(escape(versions.get(package, "\N{EM DASH}")) for versions in environments.values())]
        for package in packages
    ]
    return table(header, rows)
