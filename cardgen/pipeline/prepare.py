"""A manifest → its plan: names resolved, environments chosen, nothing run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cardgen.card.assemble import card_place
from cardgen.catalog.tasks import TASKS
from cardgen.data.needs import Need
from cardgen.errors import EvidenceError
from cardgen.manifest.grid import GRID
from cardgen.manifest.model import LoadedManifest
from cardgen.manifest.rules.runs import refuse_runs
from cardgen.pipeline.adopted import adopted_folder, read_adopted
from cardgen.pipeline.data import look_at_data
from cardgen.pipeline.generation import refuse_generation
from cardgen.pipeline.imported import Imported, read_imported, subjects
from cardgen.pipeline.model import BASE_MODEL, look_at_base_model
from cardgen.plan.adopted import adopted_input
from cardgen.plan.model import Plan, Step
from cardgen.plan.steps import plan_steps, run_backends, run_variants
from cardgen.records.environment import Environment
from cardgen.records.evidence import Evidence, InheritedCard
from cardgen.records.inputs import Resolution
from cardgen.records.inspected import InspectedRecord
from cardgen.records.record import DoneRecord
from cardgen.records.states import LocalInput
from cardgen.records.store import Store
from cardgen.run.environments import choose_environments, current_environment, managed_environment
from cardgen.run.progress import Reporter
from cardgen.run.resolve import resolve, resolve_generation
from cardgen.run.scheduler import DEFAULT_TIME_LIMIT_S

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
    isolated: bool = False
    """Give each step a process that starts from nothing."""
    overwrite: bool = False
    """Write the card even where it was edited by hand."""
    jobs: int = 1
    """How many steps run at once."""
    shared: str | None = None
    """URL of a store that a team shares."""
    large: bool = False
    """Run a grid however many runs it comes to."""


@dataclass(frozen=True)
class Prepared:
    """A manifest's plan, before anything runs."""

    variants: tuple[str, ...]
    """Names of those that are run."""
    plan: Plan
    resolutions: Mapping[str, Resolution]
    inputs: Mapping[str, LocalInput]
    """Those that are local, by resolution name."""
    environments: Mapping[str, Environment]
    """By backend."""
    committed: Mapping[str, DoneRecord]
    """Records of the committed evidence, by fingerprint."""
    store: Store
    inherited: InheritedCard | None
    """The base model's card, as the committed evidence holds it."""
    imported: Imported
    """What results files say."""
    missing: tuple[Step, ...] = ()
    """Steps that no record is known of."""
    unseen: tuple[Need, ...] = ()
    """Uses of data that only a worker can look at, by steps that are to run."""
    inspected: tuple[InspectedRecord, ...] = ()
    """What the files of models show that somebody else made."""


def prepare(loaded: LoadedManifest, settings: Settings, reporter: Reporter) -> Prepared:
    """Resolve the manifest's names and lay out its steps.

    Raises:
        ManifestError: where the files of a model that somebody else made cannot be read, the data are not what the
            manifest says, as far as that shows without a library, or the base model's files show that something is
            missing for it to write text.
        ResolveError: where an input cannot be found or reached.
        EnvironmentMissingError: where ``current`` does not meet a backend's requirements.
    """
    manifest = loaded.manifest
    store = Store(loaded.root, warn=reporter.log)
    evidence = _committed_evidence(loaded, settings, reporter)
    inspected = read_adopted(loaded, evidence, reporter, refresh=settings.refresh)
    also = (*manifest.reported_variants, GRID) if settings.measure else evidence.measured if evidence else ()
    variants = run_variants(manifest, also, inspected)
    refuse_runs(loaded, variants)
    known = {**store.resolutions(), **(evidence.resolutions if evidence else {})}
    resolutions, inputs = resolve(loaded, variants, known=known, refresh=settings.refresh, reporter=reporter)
    adopted = [name for name in variants if name in manifest.adopted_variants]
    inputs |= {adopted_input(name): adopted_folder(loaded, name) for name in adopted}
    base = resolutions.get("base_model")
    if base is not None and manifest.task in TASKS and TASKS[manifest.task].generates:
        local = inputs.get("base_model")
        base = resolutions["base_model"] = resolve_generation(loaded, base, local.path if local else None)
        refuse_generation(loaded, base)
    imported = read_imported(loaded, subjects(manifest, resolutions, inspected), evidence, reporter.log)
    if manifest.metadata.license is None and (base is None or base.license is None):
        reporter.log(f"{loaded.path.name}: no licence is known; name it under metadata.license")
    for resolution in resolutions.values():
        if resolution.source.origin == "hub":
            store.keep_resolution(resolution)
    environments = _environments(run_backends(manifest, variants), settings)
    plan = plan_steps(manifest, variants, resolutions, environments, inspected)
    committed = {record.fingerprint: record for record in evidence.records} if evidence else {}
    inherited = evidence.inherited if evidence else None
    missing = tuple(
        step
        for step in plan.steps
        if settings.force or (step.fingerprint not in committed and store.record(step.fingerprint) is None)
    )
    if BASE_MODEL in inputs:
        look_at_base_model(loaded, missing, inputs[BASE_MODEL].path)
    unseen = look_at_data(loaded, missing, resolutions, inputs, store)
    return Prepared(
        variants,
        plan,
        resolutions,
        inputs,
        environments,
        committed,
        store,
        inherited,
        imported,
        missing,
        unseen,
        inspected,
    )


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


def _environments(backends: Sequence[str], settings: Settings) -> dict[str, Environment]:
    chosen: dict[str, Environment] = {}
    if settings.environment == CURRENT:
        for backend in backends:
            chosen[backend] = current_environment(backend)
        return chosen
    for backend, name in choose_environments(backends).items():
        chosen[backend] = managed_environment(backend, name)
    return chosen
