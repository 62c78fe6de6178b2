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
    from cardgen.weights.inspect.files import FolderFiles, unreadable

    path = Path(model)
    repository = _REPOSITORY.fullmatch(model)
    try:
        here = path.exists()
    except OSError as error:
        raise unreadable(model, error) from error
    if here or repository is None:
        return FolderFiles(path, model)
    from cardgen.weights.inspect.hub_files import HubFiles

    return HubFiles(repository[1], repository[2] or "main", chosen=repository[3])


def one_of(files: FolderFiles | HubFiles, name: str) -> FolderFiles | HubFiles:
    """One of several models, of files that were listed already.

    Args:
        files: where it lies.
        name: of a file of it.
    """
    one = copy(files)
    one.chosen = name
    return one


def weights_of_all(model: str) -> tuple[Weights, ...]:
    """What the files hold that a user names, for lint: of a folder or repository with several models, each of them.

    Raises:
        ModelFilesError: where there is no file of weights that is known, or one is damaged.
        HubError: where a repository cannot be read.
    """
    from cardgen.lint.finding import Weights

    files = model_files(model)
    return tuple(Weights(model, inspection, files.sizes) for _one, inspection in _models(files))


def held_models(model: str, manifest: Path) -> tuple[tuple[Weights, ...], tuple[HeldFiles, ...]]:
    """The same, and each model as a manifest names it.

    Args:
        model: as the user names it.
        manifest: the folder that the manifest is written into.

    Raises:
        ModelFilesError: as :func:`weights_of_all`, and where there are models in several formats.
        HubError: likewise.
    """
    from cardgen.lint.finding import Weights
    from cardgen.weights.adopted import refuse_several_formats

    files = model_files(model)
    refuse_several_formats(files)
    models = _models(files)
    weights = tuple(Weights(model, inspection, files.sizes) for _one, inspection in models)
    return weights, tuple(_held(one, inspection, manifest) for one, inspection in models)


def _models(files: FolderFiles | HubFiles) -> list[tuple[FolderFiles | HubFiles, Inspection]]:
    from cardgen.errors import SeveralModelsError
    from cardgen.weights.inspect.entry import inspect

    try:
        return [(files, inspect(files, hashes=False))]
    except SeveralModelsError as error:
        names = error.models
    chosen = [one_of(files, name) for name in names]
    return [(one, inspect(one, hashes=False)) for one in chosen]


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
