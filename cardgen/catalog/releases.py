"""What current releases of libraries have, beside those that the environments pin, and since when names are gone.

``data/releases.json`` was made from the libraries' wheels with ``python -m tests.make_releases``. Of what both have it
says nothing: :mod:`cardgen.catalog.symbols` does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple, NotRequired, TypedDict, cast

from cardgen.catalog import symbols

_DEPTH = 3
"""Parts of the longest names of modules in the data: of one below them, it tells by the module above."""
_DATA = Path(__file__).parent / "data" / "releases.json"


class _Part(TypedDict):
    modules: NotRequired[dict[str, str]]
    names: NotRequired[dict[str, list[str]]]


class _GonePart(_Part):
    before: str


class _Library(_Part):
    version: str
    package: str
    named: list[str]
    gone: dict[str, _GonePart]


class _Commands(TypedDict):
    version: str
    commands: dict[str, str]
    gone: dict[str, str]


class _Index(TypedDict):
    libraries: dict[str, _Library]
    commands: _Commands


class Gone(NamedTuple):
    """A name, module, command or option that releases have no more."""

    distribution: str
    since: str
    """The first release without it."""


def current_release(module: str) -> tuple[str, str] | None:
    """The distribution that brings a module, and its current release; ``None`` where it is not looked at."""
    found = _library(module)
    return found and (found[0], found[1]["version"])


def has_module(module: str) -> bool | None:
    """Whether the current release has a module; ``None`` where its library is not looked at."""
    found = _library(module)
    if found is None or gone_module(module) is not None:
        return None if found is None else False
    above = ".".join(module.split(".")[:_DEPTH])
    return above in _new_modules(found[0]) or symbols.module_known(module)


def has_name(module: str, name: str) -> bool | None:
    """Whether the current release has a name in a module; ``None`` where the module's names are not looked at."""
    found = _library(module)
    if found is None or module not in found[1]["named"]:
        return None
    if name in _new_names(found[0], module):
        return True
    return symbols.names_known(module) and symbols.symbol(module, name) is not None and gone_name(module, name) is None


def gone_name(module: str, name: str) -> Gone | None:
    """Since when a module has a name no more; ``None`` where it has it, or never had."""
    found = _library(module)
    return None if found is None else _gone_names(found[0]).get((module, name))


def gone_module(module: str) -> Gone | None:
    """Since when a module is gone; ``None`` where it is there, or never was."""
    found = _library(module)
    if found is None:
        return None
    parts, gone = module.split("."), _gone_modules(found[0])
    every = (".".join(parts[:count]) for count in range(1, len(parts) + 1))
    return next((gone[above] for above in every if above in gone), None)


def options_of(command: str) -> frozenset[str] | None:
    """The options of a command of huggingface_hub's current release: ``hf download``; ``None`` where there is none."""
    found = _index()["commands"]["commands"].get(command)
    return None if found is None else frozenset(found.split())


def hub_commands() -> tuple[str, ...]:
    """All its commands: ``hf auth login``."""
    return tuple(_index()["commands"]["commands"])


def gone_command(text: str) -> Gone | None:
    """Since when a command, or an option behind a command, is gone: ``hf repo create``, ``hf upload --every``."""
    since = _index()["commands"]["gone"].get(text)
    return None if since is None else Gone("huggingface_hub", since)


def hub_release() -> str:
    """The release of huggingface_hub whose commands are known."""
    return _index()["commands"]["version"]


@cache
def _index() -> _Index:
    return cast("_Index", json.loads(_DATA.read_bytes()))


@cache
def _library(module: str) -> tuple[str, _Library] | None:
    """The library that a module is of: of ``optimum.intel`` rather than of ``optimum``."""
    of_package = [
        (name, library)
        for name, library in _index()["libraries"].items()
        if f"{module}.".startswith(f"{library['package']}.")
    ]
    return max(of_package, key=lambda item: len(item[1]["package"]), default=None)


@cache
def _new_modules(distribution: str) -> frozenset[str]:
    return frozenset(_modules(_index()["libraries"][distribution]))


@cache
def _new_names(distribution: str, module: str) -> frozenset[str]:
    lines = _index()["libraries"][distribution].get("names", {}).get(module, [])
    return frozenset(name for line in lines for name in symbols.expanded(line))


@cache
def _gone_names(distribution: str) -> Mapping[tuple[str, str], Gone]:
    return {
        (module, name): Gone(distribution, since)
        for since, part in _index()["libraries"][distribution]["gone"].items()
        for module, lines in part.get("names", {}).items()
        for line in lines
        for name in symbols.expanded(line)
    }


@cache
def _gone_modules(distribution: str) -> Mapping[str, Gone]:
    parts = _index()["libraries"][distribution]["gone"].items()
    return {module: Gone(distribution, since) for since, part in parts for module in _modules(part)}


def _modules(part: _Part | _GonePart | _Library) -> Iterator[str]:
    for parent, children in part.get("modules", {}).items():
        yield from (f"{parent}.{child}" if parent else child for child in children.split())
