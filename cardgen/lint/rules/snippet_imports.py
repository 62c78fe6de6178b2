"""Does what a card's code imports exist? Checked against the libraries that environments pin, and current ones."""

from __future__ import annotations

from collections.abc import Iterator

from cardgen.catalog import releases, symbols
from cardgen.catalog.environments import ENVIRONMENTS
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.python_code import Python, read_python

_DISTRIBUTIONS = (
    ("optimum.intel", "optimum-intel"),
    ("optimum.onnxruntime", "optimum-onnx"),
    ("neural_compressor", "neural-compressor"),
)
"""Modules whose distribution has another name than their package."""
_OTHER_MODULE = "import from a module that the library still has, or say which version the code is for"
_SUGGESTED = 100
"""Imports of a card for which another one is looked for: among thousands of names, that takes its time."""


def _is_gone(module: str) -> bool:
    """Whether the package is known, but not this module of it, neither in a pinned release nor in the current one."""
    known = symbols.top_level_known(module.partition(".")[0])
    return known and not symbols.module_known(module) and not _in_a_release(module)


def _in_a_release(module: str, name: str = "") -> bool:
    """Whether the current release has it, or one before had it: that it is gone another rule tells."""
    if name:
        return bool(releases.has_name(module, name) or releases.gone_name(module, name))
    return bool(releases.has_module(module) or releases.gone_module(module))


def _modules(subject: Subject) -> Iterator[Found]:
    looked = 0
    for python in read_python(subject.document):
        first = {one.module: one for one in reversed(python.imported)}
        for module, one in first.items():
            if _is_gone(module):
                looked += 1
                message = f"there is no module `{module}` in {_versions(module)}"
                remedy = _module_remedy(python, module) if looked <= _SUGGESTED else _OTHER_MODULE
                yield Found(python.place_of_module(one), message, remedy, fault=module)


def _module_remedy(python: Python, module: str) -> str:
    for one in python.imported:
        if one.module == module and one.name and (found := symbols.replacement(module, one.name)):
            return _written(*found)
    return _OTHER_MODULE


def _names(subject: Subject) -> Iterator[Found]:
    looked = 0
    for python in read_python(subject.document):
        for one in python.imported:
            module, name = one.module, one.name
            if not name or name == "*" or not (symbols.names_known(module) or _is_gone(module)):
                continue
            known = symbols.symbol(module, name)
            if known is None and _in_a_release(module, name):
                continue
            if known is None:
                if _is_gone(module) and _kept_elsewhere(module, name):
                    continue  # the module alone is wrong, and another rule tells of it
                looked += 1
                found = symbols.replacement(module, name) if looked <= _SUGGESTED else None
                remedy = _written(*found) if found else "say which version of the library the code is for"
                message = f"there is no `{name}` in `{module}` of {_versions(module)}"
                yield Found(python.place(one.line, name, one.column), message, remedy, fault=(module, name))
            elif releases.gone_name(module, name):
                continue  # which another rule tells
            elif known.kind != "unavailable" and (lacking := _lacking(module, known)):
                message = f"there is no `{name}` in {_versions(module, lacking)}, though older versions have it"
                yield Found(
                    python.place(one.line, name, one.column), message, "say which version the code is for", "note"
                )


def _kept_elsewhere(module: str, name: str) -> bool:
    found = symbols.replacement(module, name)
    return found is not None and found[1] == name


def _lacking(module: str, known: symbols.Symbol) -> tuple[str, ...]:
    """The environments that have the module, but not this name in it."""
    return tuple(name for name in symbols.environments_with(module) if name not in known.environments)


def _written(module: str, name: str) -> str:
    return f"did you mean `from {module} import {name}`?"


def _versions(module: str, environments: tuple[str, ...] = tuple(ENVIRONMENTS)) -> str:
    """``transformers 4.45.2, 4.57.6 or 5.24.0``: what the indexes were made from."""
    package = module.partition(".")[0]
    title = next((title for start, title in _DISTRIBUTIONS if f"{module}.".startswith(f"{start}.")), package)
    known = dict.fromkeys(symbols.versions(name).get(title, "") for name in environments)
    current = releases.current_release(module) if environments == tuple(ENVIRONMENTS) else None
    if current is not None and current[0] == title:
        known[current[1]] = None
    *others, last = [version for version in known if version] or [""]
    return f"{title} {', '.join(others)}{' or ' if others else ''}{last}".strip()


RULES: tuple[Rule, ...] = (
    Rule("snippet-module", "error", "An import from a module that the libraries do not have.", _modules),
    Rule("snippet-name", "error", "An import of a class or function that the libraries do not have.", _names),
)
