"""The files of a model that a user names: a folder, a file, or a repository."""

from __future__ import annotations

import re
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cardgen.inherit.importer.files import HeldFiles
    from cardgen.lint.finding import Weights
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
    from cardgen.errors import SeveralModelsError
    from cardgen.lint.finding import Weights
    from cardgen.weights.inspect.entry import inspect

    files = model_files(model)
    try:
        return (Weights(model, inspect(files, hashes=False), files.sizes),)
    except SeveralModelsError as error:
        names = error.models
    return tuple(Weights(model, inspect(one_of(files, name), hashes=False), files.sizes) for name in names)


def held_weights(model: str) -> tuple[Weights, HeldFiles]:
    """What the files of a model hold, from headers alone: for lint, and for a manifest.

    Raises:
        ModelFilesError: where there is no file of weights that is known, or one is damaged.
        HubError: where a repository cannot be read.
    """
    from cardgen.inherit.importer.files import HeldFiles
    from cardgen.lint.finding import Weights
    from cardgen.weights.inspect.entry import inspect
    from cardgen.weights.inspect.files import FolderFiles

    files = model_files(model)
    inspection = inspect(files, hashes=False)
    weights = Weights(model, inspection, files.sizes)
    if isinstance(files, FolderFiles):
        return weights, HeldFiles(inspection)
    page = f"https://huggingface.co/{files.repo_id}/tree/{files.commit}"
    return weights, HeldFiles(inspection, f"the files of {files.repo_id}", page, files.repo_id)
