"""How the results were measured: inputs, settings, machine, versions; and who reports what was not."""

from __future__ import annotations

import json

from cardgen.card.facts.joined import Facts, versions_by_environment
from cardgen.card.sections.batch_effect import batch_notes, padding_notes
from cardgen.card.sections.chance import chance_notes, label_note
from cardgen.card.sections.samples import blank_notes, cut_notes
from cardgen.card.sections.saturation import saturation_notes
from cardgen.card.sections.translation import translation_notes
from cardgen.card.words.fidelity import fidelity_notes
from cardgen.card.words.markdown import Markdown, code, escape, paragraph, table
from cardgen.card.words.significance import test_notes
from cardgen.card.words.wording import (
    INTERVALS,
    base_model,
    dataset_link,
    revision_text,
    score_title,
    sentence_list,
    source_link,
)
from cardgen.manifest.data import Calibration
from cardgen.manifest.reported import Reported
from cardgen.plan.layout import calibration_data, tuning_data
from cardgen.records.environment import Hardware
from cardgen.records.results.predict import PredictResult


def measurement_table(facts: Facts) -> Markdown:
    """A column per variant that was quantized and scored."""
    if not facts.quantized:
        return Markdown("")
    header = [Markdown(" "), *(code(fact.name) for fact, _run, _seen in facts.quantized)]
    rows = {
        "Samples": [str(seen.evaluate.samples) for _fact, _run, seen in facts.quantized],
        "Samples per batch": [str(seen.predict.batch_size) for _fact, _run, seen in facts.quantized],
        "Samples per batch, FP32": [str(seen.baseline_predict.batch_size) for _fact, _run, seen in facts.quantized],
        "Samples cut at the model's maximum length": [
            str(seen.predict.result.truncated) for _fact, _run, seen in facts.quantized
        ],
        **_cut_answers(facts),
        "Threads": [_threads(seen.predict.result) for _fact, _run, seen in facts.quantized],
        "Processor": [processor(run.record.hardware) for _fact, run, _seen in facts.quantized],
    }
    return table(header, ([Markdown(label), *(escape(cell) for cell in cells)] for label, cells in rows.items()))


def _cut_answers(facts: Facts) -> dict[str, list[str]]:
    """Of models that write text: how many texts ended at the length that is allowed."""
    predictions = [(seen.predict.result, seen.baseline_predict.result) for _fact, _run, seen in facts.quantized]
    if all(result.cut is None for result, _baseline in predictions):
        return {}
    return {
        "Answers cut at the maximum length": [str(result.cut) for result, _baseline in predictions],
        "Answers cut at the maximum length, FP32": [str(baseline.cut) for _result, baseline in predictions],
    }


def _threads(result: PredictResult) -> str:
    return str(result.threads) if result.lanes == 1 else f"{result.threads} for each of {result.lanes} side by side"


def processor(hardware: Hardware | None) -> str:
    """A processor with the instruction sets that bear on INT8."""
    if hardware is None:
        return "unknown"
    sets = ", ".join(hardware.instruction_sets)
    return f"{hardware.cpu} ({sets})" if sets else hardware.cpu


def measurement_notes(facts: Facts) -> tuple[Markdown, ...]:
    """Inputs by hash or id, who reports what, and what the figures mean."""
    manifest, resolutions = facts.manifest, facts.evidence.resolutions
    notes = []
    if "base_model" in resolutions:
        resolution = resolutions["base_model"]
        notes.append(Markdown(f"Base model: {base_model(manifest, facts.evidence)}, {revision_text(resolution)}."))
        columns = [f"{role} from column {code(name)}" for role, name in manifest.scoring.columns.items()]
        notes.append(
            Markdown(
                f"Evaluation data: {dataset_link(manifest.scoring.data)}, "
                f"{revision_text(resolutions['evaluation'])}; {sentence_list(columns)}."
            )
        )
        notes += translation_notes(facts)
    elif manifest.base_model.id is not None:
        revision = f" at {code(manifest.base_model.revision)}" if manifest.base_model.revision else ""
        notes.append(
            Markdown(f"Base model: {base_model(manifest, facts.evidence)}{revision}, as the manifest names it.")
        )
    notes += _reported_notes(facts)
    for fact, _run, _seen in facts.quantized:
        if fact.asked.approach == "static":
            ref, _split = calibration_data(manifest.scoring, fact.asked.calibration or Calibration())
            state = revision_text(resolutions[f"calibration.{fact.name}"])
            notes.append(Markdown(f"Calibration data of {code(fact.name)}: {dataset_link(ref)}, {state}."))
        chosen_on = tuning_data(manifest.scoring, fact.asked.fallback)
        if chosen_on is not None:
            state = revision_text(resolutions[f"fallback.{fact.name}"])
            link = dataset_link(chosen_on[0])
            notes.append(Markdown(f"Data on which what stays FP32 in {code(fact.name)} was chosen: {link}, {state}."))
    return (*notes, *_measured_notes(facts))


def versions_table(facts: Facts) -> Markdown:
    """A column per environment."""
    environments = versions_by_environment(facts.records)
    if not environments:
        return Markdown("")
    packages = sorted({package for versions in environments.values() for package in versions})
    header = [Markdown("Package"), *(Markdown(f"{code(name)} environment") for name in environments)]
    rows = [
        [escape(package), *(escape(versions.get(package, "\N{EM DASH}")) for versions in environments.values())]
        for package in packages
    ]
    return table(header, rows)


def _reported_notes(facts: Facts) -> list[Markdown]:
    notes = []
    sources = dict.fromkeys(entry.source for entry in facts.reported if _has_figures(entry))
    names = [source_link(source) + (f" ({escape(source.date)})" if source.date else "") for source in sources]
    if names:
        notes.append(
            Markdown(f"Reported figures come from {sentence_list(names)}; cardgen did not measure them again.")
        )
    notes += [paragraph(entry.note) for entry in facts.reported if entry.note]
    return list(dict.fromkeys(notes))


def _has_figures(entry: Reported) -> bool:
    return any(figure is not None for figure in (entry.value, entry.size_mb, entry.latency_ms, entry.samples_per_s))


def _measured_notes(facts: Facts) -> list[Markdown]:
    evaluations = [seen.evaluate for _fact, _run, seen in facts.quantized]
    evaluations += [swept.evaluate for swept in facts.swept]
    predictions = [seen.predict for _fact, _run, seen in facts.quantized]
    predictions += [swept.predict for swept in facts.swept]
    if not evaluations:
        return []
    notes = []
    labels = predictions[0].result.labels
    if labels:
        notes.append(label_note(labels))
    notes += chance_notes(facts)
    methods = {score_title(score): INTERVALS[score.interval] for each in evaluations for score in each.scores}
    paired = dict.fromkeys(INTERVALS[change.interval] for each in evaluations for change in each.differences)
    intervals = sentence_list([f"{title} by {method}" for title, method in methods.items()])
    differences = f"; differences by {sentence_list(list(paired))}" if paired else ""
    notes.append(escape(f"Intervals: {intervals}{differences}."))
    # As `windows` or beams may differ between variants, each has its own.
    for fact, _run, seen in facts.quantized:
        if seen.predict.result.settings:
            settings = sentence_list(
                [f"{code(name)} {_setting(value)}" for name, value in sorted(seen.predict.result.settings.items())]
            )
            notes.append(Markdown(f"Settings of the evaluation of {code(fact.name)}: {settings}."))
    notes += [*blank_notes(facts), *cut_notes(facts)]
    if any(score.args.get("average") == "macro" for each in evaluations for score in each.scores):
        notes.append(Markdown("A macro average is taken over the labels that the data hold or the model answered."))
    if not facts.quantized:
        return notes
    notes += [*test_notes(facts), *fidelity_notes(facts)]
    if not facts.swept:
        notes.append(Markdown("Speed was not measured."))
    notes.append(Markdown("FP32 is the base model saved and run in the same runtime as the variant beside it."))
    notes += padding_notes(facts)
    dynamic = [seen for fact, _run, seen in facts.quantized if fact.asked.approach == "dynamic"]
    if any(not seen.predict.result.one_by_one for seen in dynamic):
        notes.append(
            Markdown(
                "Dynamic INT8 takes its activation scales over a whole batch, padding included, "
                "so its scores depend on the batch size given above."
            )
        )
    return [*notes, *batch_notes(facts), *saturation_notes(facts)]


def _setting(value: str | float) -> str:
    """A setting's value: text with spaces or marks in quotes, so that all of it is seen."""
    return code(json.dumps(value, ensure_ascii=False)) if isinstance(value, str) and not value.isalnum() else str(value)
