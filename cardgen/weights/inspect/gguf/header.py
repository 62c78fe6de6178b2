"""The header of one GGUF file: its metadata, and what it says of each tensor."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from math import prod
from typing import Any, Final

from cardgen.weights.inspect.cursor import Cursor
from cardgen.weights.inspect.files import ModelFiles, refuse_pointer
from cardgen.weights.inspect.gguf.types import TYPES, Type

Value = int | float | bool | str
"""Of metadata; arrays, which hold vocabularies, are passed over."""

_MAGIC: Final = b"GGUF"
_VERSIONS: Final = (2, 3)
_MOST_ENTRIES: Final = 1_000_000
_MOST_DIMENSIONS: Final = 8
_STRING, _ARRAY = 8, 9
_NUMBERS: Final = {
    0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d",
}  # fmt: skip


@dataclass(frozen=True)
class TensorInfo:
    """What a header says of one tensor."""

    name: str
    shape: tuple[int, ...]
    """Outputs first, as PyTorch has it; the file has it the other way round."""
    type: Type

    @property
    def count(self) -> int:
        """Weights."""
        return prod(self.shape)

    @property
    def size_bytes(self) -> int:
        """Bytes, scales among them."""
        return -(-self.count // self.type.block) * self.type.size_bytes


@dataclass(frozen=True)
class Header:
    """One file's."""

    metadata: dict[str, Value]
    tensors: tuple[TensorInfo, ...]


def read_header(files: ModelFiles, name: str) -> Header:
    """Read what a file begins with.

    Raises:
        ModelFilesError: where it is no GGUF file of a known version, is damaged, or cut.
    """
    reader = _Reader(files, name)
    if reader.take(4) != _MAGIC:
        refuse_pointer(files, name, files.read(name, 0, 1024))
        raise reader.error("is no GGUF file")
    version = reader.number("<I")
    if version not in _VERSIONS:
        other = int.from_bytes(int(version).to_bytes(4, "little"), "big")
        why = "is of big-endian numbers" if other in _VERSIONS else f"is of version {version} of GGUF"
        raise reader.error(f"{why}, which cardgen does not read")
    tensors, entries = reader.count("<Q"), reader.count("<Q")
    metadata = {}
    for _ in range(entries):
        key, kind = reader.text(), reader.number("<I")
        if kind == _ARRAY:
            reader.skip_array()
        else:
            metadata[key] = reader.text() if kind == _STRING else reader.value(kind)
    listed = []
    end = 0
    for _ in range(tensors):
        info, offset = reader.tensor()
        listed.append(info)
        end = max(end, offset + info.size_bytes)
    alignment = metadata.get("general.alignment", 32)
    alignment = alignment if isinstance(alignment, int) and alignment > 0 else 32
    begin = -(-reader.at // alignment) * alignment
    if begin + end > files.sizes[name]:
        raise reader.error(f"is cut: its tensors end at byte {begin + end}, and it has {files.sizes[name]}")
    return Header(metadata, tuple(listed))


class _Reader(Cursor):
    """Reads the numbers and texts of a header."""

    def number(self, form: str) -> int:
        (found,) = struct.unpack(form, self.take(struct.calcsize(form)))
        return int(found)

    def count(self, form: str) -> int:
        found = self.number(form)
        if found > _MOST_ENTRIES:
            raise self.error(f"is damaged: its header claims {found} entries")
        return found

    def text(self) -> str:
        return self.take(self.number("<Q")).decode("utf-8", errors="replace")

    def value(self, kind: int) -> Value:
        form = _NUMBERS.get(kind)
        if form is None:
            raise self.error(f"is damaged: there is no type {kind} of metadata")
        found: Any = struct.unpack(form, self.take(struct.calcsize(form)))[0]
        return found  # type: ignore[no-any-return]

    def skip_array(self) -> None:
        kind, length = self.number("<I"), self.number("<Q")
        if kind == _STRING:
            for _ in range(length):
                self.skip(self.number("<Q"))
        elif kind in _NUMBERS:
            self.skip(length * struct.calcsize(_NUMBERS[kind]))
        else:
            raise self.error(f"is damaged: there is no type {kind} of metadata")

    def tensor(self) -> tuple[TensorInfo, int]:
        name, dimensions = self.text(), self.number("<I")
        if dimensions > _MOST_DIMENSIONS:
            raise self.error(f"is damaged: {name} has {dimensions} dimensions")
        shape = tuple(self.number("<Q") for _ in range(dimensions))
        kind = self.number("<I")
        if kind not in TYPES:
            raise self.error(f"has a tensor of type {kind}, which cardgen does not know: {name}")
        return TensorInfo(name, shape[::-1], TYPES[kind]), self.number("<Q")
