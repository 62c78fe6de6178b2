"""Are the results files that a manifest names those whose figures the evidence holds?"""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.errors import ResultsError
from cardgen.manifest.model import LoadedManifest
from cardgen.manifest.places import show_path
from cardgen.pipeline.imported import named_files, subjects
from cardgen.records.evidence import Evidence
from cardgen.records.imported import ImportedRecord
from cardgen.results.entry import read_results
from cardgen.results.subject import subject_fault


def imported_faults(loaded: LoadedManifest, evidence: Evidence) -> Iterator[str]:
    """What is no longer so, a file at a time."""
    records = {(record.variant, record.path): record for record in evidence.imported}
    models = subjects(loaded.manifest, evidence.resolutions, evidence.inspected)
    named = named_files(loaded.manifest)
    for each in named:
        key, path = show_path(each.place), each.ref.path
        record = records.get((each.variant, path))
        if record is None:
            yield f"{key}: {path} is not in the evidence"
            continue
        others = tuple(model for name, model in models.items() if name != each.variant)
        if fault := subject_fault(record.results, models[each.variant], others, each.ref.model):
            yield f"{key}: {path} {fault.message}"
        elif why := _changed(loaded, record):
            yield f"{key}: {path} {why}"
    wanted = [(each.variant, each.ref.path) for each in named]
    spare = [record for record in evidence.imported if (record.variant, record.path) not in wanted]
    for record in spare:
        owner = f"variants.{record.variant}" if record.variant else "base_model"
        yield f"the evidence holds what {record.path} says of {owner}, and the manifest does not name it there"
    if not spare and len(records) == len(wanted) and [*records] != wanted:
        yield "the results files stand in another order than in the evidence"


def unverified_files(loaded: LoadedManifest, evidence: Evidence) -> tuple[str, ...]:
    """Results files that may not be published, and are not on this machine."""
    return tuple(record.path for record in evidence.imported if record.copy_at is None and _is_gone(loaded, record))


def _is_gone(loaded: LoadedManifest, record: ImportedRecord) -> bool:
    return not (loaded.folder / record.path).exists()


def _changed(loaded: LoadedManifest, record: ImportedRecord) -> str | None:
    if _is_gone(loaded, record):
        return "is gone, though the card was built from it" if record.copy_at else None
    try:
        results = read_results(loaded.folder / record.path)
    except ResultsError as error:
        return f"has changed since it was read, and {error.problems[0].message}"
    if results.sha256 != record.results.sha256:
        return "has changed since it was read"
    return None if results == record.results else "is read otherwise by this version of cardgen"
