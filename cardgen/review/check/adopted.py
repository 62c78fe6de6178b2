"""Are the files of models that somebody else made still what was read in them?"""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.errors import ModelFilesError
from cardgen.manifest.made import Made
from cardgen.manifest.model import LoadedManifest
from cardgen.records.evidence import Evidence
from cardgen.records.inspected import InspectedRecord
from cardgen.weights.adopted import adopted_models, answers, is_current, read_local
from cardgen.weights.pointer import is_pointer


def adopted_faults(loaded: LoadedManifest, evidence: Evidence) -> Iterator[str]:
    """What the evidence says of such models and is so no more; of files that are not here, that cannot be told.

    Args:
        loaded: the manifest as it is now.
        evidence: what was gathered for it.
    """
    named = dict(adopted_models(loaded.manifest))
    for name, made in named.items():
        record = evidence.inspected_of(name)
        key = "base_model" if name is None else f"variants.{name}.made"
        if record is None:
            yield f"{key}: what its files show was not read"
        elif not answers(record, made):
            was, now = _named(record.path or record.source.id, record.file), _named(made.path or made.id, made.file)
            yield f"{key}: what was read is {was}, and the manifest names {now}"
        elif not is_current(record):
            yield f"{key}: another version of cardgen read its files, and this one may read more in them"
        elif made.path is not None and not _absent(loaded, made, record):
            yield from _changes(loaded, made, record)
    for record in evidence.inspected:
        if record.variant not in named:
            whose = "the base model" if record.variant is None else f"`{record.variant}`"
            yield f"the evidence holds what the files of {whose} show, which the manifest does not ask for"


def absent_models(loaded: LoadedManifest, evidence: Evidence) -> tuple[str, ...]:
    """Weights of such models that are not on this machine, of which nobody can say whether they changed.

    Args:
        loaded: the manifest as it is now.
        evidence: what was gathered for it.
    """
    absent: dict[str, None] = {}
    for name, made in adopted_models(loaded.manifest):
        record = evidence.inspected_of(name)
        if record is not None and made.path is not None:
            absent |= dict.fromkeys(_absent(loaded, made, record))
    return tuple(absent)


def _absent(loaded: LoadedManifest, made: Made, record: InspectedRecord) -> list[str]:
    """Files of weights that are not there, or of which there is a pointer of Git LFS."""
    paths = [f"{made.path}/{name}" for name in record.weight_files]
    return [path for path in paths if not (loaded.folder / path).is_file() or is_pointer(loaded.folder / path)]


def _changes(loaded: LoadedManifest, made: Made, record: InspectedRecord) -> Iterator[str]:
    try:
        now = read_local(loaded.folder, record.variant, made)
    except ModelFilesError as error:
        yield f"{error.message.removesuffix('.')} ({error.remedy})"
        return
    before = {file.path: file.sha256 for file in record.files}
    changed = [file.path for file in now.files if before.pop(file.path, None) != file.sha256]
    for path in sorted((*changed, *before)):
        yield f"{made.path}/{path} has changed since it was read"
    if not changed and not before and now != record.model_copy(update={"path": now.path}):
        yield f"what lies beside the weights in {made.path} says something else of them than was read"


def _named(place: str | None, file: str | None) -> str:
    return f"{place}, {file}" if file else str(place)
