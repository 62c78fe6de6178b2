"""What the managed environments export, for code that a card prints: modules, names, methods and parameters.

``data/symbols.json`` was made by importing the libraries with ``python -m tests.make_symbols``. It is read when the
first name is asked for. It covers the packages that cards import from, and says nothing of any other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypedDict, cast

from cardgen.catalog.suggest import nearest
from cardgen.patterns import regex

Kind = Literal["class", "function", "module", "value", "unavailable"]
"""``unavailable``: a stand-in, which raises ImportError because an optional library is not installed."""

_DATA = Path(__file__).parent / "data" / "symbols.json"

_TITLES: Mapping[str, str] = {
    "flax": "Flax",
    "ipex": "Intel Extension for PyTorch",
    "nncf": "NNCF",
    "openvino": "OpenVINO",
    "sentencepiece": "SentencePiece",
    "tensorflow_text": "TensorFlow Text",
    "tf": "TensorFlow",
    "vision": "Pillow",
}
"""Optional libraries, as the libraries that ask for them call them, to their names."""

_RENAMED: tuple[tuple[re.Pattern[str], str], ...] = (
    (regex(r"^Inc(?:Quantized)?(Model.*|Quantizer|Trainer|Seq2SeqTrainer|Config)$"), r"INC\1"),
)
"""Patterns of names as they once were, to what they are now."""

_MOVED: Mapping[tuple[str, str], tuple[str, str]] = {
    ("datasets", "load_metric"): ("evaluate", "load"),
    ("datasets", "list_metrics"): ("evaluate", "list_evaluation_modules"),
    ("transformers", "AdamW"): ("torch.optim", "AdamW"),
}
"""Names that another module took over under another name or meaning."""


class _Environment(TypedDict):
    lock_sha256: str
    versions: dict[str, str]


class _Index(TypedDict):
    """The data. Several environments are one text, parted by spaces."""

    environments: dict[str, _Environment]
    modules: dict[str, dict[str, str]]
    names: dict[str, dict[str, dict[str, list[str]]]]


_Entry = tuple[str, str, tuple[str, ...]]
"""Environments, parted by spaces; kind, where ``builtin`` is a function without parameters; what is known of it."""


@dataclass(frozen=True)
class Symbol:
    """One name that a module exports."""

    module: str
    name: str
    kind: Kind
    environments: tuple[str, ...]
    """Those that have it; where some have only a stand-in, those that have the real one."""
    methods: tuple[str, ...] = ()
    """Of a class: which of the methods that cards call it has, such as ``from_pretrained``."""
    parameters: tuple[str, ...] | None = None
    """Of a function: their names, ``*args`` and ``**kwargs`` with their stars. ``None`` where they are not known."""
    missing: tuple[str, ...] = ()
    """Of a stand-in: the libraries that are not installed, by their names. May be empty."""


def versions(environment: str) -> Mapping[str, str]:
    """Distributions that the index was made from in one environment, with their versions.

    Raises:
        KeyError: for an environment that the index does not know.
    """
    return MappingProxyType(_index()["environments"][environment]["versions"])


def lock_sha256(environment: str) -> str:
    """The hash of the lock that the index was made from.

    Raises:
        KeyError: for an environment that the index does not know.
    """
    return _index()["environments"][environment]["lock_sha256"]


def top_level_known(package: str) -> bool:
    """Whether the index covers a package: of any other, :func:`module_known` and :func:`symbol` say nothing."""
    return package in _submodules("")


def module_known(module: str) -> bool:
    """Whether a module exists in some environment. Importing it may still need an optional library."""
    return bool(environments_with(module))


def names_known(module: str) -> bool:
    """Whether the index holds the names that a module exports; of any other module :func:`symbol` says nothing."""
    return module in _index()["names"]


def environments_with(module: str) -> tuple[str, ...]:
    """The environments in which a module exists."""
    parent, _, name = module.rpartition(".")
    found = _submodules(parent).get(name, ())
    if not found and names_known(parent) and (alias := symbol(parent, name)) is not None and alias.kind == "module":
        return alias.environments
    return _environments(found)


def symbol(module: str, name: str, environment: str | None = None) -> Symbol | None:
    """What a module exports under a name, or ``None`` where it exports no such name or is not indexed.

    Where environments differ, the methods and parameters of all of them are joined.

    Args:
        module: with dots, such as ``optimum.intel``.
        name: one word.
        environment: the only one to look in; by default all.
    """
    entries = (_symbol(module, name, entry) for entry in _names(module, name[:1]).get(name, ()))
    found = [one for one in entries if environment in (None, *one.environments)]
    usable = [one for one in found if one.kind != "unavailable"] or found
    if usable:
        return _joined(usable)
    places = _environments(_submodules(module).get(name, ()) if module else ())
    return Symbol(module, name, "module", places) if places and environment in (None, *places) else None


def replacement(module: str, name: str) -> tuple[str, str] | None:
    """Where to import what, instead of a name that a module does not export.

    Tried in this order: the name that it was changed to, the same name in a parent or another module of the package,
    the same in another package, the nearest name in the module itself.

    Returns:
        The module and the name; ``None`` where nothing is alike.
    """
    if (moved := _MOVED.get((module, name))) is not None:
        return moved
    package = module.partition(".")[0]
    for wanted in (_renamed(name), name):
        homes = [home for home in _index()["names"] if _is_usable(home, wanted)]
        if module in homes and wanted != name:
            return module, wanted
        homes = [home for home in homes if home != module]
        if homes:
            return min(homes, key=lambda home: (home.partition(".")[0] != package, home.count("."), home)), wanted
    usable = _usable_names(module)
    alike = nearest(_renamed(name), tuple(known for known in usable if known != name) if name in usable else usable)
    return None if alike is None else (module, alike)


def similar(module: str, name: str) -> str | None:
    """The name of :func:`replacement`, for a message that does not say where to import it from."""
    found = replacement(module, name)
    return None if found is None else found[1]


def _renamed(name: str) -> str:
    for pattern, now in _RENAMED:
        name = pattern.sub(now, name)
    return name


@cache
def _usable_names(module: str) -> tuple[str, ...]:
    return tuple(name for name in _names(module) if _is_usable(module, name))


def _is_usable(module: str, name: str) -> bool:
    return any(kind != "unavailable" for _, kind, _ in _names(module).get(name, ()))


def _joined(symbols: list[Symbol]) -> Symbol:
    """One symbol of those that environments have under one name."""
    first = symbols[0]
    return replace(
        first,
        environments=_environments(name for one in symbols for name in one.environments),
        methods=tuple(dict.fromkeys(method for one in symbols for method in one.methods)),
        parameters=None
        if any(one.parameters is None for one in symbols)
        else tuple(dict.fromkeys(parameter for one in symbols for parameter in one.parameters or ())),
        missing=tuple(dict.fromkeys(library for one in symbols for library in one.missing)),
    )


def _environments(places: Iterable[str]) -> tuple[str, ...]:
    named = {name for place in places for name in place.split()}
    return tuple(name for name in _index()["environments"] if name in named)


@cache
def _index() -> _Index:
    return cast("_Index", json.loads(_DATA.read_bytes()))


@lru_cache(maxsize=256)
def _submodules(parent: str) -> Mapping[str, tuple[str, ...]]:
    """The modules in one, or of the top level, to the places that have them."""
    places: dict[str, tuple[str, ...]] = {}
    for place, tree in _index()["modules"].items():
        for name in tree.get(parent, "").split():
            places[name] = (*places.get(name, ()), place)
    return places


@lru_cache(maxsize=256)
def _names(module: str, letter: str = "") -> Mapping[str, tuple[_Entry, ...]]:
    """The names that a module exports, as each group of environments has them.

    Args:
        module: with dots.
        letter: with which they begin, where not all are asked for: a card names a few of thousands.
    """
    names: dict[str, tuple[_Entry, ...]] = {}
    for place, kinds in _index()["names"].get(module, {}).items():
        for entry, lines in kinds.items():
            for line in lines:
                if line.startswith((letter, "{")):
                    about = _entry(place, entry, line)
                    for name in expanded(line.partition(" ")[0]):
                        names[name] = (*names.get(name, ()), about)
    return names


def _entry(place: str, entry: str, line: str) -> _Entry:
    kind, *about = entry.split()
    _start, *parameters = line.split()
    return place, kind, tuple(parameters or about)


def _symbol(module: str, name: str, entry: _Entry) -> Symbol:
    place, kind, about = entry
    environments = tuple(place.split())
    match kind:
        case "function":
            return Symbol(module, name, "function", environments, parameters=about)
        case "builtin":
            return Symbol(module, name, "function", environments)
        case "unavailable":
            missing = tuple(_TITLES.get(library, library) for library in about)
            return Symbol(module, name, "unavailable", environments, missing=missing)
        case _:
            return Symbol(module, name, cast("Kind", kind), environments, methods=about)


def expanded(line: str) -> list[str]:
    """The names that a line of the data stands for: ``Bert{Config,Model}`` for two."""
    start, brace, ends = line.partition("{")
    return [start + end for end in ends.removesuffix("}").split(",")] if brace else [line]
