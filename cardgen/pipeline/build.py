"""Runs what is missing of plans, and writes cards and their evidence."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cardgen
from cardgen.card.assemble import CardPlace, assemble_card, card_place
from cardgen.errors import CardgenError, EnvironmentMissingError, ResolveError, StepError, shown
from cardgen.export.beside import card_files
from cardgen.manifest.model import LoadedManifest
from cardgen.pipeline.data import look_of_worker
from cardgen.pipeline.edits import refuse_edits
from cardgen.pipeline.model import BASE_MODEL, look_at_base_model, reads_base_model
from cardgen.pipeline.prepare import CURRENT, Prepared, Settings, prepare
from cardgen.pipeline.records import named_records
from cardgen.pipeline.sweep import refuse_large_sweep
from cardgen.pipeline.write import write_card
from cardgen.plan.model import Plan
from cardgen.plan.steps import reported_records
from cardgen.records.evidence import Evidence, InheritedCard
from cardgen.records.record import Failure
from cardgen.run.base_card import read_base_card
from cardgen.run.environments import ensure_environment
from cardgen.run.executors.local import LocalExecutor
from cardgen.run.part import Part
from cardgen.run.progress import Reporter, Silent
from cardgen.run.resolve import materialise
from cardgen.run.scheduler import Resources, run_parts
from cardgen.run.shared import SharedStore
from cardgen.run.step import NO_ENVIRONMENT, Outcome


@dataclass(frozen=True)
class Built:
    """What a build made."""

    manifest: Path
    place: CardPlace
    title: str
    headline: tuple[str, ...]
    """A line per variant, in Markdown: what quantizing cost, and what it saved."""
    evidence: Evidence
    ran: tuple[str, ...]
    """Names of the steps that ran now."""
    stored: tuple[str, ...]
    """Names of the steps whose results were there already."""


Each = Callable[[LoadedManifest, Built | CardgenError], None]


def _ignore(_loaded: LoadedManifest, _built: Built | CardgenError) -> None:
    """Nobody waits for it."""


def build(loaded: LoadedManifest, settings: Settings | None = None, reporter: Reporter | None = None) -> Built:
    """Measure what is not measured yet, and write the card and its evidence.

    With a failed step the card and evidence on disk stay as they were, and what was finished is kept.

    Raises:
        FindingsError: where the card was edited by hand since cardgen wrote it; nothing was run.
        ManifestError: where the data are not what the manifest says: before an environment is made, or where reading
            them takes one, before the first step.
        ResolveError: where an input cannot be found or reached.
        EnvironmentMissingError: where an environment cannot be made; the other environments' steps are finished.
        StepError: where a step failed; the other steps are finished.
        UsageError: where a grid comes to more runs than are begun without being told to; nothing was run.
    """
    (built,) = build_all((loaded,), settings, reporter)
    if isinstance(built, CardgenError):
        raise built
    return built


def build_all(
    manifests: Sequence[LoadedManifest],
    settings: Settings | None = None,
    reporter: Reporter | None = None,
    each: Each = _ignore,
) -> tuple[Built | CardgenError, ...]:
    """Build several cards: what their manifests share is measured once.

    Args:
        manifests: what is built.
        settings: how.
        reporter: hears how it goes.
        each: told of every card as soon as it is written, or cannot be.

    Returns:
        What became of each manifest, in their order: what :func:`build` returns or raises.
    """
    settings, reporter = settings or Settings(), reporter or Silent()
    ended: dict[Path, Built | CardgenError] = {}

    def end(loaded: LoadedManifest, built: Built | CardgenError) -> None:
        ended[loaded.path] = built
        each(loaded, built)

    begun: dict[Path, list[_Card]] = {}  # by project, each of which has a store
    for loaded in manifests:
        try:
            card = _Card.begin(loaded, settings, reporter)
        except CardgenError as error:
            end(loaded, error)
        else:
            begun.setdefault(card.prepared.store.root, []).append(card)
    for cards in begun.values():
        _run(cards, settings, reporter, end)
    return tuple(ended[loaded.path] for loaded in manifests)


def _run(cards: Sequence[_Card], settings: Settings, reporter: Reporter, end: Each) -> None:
    def interpreter(name: str) -> Path:
        return Path(sys.executable) if name == CURRENT else ensure_environment(name, reporter, settings.pip_args)

    def executor(place: Path) -> LocalExecutor:
        return LocalExecutor(place, jobs=settings.jobs, isolated=settings.isolated)

    def settled(number: int, outcome: Outcome) -> None:
        card = cards[number]
        try:
            built: Built | CardgenError = card.finish(outcome, outcome.refused.get(number))
        except CardgenError as error:
            built = error
        end(card.loaded, built)

    resources = Resources(interpreter, executor, reporter, settings.time_limit_s)
    parts = [card.part() for card in cards]
    store = cards[0].prepared.store
    shared = SharedStore(settings.shared, store, reporter.log) if settings.shared else None
    run_parts(parts, store, resources, force=settings.force, settled=settled, shared=shared)


@dataclass(frozen=True)
class _Card:
    """A card that is being built."""

    loaded: LoadedManifest
    prepared: Prepared
    place: CardPlace
    inherited: InheritedCard | None
    settings: Settings
    reporter: Reporter

    @classmethod
    def begin(cls, loaded: LoadedManifest, settings: Settings, reporter: Reporter) -> _Card:
        """All that can be refused before hours are spent."""
        place = card_place(loaded, settings.output)
        if not settings.overwrite:
            refuse_edits(loaded, place)
        prepared = prepare(loaded, settings, reporter)
        if not settings.large:
            refuse_large_sweep(loaded, prepared)
        files = _files(loaded, prepared, reporter)
        inherited = _inherited(loaded, prepared, files, reporter)
        if reads_base_model(prepared.missing):
            files(BASE_MODEL)  # now, since the model may be refused
        return cls(loaded, prepared, place, inherited, settings, reporter)

    def part(self) -> Part:
        """What is run of it."""
        prepared, loaded = self.prepared, self.loaded
        files = _files(loaded, prepared, self.reporter)
        return Part(
            loaded.name,
            prepared.plan.steps,
            files,
            prepared.inputs,
            prepared.committed,
            look_of_worker(loaded, prepared.unseen, prepared.resolutions, prepared.inputs, files, prepared.store),
        )

    def finish(self, outcome: Outcome, refused: CardgenError | None) -> Built:
        """Write it.

        Raises:
            CardgenError: where it was refused, or a step failed.
        """
        if refused is not None:
            raise refused
        loaded, prepared, place = self.loaded, self.prepared, self.place
        _raise_failures(loaded, prepared.plan, outcome)
        evidence = Evidence(
            cardgen=cardgen.__version__,
            resolutions=dict(sorted(prepared.resolutions.items())),
            environments=dict(sorted(prepared.environments.items())),
            measured=prepared.variants,
            records=named_records(prepared.plan, outcome.records),
            reported=reported_records(loaded.manifest),
            inspected=prepared.inspected,
            imported=prepared.imported.records,
            inherited=self.inherited,
        )
        card = assemble_card(loaded, evidence, place)
        made = card_files(loaded, evidence, place, card)
        copies = tuple(prepared.imported.copies.values())
        write_card(loaded, place, made, evidence, copies, overwrite=self.settings.overwrite, log=self.reporter.log)
        ran = set(outcome.ran)
        return Built(
            manifest=loaded.path,
            place=place,
            title=card.title,
            headline=card.headline,
            evidence=evidence,
            ran=tuple(step.name for step in prepared.plan.steps if step.fingerprint in ran),
            stored=tuple(step.name for step in prepared.plan.steps if step.fingerprint not in ran),
        )


def _files(loaded: LoadedManifest, prepared: Prepared, reporter: Reporter) -> Callable[[str], Path | None]:
    """From a resolution's name to its local files; ``None`` for a dataset that the worker loads itself."""

    def look(folder: Path) -> None:
        look_at_base_model(loaded, prepared.missing, folder)

    def files(name: str) -> Path | None:
        if name in prepared.inputs:
            return prepared.inputs[name].path
        resolution = prepared.resolutions[name]
        return materialise(resolution, reporter, look) if resolution.what == "model" else None

    return files


def _inherited(
    loaded: LoadedManifest, prepared: Prepared, files: Callable[[str], Path | None], reporter: Reporter
) -> InheritedCard | None:
    """The base model's card, for a card that takes it over: a file that the manifest names, else the model's own."""
    base = loaded.manifest.base_model
    if not loaded.manifest.takes_card_over or (base.card is None and not prepared.variants):
        return None
    try:
        if base.card is not None:
            return read_base_card(loaded.folder / base.card, base.card)
        source, before = prepared.resolutions["base_model"].source, prepared.inherited
        if before is not None and before.source == source and source.origin == "hub":
            return before  # a commit never changes
        folder = files("base_model")
        if folder is None:
            return None
        name = f"{base.path}/README.md" if base.path else f"README.md of {base.id}"
        found = read_base_card(folder / "README.md", name, source)
    except ResolveError as error:
        raise ResolveError(f"{shown(loaded.path)}: {error.message}", remedy=error.remedy) from error
    if found is None:
        reporter.log(f"{loaded.path.name}: there is no {name}, so that no card is taken over")
    return found


def _raise_failures(loaded: LoadedManifest, plan: Plan, outcome: Outcome) -> None:
    names = {step.fingerprint: step.name for step in plan.steps}
    failed = {digest: failure for digest, failure in outcome.failed.items() if digest in names}
    if not failed:
        return
    told: dict[str, list[str]] = {}  # two steps may well fail for one reason, which is told once
    for fingerprint, failure in failed.items():
        told.setdefault(_failure_text(failure), []).append(names[fingerprint])
    lines = [f"{', '.join(steps)}: {text}" for text, steps in told.items()]
    lines += [
        f"{names[fingerprint]}: not run, since it needs `{names[cause]}`"
        for fingerprint, cause in outcome.skipped.items()
        if fingerprint in names
    ]
    kept = sum(digest in outcome.records for digest in names)
    message = "\n".join(lines)
    card = "stays as it was" if card_place(loaded).readme.exists() else "is not written"
    remedy = f"The card of {loaded.name} {card}; {kept} finished {'step is' if kept == 1 else 'steps are'} kept."
    error: CardgenError
    if any(failure.type == NO_ENVIRONMENT for failure in failed.values()):
        error = EnvironmentMissingError(message, remedy=remedy)
    else:
        error = StepError(message, remedy=remedy)
    raise error


def _failure_text(failure: Failure) -> str:
    text = failure.message
    explained = failure.type == StepError.__name__  # told in full for people; the record keeps the rest
    for part in (failure.remedy, "" if explained else failure.detail):
        if part:
            text += "\n" + "\n".join(f"    {line}" for line in part.strip().splitlines())
    return text
