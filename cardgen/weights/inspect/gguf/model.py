"""What a model in GGUF is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final
from urllib.parse import urlsplit

from cardgen.errors import ModelFilesError, SeveralModelsError
from cardgen.patterns import regex
from cardgen.records.inspection import Inspection, Kind, Maker, Module, Storage
from cardgen.weights.inspect.files import ModelFiles, listed
from cardgen.weights.inspect.gguf.header import Header, TensorInfo, Value, read_header
from cardgen.weights.inspect.gguf.recipe import recipe_of
from cardgen.weights.inspect.modules import natural
from cardgen.weights.inspect.provenance import is_id

SUFFIX: Final = ".gguf"
_PART: Final = regex(r"(.+)-(\d{5})-of-(\d{5})\.gguf")
_WIDTH: Final = regex(r"I?[A-Z]+?(\d+)")
_PLAIN: Final = frozenset({"F64", "F32", "F16", "BF16", "I8", "I16", "I32", "I64"})
_HUB: Final = ("huggingface.co", "www.huggingface.co", "hf.co")
_AT: Final = "split.no"
_OF_ALL: Final = ("general.architecture", "general.name", "general.file_type", "split.count", "split.tensors.count")
"""What parts of one model have in common, where more than the first of them says so."""


def inspect_gguf(files: ModelFiles) -> Inspection:
    """Read what a GGUF file is, or the files that a model was split into.

    Raises:
        ModelFilesError: where one is damaged or missing, or there are several models.
    """
    names = _one_model(files)
    headers = [read_header(files, name) for name in names]
    _refuse_strangers(files, names, headers)
    metadata = headers[0].metadata
    tensors = [tensor for header in headers for tensor in header.tensors]
    modules = _modules(tensors)
    recipe = recipe_of(metadata, modules)
    return Inspection(
        format="gguf",
        method=recipe.name,
        architecture=_text(metadata, "general.architecture"),
        makers=tuple(_makers(metadata, names[0])),
        base_model=tuple(_bases(metadata)),
        calibration=_calibration(metadata),
        modules=modules,
        parameters=sum(module.parameters for module in modules),
        size_bytes=sum(files.sizes[name] for name in names),
        files=listed(files, names),
        findings=(
            *([recipe.finding] if recipe.finding else []),
            *_contradictions(metadata, headers_count=len(names), tensors=len(tensors)),
        ),
    )


def gguf_models(files: ModelFiles) -> tuple[tuple[str, ...], ...]:
    """The files of each model among those that were named, a split one's parts together; projectors are none."""
    every = files.named(SUFFIX)
    if files.chosen and (part := _PART.fullmatch(files.chosen)):
        every = [
            name for name in files.sizes if (other := _PART.fullmatch(name)) and other.group(1, 3) == part.group(1, 3)
        ]
    models: dict[str, list[str]] = {}
    for name in every:
        part = _PART.fullmatch(name)
        models.setdefault(f"{part[1]}-of-{part[3]}" if part else name, []).append(name)
    models = {key: names for key, names in models.items() if "mmproj" not in PurePosixPath(key).name} or models
    return tuple(map(tuple, models.values()))


def _one_model(files: ModelFiles) -> tuple[str, ...]:
    models = gguf_models(files)
    if len(models) > 1:
        raise SeveralModelsError(files.label, [names[0] for names in models])
    (names,) = models
    part = _PART.fullmatch(names[0])
    if part and [_number(name) for name in names] != list(range(1, int(part[3]) + 1)):
        raise ModelFilesError(
            f"{files.label}: of the {int(part[3])} files of {part[1]} there are {len(names)}.",
            remedy="Fetch the whole model.",
        )
    return names


def _number(name: str) -> int | None:
    part = _PART.fullmatch(name)
    return int(part[2]) if part else None


def _refuse_strangers(files: ModelFiles, names: Sequence[str], headers: Sequence[Header]) -> None:
    """Say so where files that are called parts of one model are not, or one tensor stands there twice."""

    def refuse(name: str, what: str) -> ModelFilesError:
        return ModelFilesError(f"{files.label}: {name} {what}.", remedy="Fetch the whole model again.")

    where: dict[str, str] = {}
    for name, header in zip(names, headers, strict=True):
        at, number = header.metadata.get(_AT), _number(name)
        if isinstance(at, int) and number is not None and at + 1 != number:
            raise refuse(name, f"says that it is part {at + 1}, and its name that it is part {number}")
        for key in _OF_ALL:
            value, first = header.metadata.get(key), headers[0].metadata.get(key)
            if value is not None and value != first:
                raise refuse(name, f"is of another model than {names[0]}: {key} is {value}, and there {first}")
        for tensor in header.tensors:
            if tensor.name in where:
                place = "it lists" if where[tensor.name] == name else f"{where[tensor.name]} holds"
                raise refuse(name, f"is damaged: the tensor {tensor.name}, which {place} already, stands in it again")
            where[tensor.name] = name


def _modules(tensors: list[TensorInfo]) -> tuple[Module, ...]:
    """A module a weight; what lies beside it under its name, such as a bias, is part of it."""
    found: dict[str, list[TensorInfo]] = {}
    for tensor in tensors:
        name, dot, part = tensor.name.rpartition(".")
        found.setdefault(name if dot and part in ("weight", "bias") else tensor.name, []).append(tensor)
    return tuple(_module(name, found[name]) for name in sorted(found, key=natural))


def _module(name: str, parts: list[TensorInfo]) -> Module:
    weight = max(parts, key=lambda tensor: tensor.count)
    return Module(
        name=name,
        kind=_kind(name, weight.shape),
        storage=storage_of(weight),
        parameters=sum(tensor.count for tensor in parts),
        size_bytes=sum(tensor.size_bytes for tensor in parts),
    )


def storage_of(tensor: TensorInfo) -> Storage:
    """How a tensor is stored: its type has scales, and for K and I types minima, for each of its blocks."""
    kind = tensor.type.name
    if kind in _PLAIN:
        return Storage(type=kind, bits=8 * tensor.type.size_bytes, quantized=False)
    width = _WIDTH.match(kind)
    bits = int(width[1]) if width else 8 * tensor.type.size_bytes / tensor.type.block
    return Storage(type=kind, bits=bits, quantized=True, per="group", group_size=tensor.type.block)


def _kind(name: str, shape: tuple[int, ...]) -> Kind:
    if "norm" in name:
        return "norm"
    if len(shape) < 2:
        return "other"
    if name.startswith(("token_embd", "position_embd", "token_types")):
        return "embedding"
    return "head" if name in ("output", "cls", "cls.output") else "linear"


def _makers(metadata: Mapping[str, Value], file: str) -> Iterator[Maker]:
    if name := _text(metadata, "general.quantized_by"):
        yield Maker(name=name, version=None, file=file)


def _bases(metadata: Mapping[str, Value]) -> Iterator[str]:
    count = metadata.get("general.base_model.count")
    for number in range(min(count, 100) if isinstance(count, int) else 0):
        address = _text(metadata, f"general.base_model.{number}.repo_url")
        if (repo_id := _repo_id(address or "")) is not None:
            yield repo_id
        elif name := _text(metadata, f"general.base_model.{number}.name"):
            yield name


def _repo_id(address: str) -> str | None:
    """``owner/name`` of an address on the Hub, also of one of its branches or files."""
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets that hold no IPv6 address
        return None
    repo_id = "/".join(parts.path.strip("/").split("/")[:2])
    return repo_id if parts.netloc in _HUB and is_id(repo_id) else None


def _calibration(metadata: Mapping[str, Value]) -> str | None:
    """Of an importance matrix, which llama.cpp notes with paths of the machine it was made on."""
    data = _text(metadata, "quantize.imatrix.dataset")
    matrix = _text(metadata, "quantize.imatrix.file")
    if data is None and matrix is None:
        return None
    chunks = metadata.get("quantize.imatrix.chunks_count")
    told = f"importance matrix from {_file_name(data)}" if data else f"importance matrix {_file_name(matrix or '')}"
    return f"{told}, {chunks} chunks" if isinstance(chunks, int) else told


def _contradictions(metadata: Mapping[str, Value], *, headers_count: int, tensors: int) -> Iterator[str]:
    parts, listed = metadata.get("split.count"), metadata.get("split.tensors.count")
    if isinstance(parts, int) and parts > 1 and parts != headers_count:
        yield f"it was split into {parts} files, and {headers_count} were read: name the folder of all"
    elif isinstance(listed, int) and listed and listed != tensors:
        yield f"its metadata tell of {listed} tensors, and there are {tensors}"


def _text(metadata: Mapping[str, Value], key: str) -> str | None:
    value = metadata.get(key)
    return value if isinstance(value, str) and value else None


def _file_name(path: str) -> str:
    return PureWindowsPath(path).name if "\\" in path else PurePosixPath(path).name
