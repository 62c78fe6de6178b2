"""What the header of a safetensors file lists. The format: https://github.com/huggingface/safetensors#format."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any, Final

from cardgen.errors import ModelFilesError
from cardgen.patterns import regex
from cardgen.weights.inspect.files import ModelFiles, refuse_pointer

INDEX: Final = ".safetensors.index.json"
SUFFIX: Final = ".safetensors"

_WHOLE: Final = "model.safetensors"
"""Where it is there, libraries load it alone, whatever lies beside it: another precision, an adapter."""
_PART: Final = regex(r"(.+)-(\d{5})-of-(\d{5})\.safetensors")
_FIRST_READ = 1 << 16
"""Bytes asked for at once: most headers are shorter, so that a file far away is asked once."""
_AT_ONCE = 8
"""Files far away that are asked for side by side."""
_LONGEST_HEADER = 100_000_000
"""The library's own bound."""
_LONGEST_JSON = 100_000_000

BITS: Final[Mapping[str, int]] = {
    "F64": 64, "I64": 64, "U64": 64, "C64": 64,
    "F32": 32, "I32": 32, "U32": 32,
    "F16": 16, "BF16": 16, "I16": 16, "U16": 16,
    "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I8": 8, "U8": 8, "BOOL": 8,
    "F6_E2M3": 6, "F6_E3M2": 6, "F4": 4,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tensor:
    """What a header says of one tensor."""

    dtype: str
    """``BF16``, ``I8``, as the header writes it."""
    shape: tuple[int, ...]
    size_bytes: int

    @property
    def count(self) -> int:
        """Elements."""
        return prod(self.shape)


@dataclass(frozen=True)
class Headers:
    """The headers of all files that a model's weights are in."""

    files: tuple[str, ...]
    tensors: Mapping[str, Tensor]
    metadata: Mapping[str, str]
    """``__metadata__`` of all files."""


def read_headers(files: ModelFiles) -> Headers:
    """Read what the safetensors files of a model hold.

    Raises:
        ModelFilesError: where one is damaged, a pointer of Git LFS, or named by an index and not there.
    """
    names = _weight_files(files)
    tensors: dict[str, Tensor] = {}
    metadata: dict[str, str] = {}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        headers = list(pool.map(partial(_header, files), names))
    for name, header in zip(names, headers, strict=True):
        told = header.pop("__metadata__", {})
        if isinstance(told, dict):
            metadata |= {key: value for key, value in told.items() if isinstance(value, str)}
        found = {key: _tensor(files, name, key, value) for key, value in header.items()}
        _refuse_twice(files, name, tensors, found)
        tensors |= found
    return Headers(names, tensors, metadata)


def _refuse_twice(files: ModelFiles, name: str, before: Mapping[str, Tensor], found: Mapping[str, Tensor]) -> None:
    """Say so where tensors stand in two files: counted once, they would be told the size of both."""
    again = before.keys() & found.keys()
    if again:
        raise ModelFilesError(
            f"{files.label}: {name} holds {min(again)}, and so does another of its files: they are not one model.",
            remedy="Name the file that is meant.",
        )


def read_json(files: ModelFiles, name: str) -> Mapping[str, Any]:
    """The object that a JSON file holds; empty where there is no such file.

    Raises:
        ModelFilesError: where it holds anything else.
    """
    if name not in files.sizes:
        return {}
    if files.sizes[name] > _LONGEST_JSON:
        raise ModelFilesError(f"{files.label}: {name} is larger than {_LONGEST_JSON} bytes.")
    content = files.read(name, 0, _LONGEST_JSON)
    refuse_pointer(files, name, content)
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ModelFilesError(f"{files.label}: {name} is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise ModelFilesError(f"{files.label}: {name} holds no JSON object.")
    return found


def _weight_files(files: ModelFiles) -> tuple[str, ...]:
    """Those at the top, of the model itself; where an index lies beside them, those that it names."""
    every = tuple(files.named(SUFFIX))
    if files.chosen:
        return _parts(files, files.chosen) if every else ()
    indexes = [name for name in files.sizes if name.endswith(INDEX) and "/" not in name]
    if not indexes:
        return (_WHOLE,) if _WHOLE in every else every
    weight_map = read_json(files, indexes[0]).get("weight_map")
    named = sorted({str(name) for name in weight_map.values()}) if isinstance(weight_map, dict) else []
    missing = [name for name in named if name not in files.sizes]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise ModelFilesError(
            f"{files.label}: {indexes[0]} names {missing[0]}{more}, which {'are' if more else 'is'} not there.",
            remedy="Fetch the whole model.",
        )
    return tuple(named) or every


def _parts(files: ModelFiles, chosen: str) -> tuple[str, ...]:
    """The chosen file, and those that are parts of the same model."""
    part = _PART.fullmatch(chosen)
    if part is None:
        return (chosen,)
    stem, count = part[1], int(part[3])
    names = [name for name in files.sizes if (other := _PART.fullmatch(name)) and other.group(1, 3) == part.group(1, 3)]
    if len(names) != count:
        raise ModelFilesError(
            f"{files.label}: of the {count} files of {stem} there are {len(names)}.", remedy="Fetch the whole model."
        )
    return tuple(names)


def _header(files: ModelFiles, name: str) -> dict[str, Any]:
    size, where = files.sizes[name], f"{files.label}: {name}"
    first = files.read(name, 0, _FIRST_READ)
    refuse_pointer(files, name, first)
    length = int.from_bytes(first[:8], "little")
    if len(first) < 8 or length > size - 8 or length > _LONGEST_HEADER:
        raise ModelFilesError(
            f"{where} is no safetensors file, or is cut: its header claims {length} bytes, and the file has {size}.",
            remedy="Fetch it again.",
        )
    content = first[8 : 8 + length]
    if len(content) < length:
        content += files.read(name, 8 + len(content), length - len(content))
    try:
        header = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ModelFilesError(f"{where}: its header is not JSON: {error}", remedy="Fetch it again.") from error
    if not isinstance(header, dict):
        raise ModelFilesError(f"{where}: its header is no JSON object.", remedy="Fetch it again.")
    spans = [span for value in header.values() if isinstance(value, dict) and (span := _span(value)) is not None]
    last = max((end for _begin, end in spans), default=0)
    if last > size - 8 - length:
        raise ModelFilesError(
            f"{where} is cut: its tensors end at byte {8 + length + last}, and the file has {size}.",
            remedy="Fetch it again.",
        )
    if sum(end - begin for begin, end in spans) > last:
        raise ModelFilesError(f"{where} is damaged: its tensors lie over one another.", remedy="Fetch it again.")
    return header


def _span(entry: Mapping[str, Any]) -> tuple[int, int] | None:
    offsets = _numbers(entry.get("data_offsets"))
    return (offsets[0], offsets[1]) if offsets is not None and len(offsets) == 2 else None


def _tensor(files: ModelFiles, name: str, key: str, entry: object) -> Tensor:
    if isinstance(entry, dict):
        dtype, shape, offsets = entry.get("dtype"), _numbers(entry.get("shape")), _numbers(entry.get("data_offsets"))
        if isinstance(dtype, str) and shape is not None and offsets is not None and len(offsets) == 2:
            found = Tensor(dtype, shape, offsets[1] - offsets[0])
            if found.size_bytes == -(-found.count * BITS[dtype] // 8) if dtype in BITS else found.size_bytes >= 0:
                return found
    raise ModelFilesError(
        f"{files.label}: {name}: what its header says of {key} makes no sense.", remedy="Fetch it again."
    )


def _numbers(value: object) -> tuple[int, ...] | None:
    """A list of natural numbers, where it is one."""
    if not isinstance(value, list) or not all(isinstance(one, int) and one >= 0 for one in value):
        return None
    return tuple(value)
