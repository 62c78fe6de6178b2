"""From a model card that somebody wrote to a manifest that builds one of the same facts."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cardgen.inherit.default_name import default_name
from cardgen.inherit.document import CodeBlock, Paragraph, Span, Table
from cardgen.inherit.facts.held import main_approach
from cardgen.inherit.facts.snippets import for_other_runtime
from cardgen.inherit.importer.adopted import adopt
from cardgen.inherit.importer.base_results import base_entries, own_figures
from cardgen.inherit.importer.card import SourceCard, read_source
from cardgen.inherit.importer.citation import BibEntry, parse_bibtex, with_joined_authors
from cardgen.inherit.importer.datasets import scored_on
from cardgen.inherit.importer.details import Details, silent_rows, table_rest, take_table
from cardgen.inherit.importer.files import HeldFiles, fitting_tags
from cardgen.inherit.importer.front import metadata_entries
from cardgen.inherit.importer.identity import Identity, Overrides, identify
from cardgen.inherit.importer.known import Known
from cardgen.inherit.importer.loading_code import only_loads
from cardgen.inherit.importer.measured import Measured
from cardgen.inherit.importer.mend import FindMisread, decode
from cardgen.inherit.importer.own_model import with_own_figures
from cardgen.inherit.importer.prose import Understood, keep_prose, keep_whole
from cardgen.inherit.importer.quantizer import Quantizers
from cardgen.inherit.importer.report import Ledger, Told
from cardgen.inherit.importer.reported import ReportedEntries
from cardgen.inherit.importer.scale import with_scales
from cardgen.inherit.importer.stated import stated_precision, with_baselines
from cardgen.inherit.importer.sweep import Settings, benchmark_entries, read_settings, sweep_entries, sweep_evaluation
from cardgen.inherit.importer.unsaid import tell_unsaid
from cardgen.inherit.importer.variants import Made, VariantDraft, find_variants, made_elsewhere, says_qat
from cardgen.inherit.manifest_text import Comment, Entry, Value, texts_of, tidy, write_yaml
from cardgen.patterns import regex

__all__ = ["HeldFiles", "Imported", "Overrides", "import_card"]

_PEOPLES = ("metadata", "details", "citation")
"""Entries that hold words of the card's author."""
_LONGEST_FIGURE = 40
_REPORTED = "What it reports was measured by others: `cardgen build --measure` measures it anew where it can."
_ORIGIN = regex(
    r"(?:comes from|is based on|was (?:made|quantized|exported) from|original)\b[^.]{0,80}?\[[^\]]*\]\([^)]*\)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Imported:
    """A manifest made from a card, with the files that it names."""

    name: str
    """What the manifest is called; the names of its prose files start with it."""
    text: str
    prose: Mapping[str, str]
    """Path relative to the manifest, to the file's text."""
    told: tuple[Told, ...]
    """What a person should look at, in the card's order."""


def import_card(
    source: str,
    stem: str,
    name: str | None,
    given: Overrides | None = None,
    *,
    misread: FindMisread | None = None,
    files: Sequence[HeldFiles] = (),
) -> Imported:
    """Make a manifest of a card.

    Every number, Hub id and module name of the card stands in the manifest or in one of the files of prose, but for
    what the model's files show otherwise.

    Args:
        source: the card's text.
        stem: the name of its file, for want of another name.
        name: what the manifest is called, where the user names it; else its repository decides, else ``stem``.
        given: what the user says instead of the card.
        misread: finds text that was decoded wrongly, to put it right.
        files: the model's, or those of each of several models in one place. The manifest names them, and they decide
            scheme, format, maker, base model, size and counts of modules.

    Raises:
        UsageError: the card does not tell what a manifest must say, and neither does the user.
    """
    ledger = Ledger()
    card = read_source(source if misread is None else decode(source, misread, ledger))
    if files or made_elsewhere(card):
        card = with_own_figures(with_baselines(card))
    return _Import(card, stem, name, given or Overrides(), ledger, files).run()


class _Import:
    def __init__(
        self,
        card: SourceCard,
        stem: str,
        name: str | None,
        given: Overrides,
        ledger: Ledger,
        files: Sequence[HeldFiles],
    ) -> None:
        self._card = card
        self._stem = stem
        own = given.repo_id or card.facts.repo_id
        self._name = name or default_name(own.rpartition("/")[2] if own else stem)
        self._given = given
        self._ledger = ledger
        self._files = files
        self._held: Mapping[str, HeldFiles] = {}
        self._said: list[str] = []
        self._understood = Understood()

    def run(self) -> Imported:
        card = self._card
        settings = (
            read_settings(card, self._given.task or card.metadata.pipeline_tag) if card.facts.sweep else Settings()
        )
        first = self._files[0] if self._files else None
        if first is not None and card.facts.sweep:
            self._ledger.add("left out", f"what {first.name} show: a benchmark's manifest has no variants")
        identity = identify(card, self._given, self._stem, settings.base_model, self._ledger, first)
        variants = () if card.facts.sweep else self._variants()
        inherited = bool(variants) and all(variant.approach == "none" for variant in variants)
        details = Details() if inherited else self._details()
        citation = None if inherited else self._citation()
        elsewhere = any(variant.elsewhere for variant in variants)
        others = any(variant.elsewhere and variant.made is None for variant in variants)
        family = "onnx-export" if inherited else self._family(details)
        source = self._source(identity)
        reported, evaluation = self._reported(variants, identity, settings, source)
        self._claimed(identity, settings, own_code=not others)
        precision = stated_precision(card) if elsewhere else None
        base = {"id": identity.base_model, **({"precision": precision} if precision else {})}
        entries: list[Entry | Comment] = [
            Comment(f"Written by `cardgen import` from the m{source['name'][1:]}."),
            *([Comment(_REPORTED)] if reported else []),
            Entry("version", 1),
            Entry("repo_id", identity.repo_id),
            Entry("card", family),
            Entry("title", identity.title),
            Entry("task", identity.task),
            Entry("base_model", base),
        ]
        metadata = metadata_entries(card, self._ledger)
        if metadata := metadata if not self._files else fitting_tags(metadata, self._files, self._ledger):
            entries.append(Entry("metadata", metadata))
        if variants:
            entries.append(Entry("variants", [variant.entry() for variant in variants]))
        if evaluation:
            entries.append(Entry("evaluation", evaluation))
        if card.facts.sweep and (benchmark := benchmark_entries(card.facts.sweep, settings)):
            entries.append(Entry("benchmark", benchmark))
        if reported:
            entries.append(Entry("reported", reported))
        if lines := details.entries():
            entries.append(Entry("details", lines))
        if citation:
            entries.append(Entry("citation", citation.entries()))
        return self._with_prose(entries, identity, inherited=inherited)

    def _variants(self) -> tuple[VariantDraft, ...]:
        given, files = self._given.approach, self._files
        shown: Made | None = next(filter(None, (main_approach(one.inspection) for one in files)), None)
        if shown is not None and says_qat(self._card):
            shown = "qat"
        variants = find_variants(self._card, given or shown, self._ledger)
        if not files:
            return variants
        adopted = adopt(self._card, variants, files, given, self._ledger)
        self._held = adopted.files
        return adopted.variants

    def _with_prose(self, entries: list[Entry | Comment], identity: Identity, *, inherited: bool) -> Imported:
        entries = [tidy(entry) for entry in entries]
        texts = {entry.key: dict.fromkeys(texts_of(entry)) for entry in entries if isinstance(entry, Entry)}
        every = list(dict.fromkeys(text for told in texts.values() for text in told))
        ours = [text for key, told in texts.items() if key not in _PEOPLES for text in told]
        ids = (identity.repo_id, identity.base_model, *self._card.metadata.datasets)
        known = Known("\n".join([*every, *self._said]), "\n".join([*ours, *self._said]), ids, identity.title)
        self._tell_lost_figures(known)
        tell_unsaid(self._card, every, identity, self._ledger)
        if inherited:
            kept = keep_whole(self._card, self._ledger)
        else:
            kept = keep_prose(self._card, self._understood, known, identity.title, self._ledger)
        paths = {place: f"prose/{self._name}-{place}.md" for place in kept}
        if path := paths.pop("base-card", None):
            index = next(
                at for at, entry in enumerate(entries) if isinstance(entry, Entry) and entry.key == "base_model"
            )
            entries[index] = Entry("base_model", {"id": identity.base_model, "card": path})
        if paths:
            at = next(
                (at for at, entry in enumerate(entries) if isinstance(entry, Entry) and entry.key == "details"), None
            )
            entries.insert(len(entries) if at is None else at, Entry("prose", dict(paths)))
        files = {f"prose/{self._name}-{place}.md": words for place, words in kept.items()}
        told = sorted(self._ledger.entries, key=lambda entry: (entry.line or 0, entry.kind))
        return Imported(self._name, write_yaml(entries), files, tuple(told))

    def _tell_lost_figures(self, known: Known) -> None:
        for figure in self._card.facts.figures:
            value = format(figure.value, "f")
            if figure.place == "metadata" and not known.has_marks(value):
                shown = value if len(value) <= _LONGEST_FIGURE else f"{figure.value:.3e}"
                text = f"{figure.quantity} {shown}{figure.unit} of model-index, which fits no variant"
                self._ledger.add("left out", text, self._card.key_line(*figure.metadata_path))

    def _origins(self, name: str) -> list[Span]:
        """Where sentences say from which model this one was made."""
        found: list[Span] = []
        for _section, block in self._card.blocks():
            text = self._card.document.slice(block.span) if isinstance(block, Paragraph) else ""
            start = block.span.start
            found += [
                Span(start + sentence.start(), start + sentence.end())
                for sentence in _ORIGIN.finditer(text)
                if name in sentence[0]
            ]
        return found

    def _family(self, details: Details) -> str:
        if self._card.facts.sweep:
            return "benchmark"
        return "model-card" if details.values else "quantized"

    @staticmethod
    def _source(identity: Identity) -> dict[str, str]:
        if not identity.repo_known:
            return {"name": f"Model card titled {identity.title}"}
        return {"name": f"Model card of {identity.repo_id}", "url": f"https://huggingface.co/{identity.repo_id}"}

    def _reported(
        self, variants: tuple[VariantDraft, ...], identity: Identity, settings: Settings, source: Mapping[str, Value]
    ) -> tuple[list[Value], list[Entry]]:
        facts = self._card.facts
        self._understood.blocks.update(self._tables_of_figures())
        if facts.sweep:
            runs = sweep_entries(facts.sweep, source)
            return runs, with_scales(sweep_evaluation(facts.sweep, settings, identity.task), runs)
        if all(variant.approach == "none" for variant in variants):
            own, inherited = own_figures(self._card)
            measured = Measured([*own, *(figure for figure in inherited if figure.subject.baseline)])
            data = scored_on(self._card, self._ledger, exported=True)
            writer = ReportedEntries(self._card, variants, data, source, measured, self._ledger, self._held)
            entries: list[Value] = [*writer.of(variants[0]), *base_entries(self._card, source, inherited)]
            return entries, with_scales([], entries)
        data = scored_on(self._card, self._ledger)
        measured = Measured(facts.figures)
        writer = ReportedEntries(self._card, variants, data, source, measured, self._ledger, self._held)
        quantizers = Quantizers(self._card, self._ledger)
        entries = [entry for variant in variants for entry in writer.of(variant, quantizers.of(variant))]
        self._said += writer.said
        self._understood.places += writer.places
        return entries, with_scales(data.evaluation, entries)

    def _tables_of_figures(self) -> set[Span]:
        places = [figure.span.start for figure in self._card.facts.figures if figure.place == "table"]
        places = sorted([*places, *(row.span.start for row in self._card.facts.sweep)])
        tables = [block.span for _section, block in self._card.blocks() if isinstance(block, Table)]
        return {table for table in tables if bisect_left(places, table.start) < bisect_left(places, table.end)}

    def _details(self) -> Details:
        details, card = Details(), self._card
        for _section, block in card.blocks():
            if isinstance(block, Table) and (left := take_table(block, details, card.metadata.license)) is not None:
                self._understood.rest[block.span] = table_rest(block, left)
                for label in silent_rows(block):
                    self._ledger.add("left out", f"{label.text}, of which the card says nothing", card.line(label.span))
        return details

    def _citation(self) -> BibEntry | None:
        found = None
        for text, span in self._card.facts.citations:
            entry = parse_bibtex(text) if found is None else None
            if entry is None:
                continue
            found = with_joined_authors(entry)
            for fault in found.mended:
                self._ledger.add("mended", f"the citation: {fault}", self._card.line(span))
            for _section, block in self._card.blocks():
                inside = block.span.start <= span.start < block.span.end
                if inside and isinstance(block, CodeBlock) and block.code.strip() == text.strip():
                    self._understood.blocks.add(block.span)
        return found

    def _claimed(self, identity: Identity, settings: Settings, *, own_code: bool) -> None:
        """Note where the claims stand that the manifest repeats."""
        facts, places = self._card.facts, self._understood.places
        places += self._origins(identity.base_model)
        places += settings.places
        self._understood.rest.update(settings.rest)
        code = {block.code_span: block for _section, block in self._card.blocks() if isinstance(block, CodeBlock)}
        for snippet in facts.snippets if own_code else ():
            told = snippet.language in ("python", "py", "") and not for_other_runtime(snippet.code)
            own = any(name == facts.repo_id for name, _place in snippet.model_ids)
            if told and own and only_loads(snippet.code) and snippet.span in code:
                self._understood.snippets.add(code[snippet.span].span)
