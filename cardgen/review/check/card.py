"""Is a committed card what its manifest and evidence say? Nothing runs, and nothing is asked of the Hub."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from cardgen.card.assemble import README, CardPlace, card_place
from cardgen.card.metadata.eval_results import FOLDER as EVAL_RESULTS
from cardgen.errors import shown
from cardgen.export.beside import card_files, exported_files
from cardgen.lint.engine import Finding as LintFinding
from cardgen.lint.engine import lint
from cardgen.manifest.model import LoadedManifest
from cardgen.pipeline.copies import wrong_copies
from cardgen.pipeline.edits import edits, spare_cards, spare_plots
from cardgen.plan.steps import plan_steps
from cardgen.reading import CARD_BYTES, read_bytes
from cardgen.records.evidence import Evidence
from cardgen.records.sealed_text import read_seal
from cardgen.review.check.adopted import absent_models, adopted_faults
from cardgen.review.check.asked import Asked, asked_now
from cardgen.review.check.base_card import base_card_faults, mending
from cardgen.review.check.calibration import calibration_faults
from cardgen.review.check.imported import imported_faults, unverified_files
from cardgen.review.check.report import CheckReport, Finding
from cardgen.review.check.reported import reported_faults
from cardgen.review.check.why import stale_steps


def check(loaded: LoadedManifest) -> CheckReport:
    """Compare a card on disk with its manifest and evidence.

    Raises:
        EvidenceError: where the evidence cannot be read.
    """
    place = card_place(loaded)
    build = f"Run `cardgen build {loaded.path}`."
    if not place.evidence.exists():
        message = f"{shown(place.evidence)} does not exist, so that nothing stands behind the card"
        missing = Finding(message, build, about="evidence")
        return CheckReport(loaded.name, (missing,) if place.readme.exists() else (), (), built=False)
    evidence = place.read_evidence()
    asked = asked_now(loaded, evidence)
    findings = [*_stale_steps(loaded, evidence, asked, build), *_other_evidence(loaded, evidence, build)]
    linted: tuple[LintFinding, ...] = ()
    if not findings:
        wanted = card_files(loaded, evidence, place)
        findings += _stale_files(loaded, place, wanted)
        findings += _wrong_copies(loaded, place, evidence, build)
        for path, text in wanted.items():
            if not path.endswith(".md"):
                continue
            report = lint(text, shown(place.folder / path))
            told = tuple(found for found in report.told if found.severity != "note")
            if path == README:
                linted = told
            findings += [
                Finding(
                    f"{report.name}:{found.line}: {found.message} [{found.rule}]",
                    mending(evidence, text, found.line, found.remedy),
                    rule=found.rule,
                )
                for found in told
                if found.severity == "error"
            ]
    unverified = (*asked.unverified, *unverified_files(loaded, evidence))
    card = loaded.manifest.base_model.card
    if card is not None and not (loaded.folder / card).exists():
        unverified += (card,)
    unverified += absent_models(loaded, evidence)
    return CheckReport(loaded.name, tuple(findings), unverified, linted)


def _stale_steps(loaded: LoadedManifest, evidence: Evidence, asked: Asked, build: str) -> Iterator[Finding]:
    """What the manifest asks for and the evidence does not hold, and the other way round."""
    plan = plan_steps(loaded.manifest, asked.variants, asked.resolutions, asked.environments, evidence.inspected)
    stale = stale_steps(plan.steps, evidence.records)
    messages = [f"{path} has changed since it was measured" for path in asked.changed]
    if asked.unknown:
        messages.append(f"the manifest names what the evidence does not know: {'; '.join(asked.unknown)}")
    if messages:
        *others, last = messages
        yield from (Finding(message, build, about="evidence") for message in others)
        yield Finding(last, build, steps=stale, about="evidence")
        return
    planned = {step.fingerprint for step in plan.steps}
    spare = [record.request for record in evidence.records if record.fingerprint not in planned]
    if stale:
        names = ", ".join(step.name for step in stale)
        message = f"the manifest asks for what was not measured: {names}"
        yield Finding(message, build, steps=stale, about="evidence")
    elif spare or set(evidence.measured) - set(asked.variants):
        of = f": {', '.join(f'{request.kind} by {request.backend}' for request in spare)}" if spare else ""
        message = f"the evidence holds {len(spare)} records that the manifest does not ask for{of}"
        yield Finding(message, build, about="evidence")


def _other_evidence(loaded: LoadedManifest, evidence: Evidence, build: str) -> Iterator[Finding]:
    """What is neither measured nor planned, and is not what the evidence holds."""
    for fault in base_card_faults(loaded, evidence):
        yield Finding(fault, build, about="evidence")
    for fault in adopted_faults(loaded, evidence):
        yield Finding(fault, build, about="evidence")
    for fault in reported_faults(loaded.manifest, evidence):
        yield Finding(fault, build, about="evidence")
    for fault in imported_faults(loaded, evidence):
        yield Finding(fault, build, about="evidence")
    for fault in calibration_faults(evidence):
        yield Finding(fault, f"Run `cardgen build --force {loaded.path}`.", about="evidence")


def _stale_files(loaded: LoadedManifest, place: CardPlace, wanted: Mapping[str, str]) -> Iterator[Finding]:
    """The cards, their plots, and what lies beside them: for leaderboards, and in other formats."""
    render = f"cardgen build --render-only {loaded.path}"
    edited = {edit.path for edit in edits(loaded, place) if edit.by == "person"}
    for name, content in wanted.items():
        path = place.folder / name
        remedy = f"Run `{render}`; a card is not edited by hand."
        if path in edited:
            remedy = f"Take what you want to keep into the manifest's `prose`, then run `{render} --overwrite`."
        if not path.exists():
            yield Finding(f"{shown(path)} does not exist", remedy)
            continue
        try:
            written = read_bytes(path, CARD_BYTES).decode("utf-8", errors="replace")
        except OSError as error:
            yield Finding(f"{shown(path)} cannot be read: {error.strerror}", "Move it away, and build the card anew.")
            continue
        lines, _seal = read_seal(written)
        if "\r\n" in written and lines == content:
            message = f"{shown(path)} has CRLF line ends, and cardgen writes LF; nothing else differs"
            keeps = f"`*{path.suffix} text eol=lf` in .gitattributes keeps them as they are"
            yield Finding(message, f"Run `{render}`; {keeps}.")
        elif lines != content:
            diff = difflib.unified_diff(
                lines.splitlines(keepends=True),
                content.splitlines(keepends=True),
                f"{shown(path)} (committed)",
                f"{shown(path)} (from evidence)",
            )
            by_hand = " and was edited by hand" if path in edited else ""
            message = f"{shown(path)} is not what its manifest and evidence say{by_hand}"
            yield Finding(message, remedy, "" if path.suffix == ".svg" else _joined(diff))  # a drawing is not read
    for path in sorted((place.folder / EVAL_RESULTS).glob("*")):
        if path.relative_to(place.folder).as_posix() not in wanted:
            yield Finding(f"{shown(path)} does not come from the evidence", "Remove it; see `evaluation.leaderboard`.")
    for path in exported_files(loaded, place):
        if path.relative_to(place.folder).as_posix() not in wanted:
            yield Finding(f"{shown(path)} does not come from the evidence", "Remove it; see `publish.exports`.")
    for path, _intact in spare_plots(place, wanted):
        message = f"{shown(path)} is a plot that the card does not show"
        yield Finding(message, f"Remove it; `{render}` does, where nobody edited it.")
    for path, _intact in spare_cards(place, wanted):
        message = f"{shown(path)} is the card of a variant that the manifest does not publish by itself"
        yield Finding(message, f"Remove it; `{render}` does, where nobody edited it.")


def _wrong_copies(loaded: LoadedManifest, place: CardPlace, evidence: Evidence, build: str) -> Iterator[Finding]:
    """Copies of results files that nobody could check the figures by."""
    for path in wrong_copies(loaded, place, evidence):
        what = "is not the results file that was read" if path.exists() else "does not exist"
        yield Finding(f"{shown(path)} {what}", build)


def _joined(lines: Iterator[str]) -> str:
    return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines)
