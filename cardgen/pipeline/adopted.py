"""Reads the files of models that somebody else made, before anything is planned: they say what these models are."""

from __future__ import annotations

from cardgen.errors import HubError, ManifestError, ModelFilesError, ResolveError, shown
from cardgen.manifest.load import later_findings
from cardgen.manifest.made import Made
from cardgen.manifest.model import LoadedManifest
from cardgen.records.evidence import Evidence
from cardgen.records.inputs import Source
from cardgen.records.inspected import InspectedRecord
from cardgen.records.states import LocalInput
from cardgen.run.progress import Reporter
from cardgen.weights.adopted import adopted_models, answers, is_current, read_local, read_model
from cardgen.weights.inspect.hub_files import HubFiles
from cardgen.weights.inspect.scheme import floating_type

DEFAULT_REVISION = "main"


def read_adopted(
    loaded: LoadedManifest, before: Evidence | None, reporter: Reporter, *, refresh: bool
) -> tuple[InspectedRecord, ...]:
    """What the files of a manifest's variants show that somebody else made, and those of a local base model.

    Args:
        loaded: the manifest.
        before: the committed evidence: what it knows of a commit is not read again.
        reporter: hears what goes on.
        refresh: look branch and tag names up again.

    Raises:
        ManifestError: with everything that is wrong with the files.
        ResolveError: where the Hub cannot be asked.
    """
    known = before.inspected if before is not None else ()
    findings = later_findings(loaded)
    found = []
    for name, made in adopted_models(loaded.manifest):
        key = ("base_model", "path") if name is None else ("variants", name, "made")
        try:
            record = _known(known, name, made, refresh=refresh) or _read(loaded, name, made, reporter)
        except ModelFilesError as error:
            at = (*key, "file") if made.file is not None and (*key, "file") in findings.entries else key
            findings.add_at(findings.place(at, "value"), at, _phrase(error.message), _phrase(error.remedy))
            continue
        except HubError as error:
            place = f"{shown(loaded.path)}: {'.'.join(key)}"
            raise ResolveError(f"{place}: {error.message}", remedy=error.remedy) from error
        found.append(record)
    adopted = [record for record in found if record.variant is not None]
    if adopted and not any(record.quantized or not record.uses for record in adopted):
        for record in adopted:
            key = ("variants", str(record.variant), "made")
            found_instead = "; ".join((f"its layers are in {floating_type(record.uses)}", *record.findings))
            message = f"holds nothing quantized: {found_instead}"
            findings.add_at(findings.place(key, "value"), key, message, "name the files of a quantized model")
    first: dict[tuple[str, ...], str] = {}
    for record in adopted:
        hashes = tuple(file.sha256 for file in record.files if file.path in record.weight_files and file.sha256)
        other = first.setdefault(hashes, str(record.variant))
        if len(hashes) == len(record.weight_files) and other != record.variant:
            key = ("variants", str(record.variant), "made")
            message = f"is the same model as `{other}`: its weights have the same hashes"
            findings.add_at(findings.place(key, "value"), key, message, "keep one of them, or name other files")
    if findings:
        raise ManifestError(tuple(findings))
    return tuple(found)


def adopted_folder(loaded: LoadedManifest, name: str) -> LocalInput:
    """The folder of an adopted variant that is run, held to what it is now."""
    made = loaded.manifest.variants[name].made
    assert made is not None
    assert made.path is not None
    return LocalInput.hashed(loaded.folder / made.path)


def _known(
    known: tuple[InspectedRecord, ...], name: str | None, made: Made, *, refresh: bool
) -> InspectedRecord | None:
    """What was read at a commit: it never changes."""
    for record in known:
        if record.variant == name and made.path is None and answers(record, made) and is_current(record):
            return record if not refresh or record.source.commit == made.revision else None
    return None


def _read(loaded: LoadedManifest, name: str | None, made: Made, reporter: Reporter) -> InspectedRecord:
    if made.path is not None:
        reporter.log(f"reading {made.path}{f', {made.file}' if made.file else ''}")
        return read_local(loaded.folder, name, made)
    assert made.id is not None
    reporter.log(f"reading headers of {made.id}")
    files = HubFiles(made.id, made.revision or DEFAULT_REVISION, chosen=made.file)
    source = Source(origin="hub", id=made.id, commit=files.commit)
    return read_model(files, source, variant=name, requested_revision=made.revision, file=made.file)


def _phrase(text: str) -> str:
    """A sentence as what follows a key."""
    return text.removesuffix(".")
