"""Is a committed card what its manifest and evidence say? Nothing runs, and nothing is asked of the Hub."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from cardgen.card.assemble import CardPlace, card_place, render_manifest
from cardgen.card.facts import plan_from_evidence
from cardgen.errors import shown
from cardgen.manifest.model import LoadedManifest
from cardgen.plan import dataset_refs
from cardgen.records.content import content_sha256
from cardgen.records.model import Evidence


@dataclass(frozen=True)
class Finding:
    """Something that a person must look at."""

    message: str
    remedy: str
    detail: str = ""
    """A unified diff, for a stale card."""


@dataclass(frozen=True)
class CheckReport:
    """What a check found on one card."""

    name: str
    findings: tuple[Finding, ...]
    unverified: tuple[str, ...]
    """Local inputs that are not on this machine, so that nobody can say whether they changed."""
    built: bool = True
    """Whether there is evidence; a manifest that has no card either is merely not built yet."""


def check(loaded: LoadedManifest) -> CheckReport:
    """Compare a card on disk with its manifest and evidence.

    Raises:
        EvidenceError: where the evidence cannot be read.
    """
    place = card_place(loaded)
    build = f"Run `cardgen build {loaded.path}`."
    if not place.evidence.exists():
        missing = Finding(f"{shown(place.evidence)} does not exist, so that nothing stands behind the card", build)
        return CheckReport(loaded.name, (missing,) if place.readme.exists() else (), (), built=False)
    evidence = place.read_evidence()
    unknown = [name for name in ("base_model", *dataset_refs(loaded.manifest)) if name not in evidence.resolutions]
    unknown += [v.backend for v in loaded.manifest.variants.values() if v.backend not in evidence.environments]
    if unknown:
        names = ", ".join(dict.fromkeys(unknown))
        stale = Finding(f"the manifest names what the evidence does not know: {names}", build)
        return CheckReport(loaded.name, (stale,), ())
    findings = [*_changed_inputs(loaded, evidence, build), *_missing_steps(loaded, evidence, place, build)]
    if not findings:
        findings += _stale_card(loaded, evidence, place)
    return CheckReport(loaded.name, tuple(findings), tuple(_unverified(loaded)))


def _local_inputs(loaded: LoadedManifest) -> Iterator[tuple[str, str]]:
    """Resolution name and path, as the manifest writes it, of every local input."""
    if loaded.manifest.base_model.path is not None:
        yield "base_model", loaded.manifest.base_model.path
    for name, (ref, _split) in dataset_refs(loaded.manifest).items():
        if ref.path is not None:
            yield name, ref.path


def _changed_inputs(loaded: LoadedManifest, evidence: Evidence, build: str) -> Iterator[Finding]:
    for name, path in _local_inputs(loaded):
        place = loaded.folder / path
        if place.exists() and content_sha256(place) != evidence.resolutions[name].source.sha256:
            yield Finding(f"{path} has changed since it was measured", build)


def _unverified(loaded: LoadedManifest) -> Iterator[str]:
    for _name, path in _local_inputs(loaded):
        if not (loaded.folder / path).exists():
            yield path


def _missing_steps(loaded: LoadedManifest, evidence: Evidence, place: CardPlace, build: str) -> Iterator[Finding]:
    plan = plan_from_evidence(loaded.manifest, evidence, shown(place.evidence))
    measured = {record.fingerprint for record in evidence.records}
    planned = {step.fingerprint for step in plan.steps}
    missing = [step.name for step in plan.steps if step.fingerprint not in measured]
    if missing:
        yield Finding(f"the manifest asks for what was not measured: {', '.join(missing)}", build)
    elif measured - planned:
        count = len(measured - planned)
        yield Finding(f"the evidence holds {count} records that the manifest does not ask for", build)


def _stale_card(loaded: LoadedManifest, evidence: Evidence, place: CardPlace) -> Iterator[Finding]:
    rendered = render_manifest(loaded, evidence, place)
    remedy = f"Run `cardgen build --render-only {loaded.path}`; a card is not edited by hand."
    if not place.readme.exists():
        yield Finding(f"{shown(place.readme)} does not exist", remedy)
        return
    committed = place.readme.read_bytes().decode("utf-8", errors="replace")
    if committed != rendered:
        diff = difflib.unified_diff(
            committed.splitlines(keepends=True),
            rendered.splitlines(keepends=True),
            f"{shown(place.readme)} (committed)",
            f"{shown(place.readme)} (from evidence)",
        )
        yield Finding(f"{shown(place.readme)} is not what its manifest and evidence say", remedy, _joined(diff))


def _joined(lines: Iterator[str]) -> str:
    return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines)
