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


def held_weights(model: str) -> Weights:
    """What the files of a model hold, from headers alone, for lint.

    Raises:
        ModelFilesError: where there is no file of weights that is known, or one is damaged.
        HubError: where a repository cannot be read.
    """
    from cardgen.lint.finding import Weights
    from cardgen.weights.inspect.entry import inspect

    files = model_files(model)
    return Weights(model, inspect(files, hashes=False), files.sizes)


def held_models(model: str, manifest: Path) -> tuple[Weights | None, tuple[HeldFiles, ...]]:
    """The same for a manifest: of each model where there are several GGUF files, of which lint holds none to a card.

    Args:
        model: as the user names it.
        manifest: the folder that it is written into.

    Raises:
        ModelFilesError: as :func:`held_weights`, and where there are models in several formats.
        HubError: likewise.
    """
    from cardgen.lint.finding import Weights
    from cardgen.weights.adopted import refuse_several_formats
    from cardgen.weights.inspect.entry import formats_of, inspect
    from cardgen.weights.inspect.gguf.model import SUFFIX, gguf_models

    files = model_files(model)
    refuse_several_formats(files)
    models = gguf_models(files) if formats_of(files) == [SUFFIX] else ()
    if len(models) < 2:
        inspection = inspect(files, hashes=False)
        return Weights(model, inspection, files.sizes), (_held(files, inspection, manifest),)
    parts = [_chosen(files, names[0]) for names in models]
    return None, tuple(_held(one, inspect(one, hashes=False), manifest) for one in parts)


def _chosen(files: FolderFiles | HubFiles, name: str) -> FolderFiles | HubFiles:
    """The same files, of which one is meant."""
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
