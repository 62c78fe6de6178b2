"""What an IR lists."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from cardgen.errors import ModelFilesError
from cardgen.weights.inspect.files import ModelFiles, refuse_pointer

_LONGEST = 200_000_000
_BITS = {
    "f64": 64, "f32": 32, "f16": 16, "bf16": 16, "f8e4m3": 8, "f8e5m2": 8, "f8e8m0": 8, "f4e2m1": 4, "nf4": 4,
    "i64": 64, "i32": 32, "i16": 16, "i8": 8, "i4": 4, "u64": 64, "u32": 32, "u16": 16, "u8": 8, "u6": 6, "u4": 4,
    "u3": 3, "u2": 2, "u1": 1, "boolean": 8,
}  # fmt: skip


@dataclass(frozen=True)
class Layer:
    """One operation, or a constant."""

    name: str
    type: str
    inputs: tuple[str, ...]
    """Ids of the layers that its ports are fed by, in their order."""
    element: str = ""
    """Of a constant: ``i8``."""
    shape: tuple[int, ...] = ()
    size_bytes: int = 0
    ends: int = 0
    """Where in the file of weights."""

    @property
    def count(self) -> int:
        """Elements of a constant."""
        return prod(self.shape)

    @property
    def bits(self) -> int:
        """Of one element."""
        return _BITS.get(self.element, 8)


@dataclass(frozen=True)
class Graph:
    """All layers by their ids, and what was noted about the run that made them."""

    layers: Mapping[str, Layer]
    info: Mapping[str, str]
    """``rt_info`` by path: ``nncf/version``."""


def read_graph(files: ModelFiles, name: str) -> Graph:
    """Read the list.

    Raises:
        ModelFilesError: where it is no IR, or damaged.
    """
    where = f"{files.label}: {name}"
    if files.sizes[name] > _LONGEST:
        raise ModelFilesError(f"{where} is larger than {_LONGEST} bytes.")
    content = files.read(name, 0, files.sizes[name])
    refuse_pointer(files, name, content)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ModelFilesError(f"{where} declares entities, which no IR does.", remedy="Do not trust this file.")
    try:
        root = ET.fromstring(content)  # noqa: S314  # without a declaration there are no entities to expand
    except (ET.ParseError, ValueError) as error:
        raise ModelFilesError(f"{where} is not XML: {error}", remedy="Fetch it again.") from error
    if root.tag != "net" or root.find("layers") is None:
        raise ModelFilesError(f"{where} is no IR of OpenVINO.", remedy="Name the model's own .xml file.")
    fed: dict[tuple[str, str], str] = {
        (edge.get("to-layer", ""), edge.get("to-port", "")): edge.get("from-layer", "")
        for edge in root.iterfind("edges/edge")
    }
    layers = {element.get("id", ""): _layer(element, fed, where) for element in root.iterfind("layers/layer")}
    info: dict[str, str] = {}
    for element in root.iterfind("rt_info"):
        _note(element, "", info)
    return Graph(layers, info)


def _layer(element: ET.Element, fed: Mapping[tuple[str, str], str], where: str) -> Layer:
    name, kind, number = element.get("name", ""), element.get("type", ""), element.get("id", "")
    inputs = tuple(fed.get((number, port.get("id", "")), "") for port in element.iterfind("input/port"))
    data = element.find("data")
    if kind != "Const" or data is None:
        return Layer(name, kind, inputs)
    try:
        shape = tuple(int(one) for one in data.get("shape", "").split(",") if one.strip())
        size, start = int(data.get("size", "")), int(data.get("offset", "0"))
    except ValueError as error:
        raise ModelFilesError(f"{where}: what it says of {name} makes no sense.", remedy="Fetch it again.") from error
    if size < 0 or start < 0 or any(one < 0 for one in shape):
        raise ModelFilesError(f"{where}: what it says of {name} makes no sense.", remedy="Fetch it again.")
    return Layer(name, kind, inputs, data.get("element_type", ""), shape, size, start + size)


def _note(element: ET.Element, path: str, info: dict[str, str]) -> None:
    for child in element:
        key = f"{path}{child.get('name') or child.tag}"
        if (value := child.get("value")) is not None:
            info[key] = value
        _note(child, f"{key}/", info)
