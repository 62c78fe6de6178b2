"""Manifest and evidence → a card: every decision about what a card says. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cardgen.card.facts.gather import gather_facts
from cardgen.card.facts.joined import Facts, VariantFacts, version_of
from cardgen.card.metadata.fields import build_front_matter, card_license
from cardgen.card.model import Card, Plot, Sweep
from cardgen.card.plots.build import build_plots
from cardgen.card.sections.adopted_reports import adopted_report_notes
from cardgen.card.sections.base_results import base_results_note, base_results_table
from cardgen.card.sections.citation import bibtex
from cardgen.card.sections.details import detail_tables
from cardgen.card.sections.disclosures import find_disclosures
from cardgen.card.sections.exported import export_notes, export_table
from cardgen.card.sections.files import download_commands, files_notes, files_table
from cardgen.card.sections.imported import build_imported
from cardgen.card.sections.inherited import build_inherited
from cardgen.card.sections.inspected import inspected_headlines, inspected_notes, inspected_table, quantizers
from cardgen.card.sections.measured_sweep import build_measured_sweep
from cardgen.card.sections.measurement import measurement_notes, measurement_table, versions_table
from cardgen.card.sections.quantization import quantization_notes, quantization_table
from cardgen.card.sections.results import headlines, results_note, results_table
from cardgen.card.sections.sweep import build_sweep
from cardgen.card.sections.usage import answers, usage_notes, usages
from cardgen.card.words.fidelity import fidelity_lines
from cardgen.card.words.markdown import Markdown, code, escape, link
from cardgen.card.words.wording import APPROACH, base_model, sentence_list
from cardgen.catalog.tasks import TASKS
from cardgen.manifest.model import Manifest
from cardgen.plan.layout import dataset_refs
from cardgen.records.evidence import Evidence


def build_card(
    manifest: Manifest,
    evidence: Evidence,
    prose: Mapping[str, str],
    *,
    manifest_file: str,
    evidence_file: str,
    own: str | None = None,
) -> Card:
    """Decide what the card of ``manifest`` says.

    Args:
        manifest: what was asked.
        evidence: what was observed, and what is reported.
        prose: a person's words by section, files read.
        manifest_file: the manifest's file name, for the card.
        evidence_file: the evidence's place, for messages.
        own: the variant in whose repository the card stands; ``None`` for a card of all.

    Raises:
        EvidenceError: where the evidence lacks a step that the manifest asks for.
    """
    facts = gather_facts(manifest, evidence, evidence_file, own)
    license_id = card_license(facts)
    usage = usages(facts)
    plots = build_plots(facts)
    return Card(
        front_matter=build_front_matter(facts),
        title=manifest.title,
        repo_id=facts.repo_id,
        task=manifest.task,
        base_model=base_model(manifest, evidence),
        license=license_id,
        summary=_summary(facts),
        headline=(*headlines(facts), *inspected_headlines(facts)),
        results_note=results_note(facts.with_sisters),
        results=results_table(facts.with_sisters),
        fidelity=fidelity_lines(facts.with_sisters),
        quantization=quantization_table(facts),
        quantization_notes=quantization_notes(facts),
        inspected=inspected_table(facts),
        inspected_notes=(*inspected_notes(facts), *adopted_report_notes(facts)),
        files=files_table(facts),
        files_notes=files_notes(facts),
        download=download_commands(facts),
        export=export_table(facts.with_sisters),
        export_notes=export_notes(facts),
        answers=answers(facts),
        usage=usage,
        usage_notes=usage_notes(facts),
        imported=build_imported(facts),
        base_results=base_results_table(facts),
        base_results_note=base_results_note(facts),
        sweeps=_sweeps(facts, plots),
        plots=plots,
        details=detail_tables(facts, license_id),
        inherited=build_inherited(facts, usage),
        measured=bool(facts.records),
        reported=bool(facts.reported),
        measurement=measurement_table(facts),
        measurement_notes=measurement_notes(facts),
        disclosures=find_disclosures(facts),
        versions=versions_table(facts),
        citation=bibtex(manifest.citation),
        manifest=manifest_file,
        needs=_needs(facts),
        cardgen=evidence.cardgen,
        prose={section: Markdown(text.strip()) for section, text in prose.items()},
    )


def _summary(facts: Facts) -> Markdown:
    manifest = facts.manifest
    task = TASKS[manifest.task].title if manifest.task in TASKS else manifest.task.replace("-", " ")
    of = f"{base_model(manifest, facts.evidence)}, a model for {task}"
    if manifest.base_model.id is None:
        of = f"a model for {task} that is not on the Hub"
    quantized = [fact for fact in facts.variants if fact.asked.approach != "none"]
    exported = [fact for fact in facts.variants if fact.asked.approach == "none"]
    if not facts.variants:
        return Markdown(f"How good and how fast {of}, is under different settings.")
    parts = []
    if quantized:
        kind = "INT8 " if facts.scheme == "INT8" else "quantized "
        if any(fact.inspected is not None and not fact.inspected.quantized for fact in quantized):
            kind = ""  # a set of files may hold one that is only converted
        one = "An INT8" if kind == "INT8 " else "A quantized"
        what = f"{one} version" if len(quantized) == 1 else f"{_count_word(len(quantized))} {kind}versions"
        ways = sentence_list([f"{code(fact.name)} ({_way(fact)})" for fact in quantized])
        parts.append(f"{what} of {of}: {ways}.")
    if exported:
        what = "An export to ONNX" if len(exported) == 1 else f"{_count_word(len(exported))} exports to ONNX"
        names = sentence_list([code(fact.name) for fact in exported])
        parts.append(f"{what} of {of}: {names}, in FP32 as it was, not quantized.")
    return Markdown(" ".join(parts))


def _sweeps(facts: Facts, plots: Sequence[Plot]) -> tuple[Sweep, ...]:
    found = {"measured runs": build_measured_sweep(facts), "reported runs": build_sweep(facts)}
    return tuple(
        replace(sweep, plots=tuple(plot for plot in plots if plot.section == section))
        for section, sweep in found.items()
        if sweep is not None
    )


def _way(fact: VariantFacts) -> str:
    if fact.elsewhere:
        made = quantizers(fact.inspected) if fact.inspected else fact.made_elsewhere_with
        how = "by" if fact.inspected and fact.inspected.format == "gguf" else "with"  # there a person is named
        parts = [fact.scheme or "scheme not stated", f"made {how} {made}" if made else "maker not stated"]
        return escape(", ".join([*parts, *([fact.format] if fact.format else [])]))
    version = version_of(fact)
    maker = link(Markdown(fact.backend.title), fact.backend.url) + (f" {version}" if version else "")
    if fact.made_elsewhere_with:
        maker = escape(fact.made_elsewhere_with)
    return f"{APPROACH[fact.asked.approach]} quantization with {maker}, {fact.backend.runtime_title}"


def _needs(facts: Facts) -> tuple[str, ...]:
    """Local inputs, which whoever measures again must have."""
    if not facts.records:
        return ()
    refs = (ref.path for ref, _split in dataset_refs(facts.manifest, facts.evidence.measured).values())
    return tuple(dict.fromkeys(path for path in (facts.manifest.base_model.path, *refs) if path is not None))


def _count_word(count: int) -> str:
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six")
    return words[count] if count < len(words) else str(count)
