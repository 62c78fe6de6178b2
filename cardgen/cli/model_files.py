"""The files of a model that a user names: a folder, a file, or a repository."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cardgen.weights.inspect.files import ModelFiles

_REPOSITORY = re.compile(r"([\w.-]+/[\w.-]+)(?:@([\w./-]+))?(?::(.+))?")


def model_files(model: str) -> ModelFiles:
    """What a user names; a path that exists goes before a repository of that name."""
    from cardgen.weights.inspect.files import FolderFiles

    path = Path(model)
    repository = _REPOSITORY.fullmatch(model)
    if path.exists() or repository is None:
        return FolderFiles(path, model)
    from cardgen.weights.inspect.hub_files import HubFiles

    return HubFiles(repository[1], repository[2] or "main", chosen=repository[3])
