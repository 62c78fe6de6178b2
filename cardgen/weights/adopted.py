"""What was read in the files of a model that somebody else made, as a record: the facts of its card."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from cardgen.errors import ModelFilesError
from cardgen.manifest.made import Made
from cardgen.manifest.model import Manifest
from cardgen.patterns import regex
from cardgen.records.canonical import fingerprint
from cardgen.records.inputs import Source
from cardgen.records.inspected import InspectedRecord
from cardgen.records.inspection import InspectedFile
from cardgen.weights.files import loaded_files
from cardgen.weights.inspect.entry import formats_of, inspect_weights
from cardgen.weights.inspect.files import FolderFiles, ModelFiles, refuse_pointer, unreadable
from cardgen.weights.inspect.scheme import uses
from cardgen.weights.pointer import SMALLER_THAN_BYTES

INSPECTION_VERSION: Final = 2
"""Raised when other facts are read in the same files: records made before are then no longer used."""

_ALONE: Final = frozenset({"gguf"})
"""Formats whose files hold configuration and tokenizer."""
_BESIDE: Final = regex(r"recipe\.ya?ml|quant_log\.csv|openvino_(?:de)?tokenizer\.(?:xml|bin)")
"""What quantizers leave beside weights, and what OpenVINO loads beside a model."""
_LEGAL: Final = regex(r"(?:LICEN[CS]E|NOTICE|COPYING|USE_POLICY)[\w.-]*")
_OWN: Final = ("evidence.json",)
"""What cardgen itself puts into a repository under a name that a model's file could have."""


def read_model(
    files: ModelFiles,
    source: Source | None = None,
    *,
    variant: str | None,
    path: str | None = None,
    requested_revision: str | None = None,
    file: str | None = None,
) -> InspectedRecord:
    """Read what a model is that a manifest names.

    Args:
        files: the model's.
        source: of a repository; that of local files is the hash of those that matter.
        variant: the one whose files they are; ``None`` for the base model's.
        path: as the manifest writes it.
        requested_revision: likewise.
        file: likewise.

    Raises:
        ModelFilesError: where files are damaged, missing or pointers of Git LFS, or nobody can tell which are meant.
    """
    refuse_several_formats(files)
    inspection = inspect_weights(files)
    weights = tuple(one.path for one in inspection.files)
    taken = (*weights, *_beside(files, inspection.format, weights))
    if isinstance(files, FolderFiles):
        _refuse_pointers(files, taken)
    listed = tuple(InspectedFile(path=name, size_bytes=files.sizes[name], sha256=files.sha256(name)) for name in taken)
    source = source or Source(origin="local", sha256=fingerprint({one.path: one.sha256 for one in listed}))
    return InspectedRecord(
        fingerprint=_fingerprint(source, file),
        variant=variant,
        path=path,
        requested_revision=requested_revision,
        file=file,
        source=source,
        format=inspection.format,
        method=inspection.method,
        architecture=inspection.architecture,
        makers=inspection.makers,
        base_model=inspection.base_model,
        calibration=inspection.calibration,
        kv_cache=inspection.kv_cache,
        uses=uses(inspection.modules),
        parameters=inspection.parameters,
        size_bytes=inspection.size_bytes,
        weight_files=weights,
        files=listed,
        findings=inspection.findings,
    )


def refuse_several_formats(files: ModelFiles) -> None:
    """Say that nobody can tell which model is meant, where there are models in several formats.

    Raises:
        ModelFilesError: where there are.
    """
    formats = formats_of(files)
    if len(formats) > 1:
        names = [next(iter(files.named(suffix))) for suffix in formats]
        raise ModelFilesError(
            f"{files.label} holds models in {len(formats)} formats: {', '.join(names)}.",
            remedy="Name the `file` that is meant.",
        )


def adopted_models(manifest: Manifest) -> Iterator[tuple[str | None, Made]]:
    """The models whose files are read, each by its variant's name: first the base model of adopted ones, if local."""
    if manifest.adopted_variants and manifest.base_model.path is not None:
        yield None, Made(path=manifest.base_model.path)
    for name in manifest.adopted_variants:
        made = manifest.variants[name].made
        assert made is not None
        yield name, made


def read_local(folder: Path, variant: str | None, made: Made) -> InspectedRecord:
    """Read what a model in a folder is.

    Args:
        folder: what paths of the manifest start from.
        variant: the one whose files they are; ``None`` for the base model's.
        made: names them.

    Raises:
        ModelFilesError: as :func:`read_model`, and where the folder is not there.
    """
    assert made.path is not None
    place = folder / made.path
    try:
        is_file, is_folder = place.is_file(), place.is_dir()
    except OSError as error:
        raise unreadable(made.path, error) from error
    if is_file:
        name = PurePosixPath(made.path).name
        raise ModelFilesError(f"{made.path} is a file.", remedy=f"Name its folder, and beside it `file: {name}`.")
    if not is_folder:
        raise ModelFilesError(f"{made.path} does not exist.", remedy="The path starts at the manifest.")
    files = FolderFiles(place, made.path, chosen=made.file)
    return read_model(files, variant=variant, path=made.path, file=made.file)


def answers(record: InspectedRecord, made: Made) -> bool:
    """Whether a record is of the model that a manifest names, as far as that can be told without looking at it."""
    if record.file != made.file:
        return False
    source = record.source
    if made.path is not None:
        return source.origin == "local"
    return (source.origin, source.id) == ("hub", made.id) and made.revision in (
        record.requested_revision,
        source.commit,
    )


def is_current(record: InspectedRecord) -> bool:
    """Whether this version of cardgen would read the same in the same files."""
    return record.fingerprint == _fingerprint(record.source, record.file)


def _fingerprint(source: Source, file: str | None) -> str:
    decisive = source.model_dump(mode="json", include={"origin", "commit", "sha256"})
    return fingerprint({"code": INSPECTION_VERSION, "source": decisive, "file": file})


def _beside(files: ModelFiles, form: str, weights: tuple[str, ...]) -> Iterator[str]:
    """What is published with weights: what loads them, what says how they were made, and under which licence."""
    small = set(loaded_files(files.sizes).small)
    folder = PurePosixPath(weights[0]).parent
    near = {str(folder / name) for name in loaded_files(_inside(files, folder)).small}
    for name in files.sizes:
        last, at_top = PurePosixPath(name).name, "/" not in name
        if name in weights or last in _OWN or any(part.startswith(".") for part in PurePosixPath(name).parts):
            continue
        told = (at_top or PurePosixPath(name).parent == folder) and _BESIDE.fullmatch(last)
        if (at_top and _LEGAL.fullmatch(name)) or (form not in _ALONE and (name in small or name in near or told)):
            yield name


def _inside(files: ModelFiles, folder: PurePosixPath) -> list[str]:
    """Names of the files of a folder, as they are called in it."""
    return [name for path in files.sizes if PurePosixPath(path).parent == folder for name in [PurePosixPath(path).name]]


def _refuse_pointers(files: ModelFiles, names: Iterable[str]) -> None:
    for name in names:
        if files.sizes[name] < SMALLER_THAN_BYTES:
            refuse_pointer(files, name, files.read(name, 0, SMALLER_THAN_BYTES))
