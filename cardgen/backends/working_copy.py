"""A base model's folder as the transformers that is installed here reads it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import NamedTuple

from cardgen.weights.working_copy import translate_files, version_faults


class WorkingCopy(NamedTuple):
    """A folder to load from."""

    folder: Path
    written: tuple[str, ...] = ()
    """What was written anew in it, by file: ``config.json: rope_theta: 500000.0``."""


def working_copy(model: Path) -> WorkingCopy:
    """The folder ``model``, or one in the working folder with links to its files, and some configurations anew.

    Raises:
        StepError: if what its configurations ask for is not what this transformers would compute.
    """
    import transformers

    for fault in version_faults(model, [transformers.__version__]):
        raise fault.error
    anew = translate_files(model, transformers.__version__)
    if not anew:
        return WorkingCopy(model)
    copy = Path(tempfile.mkdtemp(prefix="model-", dir="."))
    for file in model.iterdir():
        if file.name in anew:
            (copy / file.name).write_text(json.dumps(anew[file.name].content), encoding="utf-8")
        else:
            (copy / file.name).symlink_to(file.resolve())
    written = [f"{name}: {each}" for name, translation in sorted(anew.items()) for each in translation.written]
    return WorkingCopy(copy.absolute(), tuple(written))
