"""What a folder, a file or a repository holds, by the format of its weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from cardgen.errors import ModelFilesError
from cardgen.records.inspection import InspectedFile, Inspection
from cardgen.weights.inspect.files import ModelFiles
from cardgen.weights.inspect.gguf.model import inspect_gguf
from cardgen.weights.inspect.onnx.model import inspect_onnx
from cardgen.weights.inspect.openvino.model import inspect_openvino
from cardgen.weights.inspect.pickles import inspect_pickles, pickles_of
from cardgen.weights.inspect.safetensors import inspect_safetensors

Reader = Callable[[ModelFiles], Inspection]

FORMATS: Final[Mapping[str, Reader]] = {
    ".safetensors": inspect_safetensors,
    ".gguf": inspect_gguf,
    ".onnx": inspect_onnx,
    ".xml": inspect_openvino,
}
"""Ends of file names to what reads such a model; the first of which there is a file is taken."""


def inspect(files: ModelFiles, *, hashes: bool = True) -> Inspection:
    """Read what a model is.

    Args:
        files: of the model.
        hashes: whether to take the SHA-256 of each file, for which all of a file here must be read.

    Raises:
        ModelFilesError: where there is no file of weights that is known, or one is damaged.
    """
    inspection = inspect_weights(files)
    weights = [file.path for file in inspection.files]
    others = () if files.chosen else (name for name in files.sizes if name not in weights)
    listed = tuple(
        InspectedFile(path=name, size_bytes=files.sizes[name], sha256=files.sha256(name) if hashes else None)
        for name in (*weights, *others)
    )
    return inspection.model_copy(update={"files": listed})


def inspect_weights(files: ModelFiles) -> Inspection:
    """The same, where of its files only those with weights are told, without hashes.

    Raises:
        ModelFilesError: likewise.
    """
    found = formats_of(files)
    if not found and pickles_of(files):
        return inspect_pickles(files)
    index = next((name for name in files.sizes if name.endswith(".index.json")), None)
    if not found and index is not None:
        raise ModelFilesError(
            f"{files.label} holds none of the files that {index} lists.", remedy="Fetch the whole model."
        )
    if not found:
        raise ModelFilesError(
            f"{files.label} holds no weights that cardgen can read.",
            remedy=f"It reads {', '.join(sorted(FORMATS))} files, and what lies beside pickles.",
        )
    inspection = FORMATS[found[0]](files)
    if len(found) == 1:
        return inspection
    several = f"there are weights of several formats: {', '.join(found)}; told is {found[0]}"
    return inspection.model_copy(update={"findings": (several, *inspection.findings)})


def formats_of(files: ModelFiles) -> list[str]:
    """Ends of the names of its weights that can be read: of those at the top, or else of all; pickles are none."""
    names = {suffix: files.named(suffix) for suffix in FORMATS}
    at_top = [suffix for suffix in FORMATS if any("/" not in name for name in names[suffix])]
    return at_top or [suffix for suffix in FORMATS if names[suffix]]
