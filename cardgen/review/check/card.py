"""Is a committed card what its manifest and evidence say? Nothing runs, and nothing is asked of the Hub."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from cardgen.card.assemble import CardPlace, card_place, leaderboard_files, render_manifest
from cardgen.card.facts.gather import plan_from_evidence
from cardgen.card.metadata.eval_results import FOLDER as EVAL_RESULTS
from cardgen.errors import shown
from cardgen.lint.engine import Finding as LintFinding
from cardgen.lint.engine import lint
from cardgen.manifest.model import LoadedManifest
from cardgen.pipeline.edits import edits
from cardgen.plan.layout import dataset_refs
from cardgen.plan.steps import reported_records, run_backends, run_variants
from cardgen.reading import CARD_BYTES, read_bytes
from cardgen.records.content import content_sha256
from cardgen.records.evidence import Evidence
from cardgen.review.check.base_card import base_card_faults, mending


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
    lint: tuple[LintFinding, ...] = ()
    """What lint says of the card; its errors are among the findings, notes are left out."""
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
    run = run_variants(loaded.manifest, evidence.measured)
    names = ("base_model", *dataset_refs(loaded.manifest, run)) if run else ()
    unknown = [name for name in names if name not in evidence.resolutions]
    backends = run_backends(loaded.manifest, run)
    unknown += [backend for backend in backends if backend not in evidence.environments]
    if unknown:
        listed = ", ".join(dict.fromkeys(unknown))
        stale = Finding(f"the manifest names what the evidence does not know: {listed}", build)
        return CheckReport(loaded.name, (stale,), ())
    inputs = tuple(_local_inputs(loaded, run))
    findings = [*_changed_inputs(loaded, evidence, inputs, build), *_missing_steps(loaded, evidence, place, build)]
    linted: tuple[LintFinding, ...] = ()
    if not findings:
        rendered = render_manifest(loaded, evidence, place)
        findings += _stale_files(loaded, evidence, place, rendered)
        report = lint(rendered, shown(place.readme))
        linted = tuple(found for found in report.told if found.severity != "note")
        findings += [
            Finding(
                f"{report.name}:{found.line}: {found.message} [{found.rule}]",
                mending(evidence, rendered, found.line, found.remedy),
            )
            for found in linted
            if found.severity == "error"
        ]
    unverified = tuple(path for _name, path in inputs if not (loaded.folder / path).exists())
    card = loaded.manifest.base_model.card
    if card is not None and not (loaded.folder / card).exists():
        unverified += (card,)
    return CheckReport(loaded.name, tuple(findings), unverified, linted)


def _local_inputs(loaded: LoadedManifest, run: Collection[str]) -> Iterator[tuple[str, str]]:
    """Resolution name and path, as the manifest writes it, of every local input of the variants that are run."""
    if run and loaded.manifest.base_model.path is not None:
        yield "base_model", loaded.manifest.base_model.path
    for name, (ref, _split) in dataset_refs(loaded.manifest, run).items():
        if ref.path is not None:
            yield name, ref.path


def _changed_inputs(
    loaded: LoadedManifest, evidence: Evidence, inputs: Iterable[tuple[str, str]], build: str
) -> Iterator[Finding]:
    for name, path in inputs:
        place = loaded.folder / path
        if place.exists() and content_sha256(place) != evidence.resolutions[name].source.sha256:
            yield Finding(f"{path} has changed since it was measured", build)
    for fault in base_card_faults(loaded, evidence):
        yield Finding(fault, build)


def _missing_steps(loaded: LoadedManifest, evidence: Evidence, place: CardPlace, build: str) -> Iterator[Finding]:
    plan = plan_from_evidence(loaded.manifest, evidence, shown(place.evidence))
    measured = {record.fingerprint for record in evidence.records}
    planned = {step.fingerprint for step in plan.steps}
    missing = [step.name for step in plan.steps if step.fingerprint not in measured]
    if missing:
        yield Finding(f"the manifest asks for what was not measured: {', '.join(missing)}", build)
    elif measured - planned or set(evidence.measured) - set(run_variants(loaded.manifest, evidence.measured)):
        count = len(measured - planned)
        yield Finding(f"the evidence holds {count} records that the manifest does not ask for", build)
    if reported_records(loaded.manifest) != evidence.reported:
        yield Finding("what the manifest reports is not what the evidence holds", build)


def _stale_files(loaded: LoadedManifest, evidence: Evidence, place: CardPlace, rendered: str) -> Iterator[Finding]:
    """The card, and what lies beside it for leaderboards."""
    render = f"cardgen build --render-only {loaded.path}"
    edited = {edit.path for edit in edits(loaded, place) if edit.by == "person"}
    wanted = {"README.md": rendered, **leaderboard_files(loaded, evidence)}
    for name, content in wanted.items():
        path = place.folder / name
        remedy = f"Run `{render}`; a card is not edited by hand."
        if path in edited:
            remedy = f"Take what you want to keep into the manifest's `prose`, then run `{render} --overwrite`."
        if not path.exists():
            yield Finding(f"{shown(path)} does not exist", remedy)
            continue
        try:
            committed = read_bytes(path, CARD_BYTES).decode("utf-8", errors="replace")
        except OSError as error:
            yield Finding(f"{shown(path)} cannot be read: {error.strerror}", "Move it away, and build the card anew.")
            continue
        lines = committed.replace("\r\n", "\n")
        if committed != content == lines:
            message = f"{shown(path)} has CRLF line ends, and cardgen writes LF; nothing else differs"
            yield Finding(message, f"Run `{render}`; `*.md text eol=lf` in .gitattributes keeps them as they are.")
        elif lines != content:
            diff = difflib.unified_diff(
                lines.splitlines(keepends=True),
                content.splitlines(keepends=True),
                f"{shown(path)} (committed)",
                f"{shown(path)} (from evidence)",
            )
            by_hand = " and was edited by hand" if path in edited else ""
            message = f"{shown(path)} is not what its manifest and evidence say{by_hand}"
            yield Finding(message, remedy, _joined(diff))
    for path in sorted((place.folder / EVAL_RESULTS).glob("*")):
        if path.relative_to(place.folder).as_posix() not in wanted:
            yield Finding(f"{shown(path)} does not come from the evidence", "Remove it; see `evaluation.leaderboard`.")


def _joined(lines: Iterator[str]) -> str:
    return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines)
