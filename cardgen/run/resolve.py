"""What the names in a manifest mean: commits on the Hub, and the content of local files and folders.

A local file is known by the SHA-256 of its bytes, a local folder by that of its files' paths and hashes
(:func:`cardgen.records.content.content_sha256`). Models and datasets on the Hub are known by their commit.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Literal

from cardgen.catalog.suggest import nearest
from cardgen.errors import ResolveError, shown
from cardgen.manifest.data import DatasetRef
from cardgen.manifest.model import BaseModelRef, LoadedManifest
from cardgen.plan.resolved import key_of, resolved_refs
from cardgen.records.content import irregular_files
from cardgen.records.inputs import Resolution, Source
from cardgen.records.states import LocalInput
from cardgen.run import hub_files, hub_texts, model_generation
from cardgen.run.base_card import card_license
from cardgen.run.progress import Reporter
from cardgen.weights.files import names_in, not_a_model
from cardgen.weights.pointer import REMEDY, is_pointer


def resolve(
    loaded: LoadedManifest,
    variants: Collection[str],
    *,
    known: Mapping[str, Resolution] | None,
    refresh: bool,
    reporter: Reporter,
) -> tuple[dict[str, Resolution], dict[str, LocalInput]]:
    """Find out what each name means.

    Args:
        loaded: the manifest.
        variants: names of those that are run; without any, nothing is looked up.
        known: what names meant before, by any key. A name on the Hub that is among them, with the same revision asked
            for, is not looked up again.
        refresh: look branch and tag names up all the same.
        reporter: hears what goes on.

    Returns:
        What ``base_model`` and each name of :func:`cardgen.plan.layout.dataset_refs` meant, and those that are
        local, as they were when they were hashed.

    Raises:
        ResolveError: where one does not exist or cannot be reached, or changes while it is read.
    """
    resolutions: dict[str, Resolution] = {}
    inputs: dict[str, LocalInput] = {}
    met: dict[tuple[str, str | None, str | None, str | None], str] = {}
    for name, ref in resolved_refs(loaded.manifest, variants).items():
        what: Literal["model", "dataset"] = "model" if isinstance(ref, BaseModelRef) else "dataset"
        same = met.setdefault((what, ref.id, ref.path, ref.revision), name)
        if same != name:
            resolutions[name] = resolutions[same]
            if same in inputs:
                inputs[name] = inputs[same]
            continue
        try:
            if ref.path is not None:
                reporter.log(f"reading {ref.path}")
                path = _local_path(loaded.folder, what, ref.path)
                resolutions[name], inputs[name] = _resolve_local(what, ref.id, ref.path, path)
            else:
                resolutions[name] = _known_before(what, ref, known or {}, refresh) or _look_up(what, ref, reporter)
        except ResolveError as error:
            place = f"{shown(loaded.path)}: {key_of(name)}"
            raise ResolveError(f"{place}: {error.message}", remedy=error.remedy) from error
    return resolutions, inputs


def resolve_generation(loaded: LoadedManifest, resolution: Resolution, path: Path | None) -> Resolution:
    """Have the resolution of a base model that writes text say what its files tell of that.

    Args:
        loaded: the manifest, for messages.
        resolution: of its base model.
        path: the model's folder, where it is local.

    Raises:
        ResolveError: where the files of a model on the Hub cannot be had.
    """
    source = resolution.source
    if resolution.generation is not None:
        return resolution
    if path is None:
        assert source.id is not None
        assert source.commit is not None
        try:
            path = hub_texts.model_files(source.id, source.commit, model_generation.FILES)
        except ResolveError as error:
            raise ResolveError(f"{shown(loaded.path)}: base_model: {error.message}", remedy=error.remedy) from error
    return resolution.model_copy(update={"generation": model_generation.read_model_generation(path)})


def materialise(
    resolution: Resolution, reporter: Reporter, look: Callable[[Path], None] = lambda _folder: None
) -> Path:
    """The folder with a base model's files; downloads them from the Hub where the cache does not hold them.

    Args:
        resolution: of a model on the Hub.
        reporter: hears what goes on.
        look: told the folder before the weights are fetched, and may refuse the model.

    Raises:
        ResolveError: where the files cannot be had, or are no transformers model with PyTorch weights.
    """
    source = resolution.source
    if resolution.what != "model" or source.id is None or source.commit is None:
        raise ValueError("only a model on the Hub has files to fetch")
    with reporter.step(f"fetch {source.id} at {source.commit[:12]}") as report:
        return hub_files.download_model(source.id, source.commit, report, reporter.log, look)


def _known_before(
    what: str, ref: BaseModelRef | DatasetRef, known: Mapping[str, Resolution], refresh: bool
) -> Resolution | None:
    for resolution in known.values():
        source = resolution.source
        if (resolution.what, source.origin, source.id) != (what, "hub", ref.id):
            continue
        if resolution.requested_revision == ref.revision and (not refresh or source.commit == ref.revision):
            return resolution
    return None


def _look_up(what: Literal["model", "dataset"], ref: BaseModelRef | DatasetRef, reporter: Reporter) -> Resolution:
    if ref.id is None:
        raise ValueError("a reference without a path has an id")
    reporter.log(f"looking up {ref.id}")
    commit, license_id = hub_files.look_up(what, ref.id, ref.revision, reporter.log)
    return Resolution(
        what=what,
        requested_revision=ref.revision,
        source=Source(origin="hub", id=ref.id, commit=commit),
        license=license_id,
    )


def _local_path(folder: Path, what: str, written: str) -> Path:
    path = (folder / written).absolute()
    if not path.exists():
        kind = "folder" if what == "model" else "file"
        if not path.parent.is_dir():
            folder_shown = shown(Path(os.path.normpath(path.parent)))
            raise ResolveError(f"the {kind} `{written}` does not exist", remedy=f"nor does its folder, {folder_shown}")
        meant = nearest(path.name, sorted(other.name for other in path.parent.iterdir()))
        remedy = f"did you mean `{Path(written).parent / meant}`?" if meant else "the path starts at the manifest"
        raise ResolveError(f"the {kind} `{written}` does not exist", remedy=remedy)
    if what == "dataset" and not path.is_file():
        raise ResolveError(f"`{written}` is not a file", remedy="name the .csv, .json, .jsonl or .parquet file")
    if what == "dataset" and is_pointer(path):
        raise ResolveError(f"`{written}` is a Git LFS pointer, and not the data itself", remedy=REMEDY)
    if what == "model" and not path.is_dir():
        raise ResolveError(f"`{written}` is not a folder", remedy="name the folder that save_pretrained() wrote")
    if what == "model" and (irregular := irregular_files(path)):
        message = f"`{Path(written, irregular[0]).as_posix()}` is not a regular file"
        raise ResolveError(message, remedy="remove it from the model's folder")
    if what == "model":
        fault = not_a_model(names_in(path), f"the folder `{written}`")
        if fault is not None:
            raise ResolveError(fault.message, remedy=fault.remedy)
    return path


def _resolve_local(
    what: Literal["model", "dataset"], model_id: str | None, written: str, path: Path
) -> tuple[Resolution, LocalInput]:
    try:
        found = LocalInput.hashed(path)
        license_id = card_license(path / "README.md") if what == "model" else None
    except OSError as error:
        message = f"`{written}` cannot be read: {error.strerror}"
        raise ResolveError(message, remedy="look at the permissions of the files in it") from error
    changed = found.change(hash_again=False)
    if changed is not None:
        raise ResolveError(
            f"`{Path(written, changed).as_posix()}` changed while it was read", remedy="build again when it is whole"
        )
    resolution = Resolution(
        what=what,
        path=written,
        source=Source(origin="local", id=model_id if what == "model" else None, sha256=found.sha256),
        size_bytes=found.bytes,
        license=license_id,
    )
    return resolution, found
