"""What the modules of a wheel export, read from its files: nothing of it is imported, and nothing it needs installed.

Names are those that a module defines, lists or imports from its own package, on any branch, and those that the tables
of lazy modules list: ``_import_structure`` of transformers and optimum, ``_SUBMOD_ATTRS`` of huggingface_hub, and
``__all__`` of each file of ``transformers.models``, which transformers gathers when it is imported.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from zipfile import ZipFile

_LAZY = ("_import_structure", "_SUBMOD_ATTRS")
_GATHERED = "transformers.models"
_ALL = re.compile(r"^__all__(?:\s*:[^=\n]+)?\s*\+?=\s*(?=\[)", re.MULTILINE)
_REQUIRES = re.compile(r"^@(?:requires|export)\b.*\n(?:@.*\n)*(?:class|def) (\w+)", re.MULTILINE)


class Wheel:
    """A wheel's Python files."""

    def __init__(self, path: Path) -> None:
        with ZipFile(path) as archive:
            self._files = {name: archive.read(name) for name in archive.namelist() if name.endswith((".py", ".so"))}
        self._known: dict[str, frozenset[str]] = {}

    @cached_property
    def modules(self) -> frozenset[str]:
        """Every module and package that has a file."""
        found: set[str] = set()
        for name in self._files:
            parts = name.partition(".")[0].removesuffix("/__init__").split("/")
            if all(part.isidentifier() for part in parts):
                found |= {".".join(parts[:count]) for count in range(1, len(parts) + 1)}
        return frozenset(found)

    def names(self, module: str) -> frozenset[str]:
        """What can be imported from a module, its own modules among it; empty where there is no such module."""
        if module not in self._known:
            self._known[module] = frozenset()  # where modules import each other
            self._known[module] = frozenset(self._names(module))
        return self._known[module]

    def _names(self, module: str) -> Iterator[str]:
        path, is_package = self._path(module)
        if is_package:
            start = f"{module}."
            ends = (name[len(start) :] for name in self.modules if name.startswith(start))
            yield from (end for end in ends if "." not in end)
        if path is None:
            return
        tree = ast.parse(self._files[path])
        package = module if is_package else module.rpartition(".")[0]
        yield from self._of_body(tree.body, package)
        for node in ast.walk(tree):
            yield from _lazy(node)
        if f"{module}.models" == _GATHERED:
            for name in self._files:
                if name.startswith(_GATHERED.replace(".", "/")) and name.endswith(".py"):
                    text = self._files[name].decode("utf-8", errors="replace")
                    yield from _REQUIRES.findall(text)
                    yield from _listed(text)

    def _path(self, module: str) -> tuple[str | None, bool]:
        stem = module.replace(".", "/")
        if f"{stem}/__init__.py" in self._files:
            return f"{stem}/__init__.py", True
        return (f"{stem}.py", False) if f"{stem}.py" in self._files else (None, module in self.modules)

    def _of_body(self, body: list[ast.stmt], package: str) -> Iterator[str]:
        for node in body:
            if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                yield node.name
            elif isinstance(node, ast.Assign):
                yield from (target.id for target in node.targets if isinstance(target, ast.Name))
                yield from _strings(node.value) if any(_is_all(target) for target in node.targets) else ()
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                yield node.target.id
            elif isinstance(node, ast.ImportFrom):
                yield from self._imported(node, package)
            elif not (isinstance(node, ast.If) and _is_for_types(node.test) and _has_star(node.body)):
                for field in ("body", "orelse", "finalbody"):
                    yield from self._of_body(getattr(node, field, []), package)
                for handler in getattr(node, "handlers", []):
                    yield from self._of_body(handler.body, package)

    def _imported(self, node: ast.ImportFrom, package: str) -> Iterator[str]:
        parent = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        home = ".".join([*parent, *([node.module] if node.module else [])])
        if home.partition(".")[0] != package.partition(".")[0]:
            return  # of another library, and so not what this one exports
        for alias in node.names:
            if alias.name == "*":
                yield from (name for name in self.names(home) if not name.startswith("_"))
            else:
                yield alias.asname or alias.name


def _is_for_types(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def _has_star(body: list[ast.stmt]) -> bool:
    """Whether a branch for type checkers alone takes all names of modules, which a lazy module does not."""
    return any(
        alias.name == "*" for node in body for alias in getattr(node, "names", []) if isinstance(node, ast.ImportFrom)
    )


def _is_all(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id == "__all__"


def _strings(value: ast.AST) -> Iterator[str]:
    return (node.value for node in ast.walk(value) if isinstance(node, ast.Constant) and isinstance(node.value, str))


def _lazy(node: ast.AST) -> Iterator[str]:
    """Names in a table of a lazy module: its keys are modules, and the names of these can be imported too."""
    table = value = None
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        table = node.targets[0] if isinstance(node, ast.Assign) else node.target
        value = node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("append", "extend"):
        table, value = node.func.value, node
    elif isinstance(node, ast.AugAssign):
        table, value = node.target, node.value
    while isinstance(table, ast.Subscript):
        table = table.value
    if value is None or not isinstance(table, ast.Name) or table.id not in _LAZY:
        return
    for name in _strings(value):
        if all(part.isidentifier() for part in name.split(".")):
            yield name.rpartition(".")[2] if "." not in name else name.partition(".")[0]


def _listed(text: str) -> Iterator[str]:
    """The names of a file's ``__all__``, without the rest of it being read."""
    for found in _ALL.finditer(text):
        end = text.find("]", found.end())
        yield from re.findall(r"[\"'](\w+)[\"']", text[found.end() : end])
