"""The files of a model that a user names: a folder, a file, or a repository."""

from __future__ import annotations

import os
import re
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cardgen.inherit.importer.files import HeldFiles
    from cardgen.lint.finding import Weights
    from cardgen.records.inspection import Inspection
    from cardgen.weights.inspect.files import FolderFiles
    from cardgen.weights.inspect.hub_files import HubFiles

_REPOSITORY = re.compile(r"([\w.-]+/[\w.-]+)(?:@([\w./-]+))?(?::(.+))?")


def model_files(model: str) -> FolderFiles | HubFiles:
    """What a user names; a path that exists goes before a repository of that name."""
    from cardgen.weights.inspect.files import FolderFiles

    path = Path(model)
    repository = _REPOSITORY.fullmatch(model)
    if path.exists() or repository is None:
        return FolderFiles(path, model)
    from cardgen.weights.inspect.hub_files import HubFiles

    return HubFiles(repository[1], repository[2] or "main", chosen=repository[3])


def weights_of_all(model: str) -> tuple[Weights, ...]:
    """What the files hold that a user names, for lint: of a folder or repository with several models, each of them.

    Raises:
        ModelFilesError: where there is no file of weights that is known, or one is damaged.
        HubError: where a repository cannot be read.
    """
    from cardgen.errors import SeveralModelsError
    from cardgen.lint.finding import Weights
    from cardgen.weights.inspect.entry import inspect

    files = model_files(model)
    try:
        return (Weights(model, inspect(files, hashes=False), files.sizes),)
    except SeveralModelsError as error:
        names = error.models
    return tuple(Weights(model, inspect(_chosen(files, name), hashes=False), files.sizes) for name in names)


def held_models(model: str, manifest: Path) -> tuple[tuple[Weights, ...], tuple[HeldFiles, ...]]:
    """The same, for lint and for a manifest: of each model where there are several GGUF files.

    Args:
        model: as the user names it.
        manifest: the folder that it is written into.

    Raises:
        ModelFilesError: as :func:`weights_of_all`, and where there are models in several formats.
        HubError: likewise.
    """
    from cardgen.lint.finding import Weights
    from cardgen.weights.adopted import refuse_several_formats
    from cardgen.weights.inspect.entry import formats_of, inspect
    from cardgen.weights.inspect.gguf.model import SUFFIX, gguf_models

    files = model_files(model)
    refuse_several_formats(files)
    models = gguf_models(files) if formats_of(files) == [SUFFIX] else ()
    several = [_chosen(files, names[0]) for names in models] if len(models) > 1 else [files]
    held = [(one, inspect(one, hashes=False)) for one in several]
    return (
        tuple(Weights(model, inspection, files.sizes) for _one, inspection in held),
        tuple(_held(one, inspection, manifest) for one, inspection in held),
    )


def _chosen(files: FolderFiles | HubFiles, name: str) -> FolderFiles | HubFiles:
    """The same files, which were listed already, of which one is meant."""
    found = copy(files)
    found.chosen = name
    return found


def _held(files: FolderFiles | HubFiles, inspection: Inspection, manifest: Path) -> HeldFiles:
    from cardgen.inherit.importer.files import HeldFiles
    from cardgen.weights.inspect.files import FolderFiles

    file = {"file": files.chosen} if files.chosen else {}
    if isinstance(files, FolderFiles):
        path = Path(os.path.relpath(files.folder, manifest))
        if (manifest / path).resolve() != files.folder.resolve():  # `..` above a link is another folder
            path = Path(os.path.relpath(files.folder.resolve(), manifest.resolve()))
        return HeldFiles(inspection, {"path": path.as_posix(), **file}, file=files.chosen)
    page = f"https://huggingface.co/{files.repo_id}/tree/{files.commit}"
    made = {"id": files.repo_id, "revision": files.commit, **file}
    return HeldFiles(inspection, made, f"the files of {files.repo_id}", page, files.repo_id, files.chosen)
