"""A manifest with what lies beside it → all that a preview shows of the card."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeVar

from cardgen.card.assemble import README, CardPlace, card_place
from cardgen.card.facts.gather import gather_facts
from cardgen.card.facts.joined import Facts
from cardgen.catalog.layout import ASSETS
from cardgen.errors import Problem, ProblemsError, shown
from cardgen.export.beside import card_files
from cardgen.inherit.front_matter import read_front_matter
from cardgen.inherit.markdown.passage import Passage
from cardgen.manifest.model import LoadedManifest
from cardgen.reading import CARD_BYTES, read_text
from cardgen.records.evidence import Evidence
from cardgen.review.check.card import check
from cardgen.review.check.report import CheckReport
from cardgen.review.check.words import explained
from cardgen.review.preview.figures.variants import VariantFigures, evidence_dates, variant_figures
from cardgen.review.preview.hub.chips import Chip, chips
from cardgen.review.preview.hub.evaluation import EvaluationResult, evaluation_results
from cardgen.review.preview.hub.files import RepositoryFile, repository_files
from cardgen.review.preview.hub.harmless import harmless
from cardgen.review.preview.hub.markdown import markdown_html

T = TypeVar("T")

Severity = Literal["error", "warning", "note"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "note")
"""The worst first."""

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg")
"""What a page may show of the ``assets`` beside a card; in a picture, not even an SVG runs anything."""


@dataclass(frozen=True)
class Notice:
    """Something that a person must look at, or know."""

    severity: Severity
    message: str
    remedy: str = ""
    detail: str = ""
    """A unified diff, or why each step is to run again."""


@dataclass(frozen=True)
class CardView:
    """One card, ready to be laid out."""

    name: str
    """The manifest's stem."""
    manifest: str
    """The manifest as a user would type it."""
    repo_id: str
    title: str
    task: str
    built: bool
    """Whether there is evidence."""
    notices: tuple[Notice, ...] = ()
    """The worst first."""
    chips: tuple[Chip, ...] = ()
    results: tuple[EvaluationResult, ...] = ()
    body: str = ""
    """HTML that is harmless."""
    files: tuple[RepositoryFile, ...] = ()
    unknown_files: tuple[str, ...] = ()
    """Variants whose files are not known, because they were not made here."""
    pictures: tuple[tuple[str, Path], ...] = ()
    """Path relative to the card's folder, and the file."""
    plots: tuple[tuple[str, str], ...] = ()
    """The same of plots, and the text of each as it is drawn now."""
    figures: tuple[VariantFigures, ...] = ()
    reported: bool = False
    """Whether others report any of its figures."""
    imported: bool = False
    """Whether evaluation tools measured any of them."""
    inspected: bool = False
    """Whether the files of models were read that somebody else made."""
    dates: tuple[str, str] | None = None
    """The days of the oldest and the newest record."""
    unreadable: bool = False
    """Whether the manifest, the evidence or a template is wrong, so that the card is not shown as it would be built."""

    @property
    def needs_a_look(self) -> bool:
        """Whether a check would fail."""
        return self.count("error") > 0

    def count(self, severity: Severity) -> int:
        """How many notices are of this severity."""
        return sum(notice.severity == severity for notice in self.notices)


def card_view(loaded: LoadedManifest) -> CardView:
    """What a preview shows of a card: as its manifest and evidence say it now, else as it is committed.

    Whatever cannot be read or does not fit is told among the notices.
    """
    place = card_place(loaded)
    notices: list[Notice] = []
    evidence = _tried(place.read_evidence, notices) if place.evidence.exists() else None
    report = _tried(lambda: check(loaded), notices) if evidence else None
    facts = _gathered(loaded, evidence, place) if evidence else None
    made = None
    if evidence is not None and facts is not None:
        made = _tried(lambda: card_files(loaded, evidence, place), notices)
    faults = tuple(notices)
    card = made[README] if made else _committed(place, notices)
    notices += _found(report) if report else ()
    front_matter, body, fault = card_parts(card or "")
    if fault:
        notices.append(Notice("error", f"the card's metadata cannot be read: {fault}"))
    plots = {path: text for path, text in (made or {}).items() if path.startswith(f"{ASSETS}/")}
    pictures = tuple((path, file) for path, file in card_pictures(place) if path not in plots)
    manifest = loaded.manifest
    texts = plots if card is None else {README: card, **plots}
    return CardView(
        name=loaded.name,
        manifest=shown(loaded.path),
        repo_id=manifest.repo_id,
        title=manifest.title,
        task=manifest.task,
        built=evidence is not None,
        notices=tuple(sorted(dict.fromkeys(notices), key=lambda notice: SEVERITIES.index(notice.severity))),
        chips=chips(front_matter),
        results=evaluation_results(front_matter),
        body=harmless(markdown_html(body), manifest.repo_id, [*plots, *(path for path, _file in pictures)]),
        files=repository_files(place, texts, (loaded.path.name, loaded.path.stat().st_size), facts),
        unknown_files=tuple(fact.name for fact in facts.variants if fact.run is None and fact.inspected is None)
        if facts
        else (),
        pictures=pictures,
        plots=tuple(plots.items()),
        figures=variant_figures(facts) if facts else (),
        reported=bool(facts and facts.reported),
        imported=bool(facts and facts.evidence.imported),
        inspected=bool(evidence and evidence.inspected),
        dates=evidence_dates(facts) if facts else None,
        unreadable=bool(faults),
    )


def _tried(make: Callable[[], T], notices: list[Notice]) -> T | None:
    try:
        return make()
    except ProblemsError as error:
        notices += map(problem_notice, error.problems)
        return None


def _gathered(loaded: LoadedManifest, evidence: Evidence, place: CardPlace) -> Facts | None:
    """The facts; ``None`` where the evidence does not fit the manifest, which a check tells better."""
    return _tried(lambda: gather_facts(loaded.manifest, evidence, shown(place.evidence)), [])


def problem_notice(problem: Problem) -> Notice:
    """What is wrong with a file, with its place."""
    whole, _line, _rest = str(problem).partition("\n    ")
    return Notice("error", whole, problem.remedy)


def _committed(place: CardPlace, notices: list[Notice]) -> str | None:
    """The card as it lies there; the notices say so."""
    try:
        text = read_text(place.readme, CARD_BYTES, errors="replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        notices.append(Notice("error", f"{shown(place.readme)} cannot be read: {error.strerror}"))
        return None
    notices.append(Notice("note", f"{shown(place.readme)} is shown as it lies there, not as it would be built now"))
    return text


def _found(report: CheckReport) -> Iterator[Notice]:
    for finding in report.findings:
        detail = finding.detail or "\n".join(explained(finding.steps))
        yield Notice("error", finding.message, finding.remedy, detail)
    for found in report.lint:
        if found.severity == "warning":
            message = f"line {found.line} of the card: {found.message} [{found.rule}]"
            yield Notice("warning", message, found.remedy)
    for path in report.unverified:
        yield Notice("note", f"{path} is not on this machine: not verified")


def card_parts(card: str) -> tuple[dict[str, object], str, str | None]:
    """Metadata, Markdown, and why the metadata cannot be read."""
    passage = Passage.whole(card).with_line_feeds()
    found, start = read_front_matter(passage)
    return dict(found.data) if found else {}, passage.text[start:], found.error if found else None


def card_pictures(place: CardPlace) -> Iterator[tuple[str, Path]]:
    """Pictures beside a card, by their path; a link that leads out of the folder gives nothing away."""
    inside = place.folder.resolve()
    for path in sorted((place.folder / ASSETS).rglob("*")):
        if path.is_file() and path.suffix.lower() in PICTURES and path.resolve().is_relative_to(inside):
            yield path.relative_to(place.folder).as_posix(), path
