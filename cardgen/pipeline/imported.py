"""Reads the results files that a manifest names, and refuses those that cannot stand behind its card."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from cardgen.errors import ManifestError, ResultsError
from cardgen.manifest.load import later_findings
from cardgen.manifest.model import LoadedManifest, Manifest
from cardgen.manifest.places import Findings, Path, show_path
from cardgen.manifest.results import ResultsRef
from cardgen.manifest.rules.results import named_results, named_variant
from cardgen.patterns import regex
from cardgen.records.evidence import Evidence
from cardgen.records.imported import ImportedRecord, imported_record
from cardgen.records.inputs import Resolution
from cardgen.records.inspected import InspectedRecord
from cardgen.records.results_file import ResultsFile
from cardgen.results.compare import measured_alike
from cardgen.results.document import Document, read_document
from cardgen.results.entry import results_of
from cardgen.results.kinds import kind_of
from cardgen.results.private import private_part
from cardgen.results.subject import Fault, Subject, subject_fault, subject_of

FOLDER: Final = "results"
"""Of copies, beside the card."""
COPIED_BYTES: Final = 1_000_000
"""That a results file may have and still be published."""
_UNSAFE = regex(r"[^A-Za-z0-9._-]+")

Log = Callable[[str], None]


@dataclass(frozen=True)
class Imported:
    """What results files say."""

    records: tuple[ImportedRecord, ...] = ()
    copies: Mapping[str, bytes] = field(default_factory=dict)
    """Path, relative to the card's folder, to content."""


class Named(NamedTuple):
    """A results file that a manifest names."""

    variant: str | None
    """``None`` for the base model."""
    place: Path
    """In the manifest."""
    ref: ResultsRef


def read_imported(
    loaded: LoadedManifest, models: Mapping[str | None, Subject], committed: Evidence | None, log: Log
) -> Imported:
    """Read every results file of a manifest.

    One that may not be published, and is not on this machine, is taken as the committed evidence holds it.

    Args:
        loaded: the manifest.
        models: its :func:`subjects`.
        committed: the evidence that there is already.
        log: hears of what is not published, and of what is no figure.

    Raises:
        ManifestError: where a file cannot be read, holds no figure, is of another model, or repeats what another one
            says; with all such problems.
    """
    named = named_files(loaded.manifest)
    if not named:
        return Imported()
    findings = later_findings(loaded)
    read: list[_Read] = []
    copies: dict[str, bytes] = {}
    for variant, place, ref in named:
        record = _unpublished(loaded, ref, variant, committed)
        if record is not None:
            log(f"{ref.path} is not on this machine: its figures are those that the evidence holds")
        elif (found := _read(loaded, place, ref, findings)) is not None:
            document, results = found
            at = None if (why := _why_unpublished(document)) else _place_of_copy(variant, ref.path, copies)
            if at is None:
                log(f"{ref.path} {why}: its figures and its hash are published, and not the file itself")
            else:
                copies[at] = document.content
            record = imported_record(variant, ref.path, at, results)
            for finding in results.findings if results.figures else ():
                log(f"{ref.path}: {finding}")
        if record is None:
            continue
        others = tuple(model for name, model in models.items() if name != variant)
        fault = _fault(record, read) or subject_fault(record.results, models[variant], others, ref.model)
        if fault:
            findings.add(place, f"`{ref.path}` {fault.message}", fault.remedy)
        read.append(_Read(place, record))
    if findings:
        raise ManifestError(tuple(findings))
    return Imported(tuple(one.record for one in read), copies)


def named_files(manifest: Manifest) -> tuple[Named, ...]:
    """Every results file that a manifest names, the base model's first."""
    return tuple(
        Named(named_variant(owner), (*owner, index), ref)
        for owner, refs in named_results(manifest)
        for index, ref in enumerate(refs)
    )


def subjects(
    manifest: Manifest, resolutions: Mapping[str, Resolution], inspected: Iterable[InspectedRecord]
) -> dict[str | None, Subject]:
    """The models of a manifest: by variant, and under ``None`` the base model.

    Args:
        manifest: a valid one.
        resolutions: what its names meant, as far as that is known.
        inspected: what was read in the files of its models.
    """
    commits = {record.variant: record.source.commit for record in inspected}
    if (base := resolutions.get("base_model")) is not None:
        commits[None] = base.source.commit
    models = (None, *manifest.variants)
    return {variant: subject_of(manifest, variant, commits.get(variant)) for variant in models}


@dataclass(frozen=True)
class _Read:
    place: Path
    record: ImportedRecord


def _unpublished(
    loaded: LoadedManifest, ref: ResultsRef, variant: str | None, committed: Evidence | None
) -> ImportedRecord | None:
    """What the evidence holds of a file that may not be published, and so need not be on every machine."""
    if committed is None or (loaded.folder / ref.path).exists():
        return None
    for record in committed.imported:
        if (record.variant, record.path, record.copy_at) == (variant, ref.path, None):
            return record
    return None


def _read(
    loaded: LoadedManifest, place: Path, ref: ResultsRef, findings: Findings
) -> tuple[Document, ResultsFile] | None:
    try:
        document = read_document(loaded.folder / ref.path)
        return document, results_of(document)
    except ResultsError as error:
        first = error.problems[0]
        line = f" (its line {first.line})" if first.line else ""
        findings.add(place, f"`{ref.path}` {first.message}{line}", first.remedy)
        return None


def _why_unpublished(document: Document) -> str | None:
    if len(document.content) > COPIED_BYTES:
        return f"is larger than {COPIED_BYTES // 10**6} MB"
    found = private_part(document)
    return f"names {found}" if found else None


def _place_of_copy(variant: str | None, path: str, taken: Mapping[str, bytes]) -> str:
    """Where a copy is to lie: under another name where it would lie on another one."""
    name = PurePosixPath(_UNSAFE.sub("_", PurePosixPath(path).name).lstrip(".") or "file")
    lower = {at.casefold() for at in taken}
    number = 1
    while True:
        more = f"-{number}" if number > 1 else ""
        at = f"{FOLDER}/{variant or 'base_model'}/{name.stem}{more}{name.suffix}"
        if at.casefold() not in lower:
            return at
        number += 1


def _fault(record: ImportedRecord, read: list[_Read]) -> Fault | None:
    """What is wrong with a file beside those that were read before it."""
    results = record.results
    if not results.figures:
        return Fault(f"holds no figure: {'; '.join(results.findings)}", "name a file of a run that came to its end")
    for before in read:
        if before.record.results.sha256 == results.sha256:
            return Fault(f"has the same content as {show_path(before.place)}", "name the file that was meant")
    if record.variant is None:
        both = next((one for one in results.figures if kind_of(results.tool, one) == "divergence"), None)
        if both is not None:
            message = f"holds {both.metric}, which tells how far a variant is from the base model"
            return Fault(message, "name it under `results` of that variant")
    for before in read:
        if before.record.variant == record.variant and (twice := _repeated(before.record.results, results)):
            return Fault(f"repeats {twice} of {show_path(before.place)}", "keep the file that is meant")
    return None


def _repeated(first: ResultsFile, second: ResultsFile) -> str | None:
    """A figure that both hold, measured under the same conditions, so that nobody knows which is meant."""
    for one in first.figures:
        for other in second.figures:
            if measured_alike((first.tool, one), (second.tool, other)):
                return f"{one.metric} of {one.task}" if one.task else one.metric
    return None
