"""Manifest and evidence → a card: every decision about what a card says. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from cardgen.card.facts import VariantFacts, gather_facts, version_of
from cardgen.card.markdown import Markdown, code, link, listing
from cardgen.card.measurement import measurement_notes, measurement_table, versions_table
from cardgen.card.metadata import build_front_matter
from cardgen.card.model import Card, Usage
from cardgen.card.quantization import quantization_notes, quantization_table
from cardgen.card.results import headline, results_note, results_table
from cardgen.card.wording import APPROACH, base_model, sentence_list
from cardgen.catalog.snippets import loading_snippet
from cardgen.catalog.tasks import TASKS
from cardgen.manifest.model import Manifest
from cardgen.plan import dataset_refs
from cardgen.records.model import Evidence


def build_card(
    manifest: Manifest, evidence: Evidence, prose: Mapping[str, str], *, manifest_file: str, evidence_file: str
) -> Card:
    """Decide what the card of ``manifest`` says.

    Args:
        manifest: what was asked.
        evidence: what was observed.
        prose: a person's words by section, files read.
        manifest_file: the manifest's file name, for the card.
        evidence_file: the evidence's place, for messages.

    Raises:
        EvidenceError: where the evidence lacks a step that the manifest asks for.
    """
    facts = gather_facts(manifest, evidence, evidence_file)
    return Card(
        front_matter=build_front_matter(manifest, evidence, facts),
        title=manifest.title,
        repo_id=manifest.repo_id,
        summary=_summary(manifest, evidence, facts),
        headline=tuple(headline(manifest, fact) for fact in facts),
        results_note=results_note(manifest, facts),
        results=results_table(facts),
        quantization=quantization_table(manifest, facts),
        quantization_notes=quantization_notes(facts),
        answers=_answers(facts),
        usage=tuple(_usage(manifest, fact) for fact in facts),
        measurement=measurement_table(facts),
        measurement_notes=measurement_notes(manifest, evidence, facts),
        needs=_needs(manifest),
        cardgen=evidence.cardgen,
        versions=versions_table(facts),
        manifest=manifest_file,
        prose={section: Markdown(text.strip()) for section, text in prose.items()},
    )


def _summary(manifest: Manifest, evidence: Evidence, facts: tuple[VariantFacts, ...]) -> Markdown:
    ways = sentence_list(
        [
            f"{code(fact.name)} ({APPROACH[fact.asked.approach]} quantization with "
            f"{link(Markdown(fact.backend.title), fact.backend.url)} {version_of(fact)}, {fact.backend.runtime_title})"
            for fact in facts
        ]
    )
    what = "An INT8 version" if len(facts) == 1 else f"{_count_word(len(facts))} INT8 versions"
    task = TASKS[manifest.task].title
    of = f"{base_model(manifest, evidence)}, a model for {task}"
    if manifest.base_model.id is None:
        of = f"a model for {task} that is not on the Hub"
    return Markdown(f"{what} of {of}: {ways}.")


def _answers(facts: tuple[VariantFacts, ...]) -> Markdown:
    labels = facts[0].export.labels
    names = listing(labels, 40, summary=f"{len(labels)} labels")
    return Markdown(f"The model answers with one of {len(labels)} labels: {names}")


def _needs(manifest: Manifest) -> tuple[str, ...]:
    """Local inputs, which whoever measures again must have."""
    refs = [manifest.base_model.path, *(ref.path for ref, _split in dataset_refs(manifest).values())]
    return tuple(dict.fromkeys(path for path in refs if path is not None))


def _count_word(count: int) -> str:
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six")
    return words[count] if count < len(words) else str(count)


def _usage(manifest: Manifest, fact: VariantFacts) -> Usage:
    packages = fact.record.environment.packages
    pins = " ".join(f'"{name}=={packages[name.partition("[")[0]]}"' for name in fact.backend.install)
    remote = manifest.base_model.trust_remote_code
    notes = []
    if fact.backend.pickled:
        notes.append(
            Markdown(
                "The weights are a pickle (`pytorch_model.bin`), which can run code when it is opened: "
                "load it only from a place that you trust."
            )
        )
    if remote:
        notes.append(
            Markdown("This model runs code from its repository (`trust_remote_code=True`): read that code first.")
        )
    return Usage(
        title=f"{fact.name}: {fact.backend.runtime_title}, {fact.asked.approach} INT8",
        install=f"pip install {pins}",
        snippet=loading_snippet(
            fact.asked.backend,
            manifest.task,
            manifest.repo_id,
            fact.folder,
            tuple(fact.evaluate_request.columns),
            trust_remote_code=remote,
        ),
        notes=tuple(notes),
    )
