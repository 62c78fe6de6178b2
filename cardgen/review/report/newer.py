"""What another lock of an environment would measure anew: the steps whose outcome its versions could change."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cardgen.card.assemble import card_place
from cardgen.catalog.backends import BACKENDS
from cardgen.catalog.environments import ENVIRONMENTS, EnvironmentInfo, normalised
from cardgen.catalog.suggest import remedy_for
from cardgen.errors import EvidenceError, UsageError, shown
from cardgen.manifest.model import LoadedManifest
from cardgen.plan.steps import plan_steps
from cardgen.reading import TEXT_BYTES, read_text
from cardgen.records.environment import Environment
from cardgen.records.frozen import Frozen
from cardgen.review.check.asked import asked_now
from cardgen.review.check.why import stale_steps
from cardgen.review.check.words import short

_SUFFIX = ".lock.txt"


class AnewStep(Frozen):
    """A step that would run again."""

    manifest: str
    step: str
    why: tuple[str, ...]
    """The packages of another version; empty where it only follows another step."""
    follows: tuple[str, ...]
    """Steps that it needs and that would run again."""
    seconds: float | None
    """That it took when it ran last; ``None`` where the evidence holds no record under its name."""


class AnewReport(Frozen):
    """What would be measured anew, in the order of the manifests and of their plans."""

    version: Literal[1] = 1
    environment: str
    steps: tuple[AnewStep, ...]
    manifests: int
    """That were looked at."""


@dataclass(frozen=True)
class Lock:
    """Versions that an environment is to have."""

    environment: str
    packages: dict[str, str]
    """By normalised name."""


def find_lock(named: str) -> Lock:
    """The lock of a managed environment, or a file ``NAME.lock.txt`` with another lock of it.

    Raises:
        UsageError: where there is neither, or the file is no lock.
    """
    if named in ENVIRONMENTS:
        return Lock(named, dict(ENVIRONMENTS[named].packages))
    path = Path(named)
    name = path.name.removesuffix(_SUFFIX)
    if not path.is_file():
        remedy = f"{remedy_for(named, tuple(ENVIRONMENTS))}; or name a file such as onnxruntime{_SUFFIX}."
        raise UsageError(f"there is no environment and no file {named!r}", remedy=remedy)
    if not path.name.endswith(_SUFFIX) or name not in ENVIRONMENTS:
        names = " or ".join(f"{known}{_SUFFIX}" for known in ENVIRONMENTS)
        raise UsageError(f"{shown(path)} does not say which environment it is of", remedy=f"Name it {names}.")
    try:
        text = read_text(path, TEXT_BYTES)
        packages = dict(EnvironmentInfo(name, (), (), text).packages)
    except UnicodeDecodeError as error:
        raise UsageError(f"{shown(path)} is not UTF-8", remedy="Save it as UTF-8.") from error
    except OSError as error:
        raise UsageError(f"{shown(path)} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"{shown(path)}: {error}", remedy="A lock has one name==version a line.") from error
    if not packages:
        raise UsageError(f"{shown(path)} locks nothing", remedy="A lock has one name==version a line.")
    return Lock(name, packages)


def measured_anew(loaded: LoadedManifest, lock: Lock) -> tuple[tuple[AnewStep, ...], EvidenceError | None]:
    """The steps of a manifest that a lock would have run again, but for those that are to run already.

    Raises:
        UsageError: where the lock lacks a package that a result depends on.
    """
    place = card_place(loaded)
    if not place.evidence.exists():
        return (), None
    try:
        evidence = place.read_evidence()
    except EvidenceError as error:
        return (), error
    asked = asked_now(loaded, evidence)
    environments = {
        backend: _locked(lock, backend) if found.name == lock.environment else found
        for backend, found in asked.environments.items()
    }
    plans = [
        plan_steps(loaded.manifest, asked.variants, asked.resolutions, each)
        for each in (asked.environments, environments)
    ]
    now, then = (stale_steps(plan.steps, evidence.records) for plan in plans)
    already = {step.name for step in now}
    seconds = {record.step: record.seconds for record in evidence.records}
    return (
        tuple(
            AnewStep(
                manifest=loaded.name,
                step=step.name,
                why=tuple(short(reason) for reason in step.reasons if reason.kind != "need"),
                follows=step.causes,
                seconds=seconds.get(step.name),
            )
            for step in then
            if step.name not in already
        ),
        None,
    )


def _locked(lock: Lock, backend: str) -> Environment:
    wanted = BACKENDS[backend].decisive_packages
    missing = [name for name in wanted if normalised(name) not in lock.packages]
    if missing:
        raise UsageError(
            f"the lock of {lock.environment} lacks {', '.join(missing)}, on which results of {backend} depend",
            remedy="Give a whole lock, as `pip freeze` in the environment prints it.",
        )
    return Environment(name=lock.environment, packages={name: lock.packages[normalised(name)] for name in wanted})
