"""Prints what an environment has; reads ``{"packages": [...], "modules": [...], "distributions": [...]}`` from stdin.

For each package the names of its public modules, found on disk; for each module what it exports. Whatever libraries
print goes to stderr.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import inspect
import json
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

METHODS = (
    "__call__",
    "batch_decode",
    "compute",
    "decode",
    "encode",
    "eval",
    "export",
    "fit",
    "from_config",
    "from_pretrained",
    "generate",
    "map",
    "push_to_hub",
    "quantize",
    "run",
    "save_pretrained",
    "to",
    "train",
)
"""Those that cards call."""

TESTS = {"conftest", "test", "tests", "testing_utils"}


def modules_of(package: str) -> Iterator[str]:
    """Every public module that a package holds, tests and scripts apart; none where it is not installed."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.submodule_search_locations is None:
        return
    yield package
    for root in map(Path, spec.submodule_search_locations):
        for path in root.rglob("*.py"):
            parts = path.relative_to(root).with_suffix("").parts
            parts = parts[:-1] if parts[-1] == "__init__" else parts
            names = all(part.isidentifier() and not part.startswith(("_", "test_")) for part in parts)
            is_script = "models" in parts and parts[-1].startswith("convert_")
            if parts and names and not is_script and not TESTS.intersection(parts):
                yield ".".join((package, *parts))


def exports(name: str) -> dict[str, Any] | None:
    """What can be imported from a module, by name; nothing where the module cannot be imported itself."""
    try:
        module = importlib.import_module(name)
    except ImportError:
        return None
    found = {}
    for attribute in sorted({*dir(module), *getattr(module, "__all__", ()), "__version__"}):
        if not attribute.startswith("_") or attribute == "__version__":
            described = export(module, attribute)
            if described is not None:
                found[attribute] = described
    return found


def export(module: ModuleType, name: str) -> dict[str, Any] | None:
    """One name of a module; nothing for what a module itself imports from elsewhere."""
    try:
        value = getattr(module, name)
    except AttributeError:
        return None
    except (ImportError, RuntimeError, NameError) as error:
        return {"kind": "unavailable", "missing": missing_module(error)}
    if isinstance(value, ModuleType):
        is_alias = value.__name__ != f"{module.__name__}.{name}" or value.__spec__ is None
        is_own = value.__name__.partition(".")[0] == module.__name__.partition(".")[0]
        return {"kind": "module"} if is_own and is_alias else None
    if origin(value) in sys.stdlib_module_names:
        return None
    missing = dummy_backends(value)
    if missing is not None:
        return {"kind": "unavailable", "missing": missing}
    if inspect.isclass(value):
        own = {method for base in value.__mro__ for method in vars(base)}
        return {"kind": "class", "methods": [method for method in METHODS if method in own]}
    if callable(value) and isinstance(value, FunctionType | BuiltinFunctionType):
        return {"kind": "function", "parameters": parameters(value)}
    return {"kind": "value"}


def origin(value: object) -> str:
    """The package that a class or function comes from."""
    return str(getattr(value, "__module__", None) or "").partition(".")[0] if callable(value) else ""


def dummy_backends(value: Any) -> list[str] | None:
    """What a stand-in misses, where ``value`` stands in for what cannot be imported."""
    if type(value).__name__ == "DummyObject":
        return sorted(backend for backend in value._backends if not is_installed(backend))
    if isinstance(value, FunctionType) and "dummy_" in value.__module__:
        listed = re.search(r"requires_backends\(\w+, \[(.*?)\]\)", inspect.getsource(value))
        backends = re.findall(r"\w+", listed[1]) if listed else []
        return sorted(backend for backend in backends if not is_installed(backend))
    return None


def is_installed(backend: str) -> bool:
    from optimum.utils.import_utils import BACKENDS_MAPPING as OPTIMUM
    from transformers.utils.import_utils import BACKENDS_MAPPING as TRANSFORMERS

    check = {**OPTIMUM, **TRANSFORMERS}.get(backend)
    return bool(check[0]()) if check else importlib.util.find_spec(backend) is not None


def missing_module(error: Exception) -> list[str]:
    found = re.search(r"No module named '([\w.]+)'", str(error))
    return [found[1]] if found else []


def parameters(function: Any) -> list[str] | None:
    """Names of parameters, ``*`` and ``**`` before those that take the rest; nothing where they cannot be known."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    stars = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}
    return [stars.get(parameter.kind.name, "") + parameter.name for parameter in signature.parameters.values()]


def version_of(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def main() -> None:
    asked = json.load(sys.stdin)
    with redirect_stdout(sys.stderr):
        versions = {name: version for name in asked["distributions"] if (version := version_of(name))}
        modules = sorted({module for package in asked["packages"] for module in modules_of(package)})
        names = {name: found for name in asked["modules"] if (found := exports(name)) is not None}
    json.dump({"versions": versions, "modules": modules, "names": names}, sys.stdout)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
