"""A state of a card as it is compared: what is said of each variant and run, and of the card as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cardgen.manifest.model import Manifest
from cardgen.manifest.reported import Reported
from cardgen.plan.resolved import answers, resolved_refs
from cardgen.plan.steps import reported_records, run_variants
from cardgen.records.evidence import Evidence
from cardgen.records.inputs import DatasetSlice
from cardgen.records.inspected import InspectedRecord
from cardgen.review.diff.facts.asked import (
    Asked,
    Calibrated,
    Data,
    by_manifest,
    by_records,
    by_report,
    data_of,
    path_of,
    recorded_data,
    source_of,
)
from cardgen.review.diff.facts.chains import Chain, Records
from cardgen.review.diff.facts.fit import Fit
from cardgen.review.state import State
from cardgen.weights.adopted import answers as answers_made


@dataclass(frozen=True)
class Subject:
    """A variant, or a run of a sweep."""

    place: str
    """``variants.onnx``, or ``benchmark.onnxruntime-int8-matmul``."""
    name: str
    """For people."""
    asked: Asked | None
    """``None`` of a run, whose name tells it, and of a variant that is known only by what others report."""
    chain: Chain | None
    """``None`` where nothing was run."""
    reported: tuple[Reported, ...] = ()
    fits: bool | None = None
    """Whether records stand behind what the manifest asks for; ``None`` where that cannot be told."""
    inspected: InspectedRecord | None = None
    """What its files show, of a model that somebody else made."""

    @property
    def is_run(self) -> bool:
        """Whether it is a run of a sweep."""
        return self.place.startswith("benchmark.")

    @property
    def calibrated(self) -> Calibrated | None:
        """How it is calibrated: as others report it, where it was not run here."""
        if self.chain is None and (told := by_report(self.reported)) is not None:
            return told
        return self.asked.calibrated if self.asked else None


@dataclass(frozen=True)
class Picture:
    """One state of a card."""

    state: State
    subjects: Mapping[str, Subject]
    """By place."""
    reports: tuple[Reported, ...]
    """Every figure that others report."""
    evaluated: Data | None
    """What the card's scores are of."""
    evidence: Evidence | None
    """What was recorded; of what names mean, only what is of the names that the manifest has."""

    @property
    def is_foreign(self) -> bool:
        """Whether it is nothing but a card, which cardgen may never have seen."""
        return self.state.manifest is None and self.state.evidence is None


def picture_of(state: State, *, trust_manifest: bool) -> Picture:
    """Read a state.

    Args:
        state: the state.
        trust_manifest: whether what was asked for is the manifest's to say, where there is one; else the records' that
            there are, so that both of two states are read alike.
    """
    records = Records(state.evidence) if state.evidence else None
    manifest, evidence = state.manifest, _named_so(state)
    if manifest is not None:
        reports = tuple(record.entry for record in reported_records(manifest))
    else:
        reports = tuple(record.entry for record in state.evidence.reported) if state.evidence else ()
    found = [*_variants(state, evidence, records, reports, trust_manifest), *_runs(records), *_reported_runs(reports)]
    evaluated = _evaluated(manifest, evidence, records, trust_manifest)
    return Picture(state, {subject.place: subject for subject in found}, reports, evaluated, evidence)


def _named_so(state: State) -> Evidence | None:
    """The evidence without what was resolved for names that stood in the manifest before it was built.

    That a file at another path has the content that was measured, only the next build can tell.
    """
    manifest, evidence = state.manifest, state.evidence
    if manifest is None or evidence is None:
        return evidence
    refs = resolved_refs(manifest, run_variants(manifest, evidence.measured, evidence.inspected))
    kept = {
        name: found
        for name, found in evidence.resolutions.items()
        if name in refs and answers(found, refs[name]) and found.path == refs[name].path
    }
    return evidence.model_copy(update={"resolutions": kept})


def _variants(
    state: State,
    evidence: Evidence | None,
    records: Records | None,
    reports: tuple[Reported, ...],
    trust_manifest: bool,
) -> Iterator[Subject]:
    manifest = state.manifest
    chains = records.variants if records else {}
    fit = Fit(manifest, state.evidence) if manifest is not None and state.evidence is not None else None
    read = {record.variant: record for record in evidence.inspected if record.variant} if evidence else {}
    names = [*(manifest.variants if manifest else ()), *chains, *(() if manifest else read)]
    if manifest is None:
        names += [entry.variant for entry in reports if entry.variant is not None]
    for name in dict.fromkeys(names):
        if manifest is not None and name not in manifest.variants:
            continue  # its records are left from another state of the manifest
        chain = chains.get(name)
        entries = tuple(entry for entry in reports if entry.variant == name)
        asked: Asked | None = None
        if manifest is not None and (trust_manifest or chain is None):
            asked = by_manifest(manifest, name, evidence, chain)
        elif chain is not None and evidence is not None:
            asked = by_records(name, evidence, chain)
        record = read.get(name)
        made = manifest.variants[name].made if manifest is not None else None
        if manifest is not None and (made is None or (record is not None and not answers_made(record, made))):
            record = None
        stood: bool | None = chain is not None or bool(entries) or record is not None
        if fit is not None and chain is not None:
            stood = fit.of(name)
        yield Subject(f"variants.{name}", name, asked, chain, entries, stood, record)


def _runs(records: Records | None) -> Iterator[Subject]:
    for name, chain in (records.runs if records else {}).items():
        yield Subject(f"benchmark.{_slug(name)}", name, None, chain, (), fits=True)


def _reported_runs(reports: tuple[Reported, ...]) -> Iterator[Subject]:
    """The runs of a sweep that others report; those of the same parameters are one."""
    entries: dict[str, list[Reported]] = {}
    for entry in reports:
        if entry.parameters is not None:
            told = [f"{key} {_setting(value)}" for key, value in entry.parameters.items() if value is not None]
            entries.setdefault(", ".join(told), []).append(entry)
    for name, each in entries.items():
        yield Subject(f"benchmark.reported.{_slug(name)}", name, None, None, tuple(each), fits=True)


def _setting(value: object) -> str:
    return "+".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _slug(name: str) -> str:
    return "-".join("".join(char if char.isalnum() else " " for char in name.lower()).split())


def _evaluated(
    manifest: Manifest | None, evidence: Evidence | None, records: Records | None, trust_manifest: bool
) -> Data | None:
    read = next(filter(None, map(_read, (records.variants | records.runs).values() if records else ())), None)
    if manifest is not None and manifest.scored_on is not None and (trust_manifest or read is None):
        return data_of(manifest.scored_on, manifest.scored_on.split, source_of(evidence, "evaluation"))
    return recorded_data(read, path_of(evidence, "evaluation")) if read and evidence else None


def _read(chain: Chain) -> DatasetSlice | None:
    if chain.score is not None:
        return chain.score.request.data
    return chain.compare_request.data if chain.compare_request else None
