"""What a card says, decided and worded, ready to be laid out by a template: docs/templates.md, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cardgen.card.words.markdown import Markdown
from cardgen.catalog.layout import ASSETS
from cardgen.catalog.loading import Language
from cardgen.catalog.plots import PlotKind


@dataclass(frozen=True)
class Usage:
    """How to load one variant."""

    title: str
    """Such as ``pytorch: PyTorch, static INT8``."""
    install: str
    """A shell command, at the versions that were measured."""
    snippet: str
    """The code."""
    notes: tuple[Markdown, ...]
    """Whether the code was run and with what; warnings."""
    language: Language = "python"
    """Of the code, as a fence names it."""


@dataclass(frozen=True)
class Disclosure:
    """An inconsistency in reported figures that cardgen can see and cannot mend."""

    rule: str
    """The lint rule that would find it."""
    text: Markdown


@dataclass(frozen=True)
class DetailTable:
    """One section of a model card (Mitchell et al., 2019)."""

    name: str
    """Such as ``intended_use``."""
    title: str
    table: Markdown
    """A row for each thing that is known; empty where nothing is."""
    unknown: str
    """What is not known, as a list in a sentence; empty where everything is."""


Section = Literal["results", "files", "quantization", "measured runs", "reported runs"]
"""A part of a card that plots stand in."""


@dataclass(frozen=True)
class Plot:
    """A picture of figures that the card gives, in a file beside it."""

    kind: PlotKind
    section: Section
    """The part of the card that it stands in."""
    file: str
    """Its name, in the folder of pictures."""
    picture: Markdown
    """The picture, with text for those who do not see it."""
    caption: Markdown
    """How to read it, and what is not in it."""
    svg: str
    """What the file holds."""

    @property
    def path(self) -> str:
        """Where it lies, relative to the card."""
        return f"{ASSETS}/{self.file}"


@dataclass(frozen=True)
class Sweep:
    """A table of runs, and what they share."""

    whose: str
    """Ends the headings where there are two sweeps: ``of the measured runs``; empty where there is one."""
    setting: Markdown
    """On what data, how long, on which machine."""
    fixed: tuple[Markdown, ...]
    """A line for each parameter with one value."""
    varied: tuple[Markdown, ...]
    """A line for each parameter with several."""
    scores: Markdown
    """A table: a row per run, a column per metric; empty where none is given."""
    notes: tuple[Markdown, ...]
    """What a reader of the scores must know, such as that one collapsed."""
    times: tuple[tuple[str, Markdown], ...]
    """A heading and a table for each batch size and input length."""
    plots: tuple[Plot, ...] = ()
    """One for each batch size and input length that several runs have figures of."""


@dataclass(frozen=True)
class ImportedTable:
    """A table of what evaluation tools measured of one model."""

    title: Markdown
    table: Markdown


@dataclass(frozen=True)
class Imported:
    """What evaluation tools measured, as their results files say."""

    note: Markdown
    """How to read the tables."""
    tables: tuple[ImportedTable, ...]
    files: tuple[Markdown, ...]
    """A line for each file: whose, by which tool, and where it can be read."""
    conditions: Markdown
    """A table: under which conditions each task was measured."""
    notes: tuple[Markdown, ...]
    """What a reader of the figures must know."""


@dataclass(frozen=True)
class Inherited:
    """The base model's card."""

    notice: Markdown
    """Whose words these are, and what they are about."""
    text: Markdown
    """The card's body: its words as they were, its loading code replaced, its results marked as the base model's."""


@dataclass(frozen=True)
class Card:
    """The context of a card template. Plain strings are escaped as they are printed; `Markdown` is not.

    A table that does not apply is empty, and so false in a condition.
    """

    front_matter: Mapping[str, Any]
    title: str
    repo_id: str
    task: str
    """The Hub's pipeline tag, or ``multiple-choice``."""
    base_model: Markdown
    """By id, linked where it is on the Hub."""
    license: str | None
    """Identifier."""
    summary: Markdown
    """A paragraph: what this is, made from what, how."""
    headline: tuple[Markdown, ...]
    """A line per variant: what quantizing cost, and what it saved."""
    results_note: Markdown
    results: Markdown
    """A table: a row per variant and measure."""
    fidelity: tuple[Markdown, ...]
    """A line per variant that was scored: how far its answers are FP32's, whatever both score."""
    quantization: Markdown
    """A table: a column per variant."""
    quantization_notes: tuple[Markdown, ...]
    inspected: Markdown
    """A table of what the files of variants show that somebody else made: a column per variant."""
    inspected_notes: tuple[Markdown, ...]
    files: Markdown
    """A table of these files: a row each, with scheme, bits per weight, size and hash."""
    files_notes: tuple[Markdown, ...]
    download: str
    """Commands that fetch them, one per variant."""
    export: Markdown
    """A table: a column per export."""
    export_notes: tuple[Markdown, ...]
    answers: Markdown
    """What the model's output can be."""
    usage: tuple[Usage, ...]
    usage_notes: tuple[Markdown, ...]
    """Which of that code was not run, and which variants no library loads."""
    imported: Imported | None
    base_results: Markdown
    """A table of what others report of the base model."""
    base_results_note: Markdown
    sweeps: tuple[Sweep, ...]
    """The runs that were measured, and those that others report."""
    plots: tuple[Plot, ...]
    """All pictures, those of the runs among them."""
    details: tuple[DetailTable, ...]
    """Those sections that the manifest describes; for a model-card, all of them."""
    inherited: Inherited | None
    measured: bool
    """Whether cardgen measured anything for this card."""
    reported: bool
    """Whether anything in it was measured by others."""
    measurement: Markdown
    """A table: how the results were measured."""
    measurement_notes: tuple[Markdown, ...]
    disclosures: tuple[Disclosure, ...]
    versions: Markdown
    """A table: a column per environment."""
    citation: str
    """A BibTeX entry, or empty."""
    manifest: str
    """The manifest's file name."""
    needs: tuple[str, ...]
    """Local inputs, as the manifest writes their paths."""
    cardgen: str
    """Version of cardgen that gathered the evidence."""
    prose: Mapping[str, Markdown]
    """A person's words by section, as they were written."""

    def detail(self, name: str) -> DetailTable | None:
        """One section of the details, where there is one."""
        return next((table for table in self.details if table.name == name), None)
