"""What an ONNX file lists: its makers, its nodes, and what its tensors are like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import prod
from typing import Final

from cardgen.weights.inspect.cursor import Cursor
from cardgen.weights.inspect.files import ModelFiles, refuse_pointer
from cardgen.weights.inspect.onnx.wire import LENGTH, VARINT, Field, fields, numbers, text

TYPES: Final = {
    1: ("F32", 32), 2: ("UINT8", 8), 3: ("INT8", 8), 4: ("UINT16", 16), 5: ("INT16", 16), 6: ("INT32", 32),
    7: ("INT64", 64), 9: ("BOOL", 8), 10: ("F16", 16), 11: ("F64", 64), 12: ("UINT32", 32), 13: ("UINT64", 64),
    16: ("BF16", 16), 17: ("FP8", 8), 18: ("FP8", 8), 19: ("FP8", 8), 20: ("FP8", 8), 21: ("UINT4", 4), 22: ("INT4", 4),
    23: ("FP4", 4), 25: ("UINT2", 2), 26: ("INT2", 2),
}  # fmt: skip
"""``TensorProto.DataType`` to a name and to the bits of one element."""
_STORED_IN_FILES: Final = 1
"""``DataLocation.EXTERNAL``."""
_DEEPEST: Final = 50
"""Graphs in graphs, which loops and branches have."""


@dataclass
class Tensor:
    """An initializer, or the value of a constant."""

    name: str = ""
    shape: tuple[int, ...] = ()
    type: str = "?"
    bits: int = 8
    constant: bool = False
    """Whether it stands in a node and not among the initializers."""
    location: str | None = None
    """The file that it lies in, where that is another."""
    ends: int = 0
    """Where in that file."""

    @property
    def count(self) -> int:
        """Elements."""
        return prod(self.shape)

    @property
    def size_bytes(self) -> int:
        """Bytes of its elements."""
        return -(-self.count * self.bits // 8)


@dataclass
class Node:
    """One operation."""

    operator: str = ""
    name: str = ""
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    integers: dict[str, int] = field(default_factory=dict)
    """Its attributes that are integers."""


@dataclass
class Listed:
    """All that was found in a file, subgraphs included."""

    producer: str = ""
    producer_version: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    tensors: dict[str, Tensor] = field(default_factory=dict)


def read_graph(files: ModelFiles, name: str) -> Listed:
    """Go through a file.

    Raises:
        ModelFilesError: where it is damaged, cut, or no ONNX.
    """
    refuse_pointer(files, name, files.read(name, 0, 1024))
    cursor, listed = Cursor(files, name), Listed()
    graphs = 0

    def take(found: Field) -> bool:
        nonlocal graphs
        if found.wire != LENGTH:
            return False
        match found.number:
            case 2:
                listed.producer = text(cursor, found.value)
            case 3:
                listed.producer_version = text(cursor, found.value)
            case 7:
                graphs += 1
                _graph(cursor, found.value, listed, 0)
            case 14:
                _entry(cursor, found.value, listed.metadata)
            case _:
                return False
        return True

    fields(cursor, cursor.size, take)
    if not graphs:
        raise cursor.error("holds no graph: it is no ONNX file, or an empty one")
    return listed


def _graph(cursor: Cursor, length: int, listed: Listed, depth: int) -> None:
    if depth > _DEEPEST:
        raise cursor.error("is damaged: graphs lie too deep in each other")

    def take(found: Field) -> bool:
        if found.wire == LENGTH and found.number == 1:
            _node(cursor, found.value, listed, depth)
        elif found.wire == LENGTH and found.number == 5:
            tensor = _tensor(cursor, found.value)
            listed.tensors[tensor.name] = tensor
        else:
            return False
        return True

    fields(cursor, cursor.at + length, take)


def _node(cursor: Cursor, length: int, listed: Listed, depth: int) -> None:
    node = Node()
    constant: list[Tensor] = []

    def take(found: Field) -> bool:
        if found.wire != LENGTH:
            return False
        match found.number:
            case 1:
                node.inputs.append(text(cursor, found.value))
            case 2:
                node.outputs.append(text(cursor, found.value))
            case 3:
                node.name = text(cursor, found.value)
            case 4:
                node.operator = text(cursor, found.value)
            case 5:
                constant.extend(_attribute(cursor, found.value, node, listed, depth))
            case _:
                return False
        return True

    fields(cursor, cursor.at + length, take)
    if node.operator == "Constant" and constant and node.outputs:
        constant[0].name, constant[0].constant = node.outputs[0], True
        listed.tensors[node.outputs[0]] = constant[0]
    else:
        listed.nodes.append(node)


def _attribute(cursor: Cursor, length: int, node: Node, listed: Listed, depth: int) -> Iterator[Tensor]:
    name = ""
    tensors: list[Tensor] = []

    def take(found: Field) -> bool:
        nonlocal name
        if found.wire == VARINT and found.number == 3:
            node.integers[name] = found.value
        if found.wire != LENGTH:
            return False
        match found.number:
            case 1:
                name = text(cursor, found.value)
            case 5:
                tensors.append(_tensor(cursor, found.value))
            case 6 | 11:
                _graph(cursor, found.value, listed, depth + 1)
            case _:
                return False
        return True

    fields(cursor, cursor.at + length, take)
    yield from tensors


def _tensor(cursor: Cursor, length: int) -> Tensor:
    tensor = Tensor()
    shape: list[int] = []
    external: dict[str, str] = {}
    elsewhere = False

    def take(found: Field) -> bool:
        nonlocal elsewhere
        if found.number == 1 and found.wire in (VARINT, LENGTH):
            shape.extend(numbers(cursor, found))
            return True
        if found.wire == VARINT and found.number == 2:
            tensor.type, tensor.bits = TYPES.get(found.value, (f"type {found.value}", 8))
        elif found.wire == VARINT and found.number == 14:
            elsewhere = found.value == _STORED_IN_FILES
        elif found.wire == LENGTH and found.number == 8:
            tensor.name = text(cursor, found.value)
            return True
        elif found.wire == LENGTH and found.number == 13:
            _entry(cursor, found.value, external)
            return True
        return False

    fields(cursor, cursor.at + length, take)
    if any(one < 0 for one in shape):
        raise cursor.error(f"is damaged: the shape of {tensor.name} makes no sense")
    tensor.shape = tuple(shape)
    if elsewhere and (location := external.get("location")) is not None:
        tensor.location = location
        start, size = (_natural(external.get(key)) for key in ("offset", "length"))
        tensor.ends = (start or 0) + (tensor.size_bytes if size is None else size)
    return tensor


def _natural(value: str | None) -> int | None:
    return int(value) if value is not None and value.isascii() and value.isdecimal() else None


def _entry(cursor: Cursor, length: int, into: dict[str, str]) -> None:
    key = value = ""

    def take(found: Field) -> bool:
        nonlocal key, value
        if found.wire != LENGTH or found.number not in (1, 2):
            return False
        if found.number == 1:
            key = text(cursor, found.value)
        else:
            value = text(cursor, found.value)
        return True

    fields(cursor, cursor.at + length, take)
    into[key] = value
