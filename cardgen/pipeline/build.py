"""Manifest → measured card: resolve, plan, run what is missing, render, write."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cardgen
from cardgen.card.assemble import (
    CardPlace,
    assemble_card,
    card_place,
    leaderboard_files,
    render_loaded,
    render_manifest,
)
from cardgen.card.metadata.eval_results import FOLDER as EVAL_RESULTS
from cardgen.errors import (
    CardgenError,
    EnvironmentMissingError,
    EvidenceError,
    ManifestError,
    Problem,
    ResolveError,
    StepError,
    shown,
)
from cardgen.manifest.grid import GRID
from cardgen.manifest.model import LoadedManifest
from cardgen.manifest.rules.runs import refuse_runs
from cardgen.plan.steps import Plan, plan_steps, reported_records, run_backends, run_variants
from cardgen.records.codec import dump_json, seal
from cardgen.records.model import DoneRecord, Environment, Evidence, Failure, InheritedCard, Resolution
from cardgen.records.store import Store, write_atomically
from cardgen.run.base_card import read_base_card
from cardgen.run.environments import (
    choose_environments,
    current_environment,
    ensure_environment,
    managed_environment,
)
from cardgen.run.progress import Reporter, Silent
from cardgen.run.resolve import materialise, resolve
from cardgen.run.scheduler import DEFAULT_TIME_LIMIT_S, Outcome, Resources, run_plan

CURRENT = "current"


@dataclass(frozen=True)
class Settings:
    """How a build is to run; nothing here changes what it computes."""

    output: Path | None = None
    """Folder for ``NAME/``; by default ``cards/`` in the project."""
    environment: str = "managed"
    """``managed``, or ``current`` for the running interpreter."""
    pip_args: tuple[str, ...] = ()
    refresh: bool = False
    """Resolve branch names on the Hub again."""
    force: bool = False
    """Run every step anew."""
    measure: bool = False
    """Run the variants that are reported, too."""
    time_limit_s: float = DEFAULT_TIME_LIMIT_S


@dataclass(frozen=True)
class Prepared:
    """A manifest's plan, before anything runs."""

    variants: tuple[str, ...]
    """Names of those that are run."""
    plan: Plan
    resolutions: Mapping[str, Resolution]
    paths: Mapping[str, Path]
    """Of local inputs, by resolution name."""
    environments: Mapping[str, Environment]
    """By backend."""
    committed: Mapping[str, DoneRecord]
    """Records of the committed evidence, by fingerprint."""
    store: Store
    inherited: InheritedCard | None
    """The base model's card, as the committed evidence holds it."""


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


def prepare(loaded: LoadedManifest, settings: Settings, reporter: Reporter) -> Prepared:
    """Resolve the manifest's names and lay out its steps.

    Raises:
        ResolveError: where an input cannot be found or reached.
        EnvironmentMissingError: where ``current`` does not meet a backend's requirements.
    """
    manifest = loaded.manifest
    store = Store(loaded.root, warn=reporter.log)
    evidence = _committed_evidence(loaded, settings, reporter)
    also = (*manifest.reported_variants, GRID) if settings.measure else evidence.measured if evidence else ()
    variants = run_variants(manifest, also)
    refuse_runs(loaded, variants)
    known = {**store.resolutions(), **(evidence.resolutions if evidence else {})}
    resolutions, paths = resolve(loaded, variants, known=known, refresh=settings.refresh, reporter=reporter)
    base = resolutions.get("base_model")
    if manifest.metadata.license is None and (base is None or base.license is None):
        reporter.log(f"{loaded.path.name}: no licence is known; name it under metadata.license")
    for resolution in resolutions.values():
        if resolution.source.origin == "hub":
            store.keep_resolution(resolution)
    _refuse_calibration_on_test_data(loaded, resolutions)
    environments = _environments(run_backends(manifest, variants), settings)
    plan = plan_steps(manifest, variants, resolutions, environments)
    committed = {record.fingerprint: record for record in evidence.records} if evidence else {}
    inherited = evidence.inherited if evidence else None
    return Prepared(variants, plan, resolutions, paths, environments, committed, store, inherited)


def build(loaded: LoadedManifest, settings: Settings | None = None, reporter: Reporter | None = None) -> Built:
    """Measure what is not measured yet, and write the card and its evidence.

    With a failed step the card and evidence on disk stay as they were, and what was finished is kept.

    Raises:
        ResolveError: where an input cannot be found or reached.
        EnvironmentMissingError: where an environment cannot be made; the other environments' steps are finished.
        StepError: where a step failed; the other steps are finished.
    """
    settings, reporter = settings or Settings(), reporter or Silent()
    prepared = prepare(loaded, settings, reporter)

    def interpreter(name: str) -> Path:
        return Path(sys.executable) if name == CURRENT else ensure_environment(name, reporter, settings.pip_args)

    def files(name: str) -> Path | None:
        if name in prepared.paths:
            return prepared.paths[name]
        resolution = prepared.resolutions[name]
        return materialise(resolution, reporter) if resolution.what == "model" else None

    inherited = _inherited(loaded, prepared, files, reporter)  # before the steps, since it may be unreadable
    resources = Resources(interpreter, files, reporter, settings.time_limit_s)
    outcome = run_plan(prepared.plan, prepared.store, prepared.committed, resources, force=settings.force)
    _raise_failures(loaded, prepared.plan, outcome)
    evidence = seal(
        Evidence(
            cardgen=cardgen.__version__,
            resolutions=dict(sorted(prepared.resolutions.items())),
            environments=dict(sorted(prepared.environments.items())),
            measured=prepared.variants,
            records=tuple(outcome.records[step.fingerprint] for step in prepared.plan.steps),
            reported=reported_records(loaded.manifest),
            inherited=inherited,
        )
    )
    place = card_place(loaded, settings.output)
    card = assemble_card(loaded, evidence, place)
    _write(loaded, place, render_loaded(loaded, card), evidence, dump_json(evidence))
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


def render(loaded: LoadedManifest, output: Path | None = None) -> CardPlace:
    """Write the card anew from its committed evidence; nothing runs and nothing is resolved.

    Raises:
        EvidenceError: where there is no evidence, or it lacks a step that the manifest asks for.
    """
    committed = card_place(loaded)
    evidence = committed.read_evidence()
    text = render_manifest(loaded, evidence, committed)
    place = card_place(loaded, output)
    _write(loaded, place, text, evidence, committed.evidence.read_text(encoding="utf-8"))
    return place


def _write(loaded: LoadedManifest, place: CardPlace, text: str, evidence: Evidence, evidence_text: str) -> None:
    beside = leaderboard_files(loaded, evidence)
    try:
        write_atomically(place.evidence, evidence_text)
        write_atomically(place.readme, text)
        for path, content in beside.items():
            write_atomically(place.folder / path, content)
        if not beside:
            (place.folder / EVAL_RESULTS / f"{loaded.name}.yaml").unlink(missing_ok=True)
    except OSError as error:
        raise StepError(
            f"the card cannot be written to {place.folder}: {error.strerror}",
            remedy="Finished steps are kept in .cardgen/: the next build only writes the card.",
        ) from error


def _committed_evidence(loaded: LoadedManifest, settings: Settings, reporter: Reporter) -> Evidence | None:
    place = card_place(loaded)
    if not place.evidence.exists():
        return None
    try:
        return place.read_evidence()
    except EvidenceError as error:
        again = "It is not used; what it held is measured again"
        if loaded.manifest.reported_variants and not settings.measure:
            again += ", but what is reported only with --measure"
        reporter.log(f"{error.problems[0]}\n    {again}.")
        return None


def _refuse_calibration_on_test_data(loaded: LoadedManifest, resolutions: Mapping[str, Resolution]) -> None:
    """Files of the same content under two names; the manifest's own rules see only names."""
    if "evaluation" not in resolutions:
        return
    test = resolutions["evaluation"].source
    problems = [
        Problem(
            shown(loaded.path),
            None,
            None,
            f"variants.{name.removeprefix('calibration.')}.calibration.dataset",
            "has the same content as the evaluation's file, so that the score would flatter the model",
            "name other data",
        )
        for name, resolution in resolutions.items()
        if name.startswith("calibration.") and test.sha256 is not None and resolution.source.sha256 == test.sha256
    ]
    if problems:
        raise ManifestError(tuple(problems))


def _environments(backends: Sequence[str], settings: Settings) -> dict[str, Environment]:
    chosen: dict[str, Environment] = {}
    if settings.environment == CURRENT:
        for backend in backends:
            chosen[backend] = current_environment(backend)
        return chosen
    for backend, name in choose_environments(backends).items():
        chosen[backend] = managed_environment(backend, name)
    return chosen


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
    if not outcome.failed:
        return
    names = {step.fingerprint: step.name for step in plan.steps}
    told: dict[str, list[str]] = {}  # two steps may well fail for one reason, which is told once
    for fingerprint, failure in outcome.failed.items():
        told.setdefault(_failure_text(failure), []).append(names[fingerprint])
    lines = [f"{', '.join(steps)}: {text}" for text, steps in told.items()]
    lines += [
        f"{names[fingerprint]}: not run, since it needs `{names[cause]}`"
        for fingerprint, cause in outcome.skipped.items()
    ]
    kept = len(outcome.records)
    message = "\n".join(lines)
    card = "stays as it was" if card_place(loaded).readme.exists() else "is not written"
    remedy = f"The card of {loaded.name} {card}; {kept} finished {'step is' if kept == 1 else 'steps are'} kept."
    error: CardgenError
    if outcome.environment_error is not None:
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
