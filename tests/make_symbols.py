"""Write the index of what the environments export anew: ``python -m tests.make_symbols``.

Needed after every new lock: the index holds the lock's hash, and a test compares them. Imports the libraries in each
managed environment, which is made on first use, and writes ``cardgen/catalog/data/symbols.json``.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, takewhile
from pathlib import Path
from typing import Any

from packaging.version import Version

from cardgen.catalog.environments import ENVIRONMENTS, locked_packages
from cardgen.run.environments import worker_environ
from tests.backends.fixtures import interpreter

DATA = Path(__file__).parent.parent / "cardgen" / "catalog" / "data" / "symbols.json"
SCRIPT = Path(__file__).parent / "catalog" / "scripts" / "list_symbols.py"

PACKAGES = {
    "datasets": ("datasets",),
    "evaluate": ("evaluate",),
    "neural_compressor": ("neural-compressor",),
    "onnx": ("onnx",),
    "onnxruntime": ("onnxruntime",),
    "optimum": ("optimum", "optimum-intel", "optimum-onnx"),
    "torch": ("torch",),
    "transformers": ("transformers",),
}
"""Packages that cards import from, to the distributions that bring them."""

MODULES = (
    "datasets",
    "evaluate",
    "neural_compressor",
    "neural_compressor.config",
    "neural_compressor.quantization",
    "neural_compressor.torch.quantization",
    "neural_compressor.training",
    "neural_compressor.utils.pytorch",
    "onnx",
    "onnxruntime",
    "onnxruntime.quantization",
    "onnxruntime.transformers.optimizer",
    "optimum.exporters",
    "optimum.exporters.onnx",
    "optimum.exporters.tasks",
    "optimum.intel",
    "optimum.intel.neural_compressor",
    "optimum.intel.neural_compressor.configuration",
    "optimum.intel.neural_compressor.quantization",
    "optimum.intel.pipelines",
    "optimum.onnxruntime",
    "optimum.onnxruntime.configuration",
    "optimum.pipelines",
    "torch",
    "torch.ao.quantization",
    "torch.jit",
    "torch.nn",
    "torch.nn.functional",
    "torch.onnx",
    "torch.optim",
    "torch.quantization",
    "torch.utils.data",
    "transformers",
    "transformers.onnx",
    "transformers.pipelines",
)
"""Modules whose names are indexed."""

_FIRST_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]+|[a-z0-9]+|_+")


def listed(environment: str) -> dict[str, Any]:
    """What an environment has: ``versions``, ``modules`` and ``names``.

    Raises:
        SystemExit: if the interpreter holds other versions than the lock.
    """
    distributions = [name for names in PACKAGES.values() for name in names]
    asked = {"packages": list(PACKAGES), "modules": MODULES, "distributions": distributions}
    done = subprocess.run(
        [interpreter(environment), "-P", SCRIPT],
        env=worker_environ(offline=True, needs_token=False),
        input=json.dumps(asked),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    found["versions"] = {name: Version(version).public for name, version in found["versions"].items()}
    if found["versions"] != locked_packages(environment, found["versions"]):
        raise SystemExit(f"the interpreter for {environment} does not hold what its lock says")
    return found


def index(found: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The index, from what :func:`listed` found in each environment."""
    return {
        "environments": {
            name: {"lock_sha256": ENVIRONMENTS[name].lock_sha256, "versions": found[name]["versions"]} for name in found
        },
        "modules": {place: tree_of(modules) for place, modules in _by_place({e: found[e]["modules"] for e in found})},
        "names": {module: _names(module, found) for module in MODULES},
    }


def _by_place(names: Mapping[str, Iterable[str]]) -> Iterable[tuple[str, list[str]]]:
    """Names by the environments that have them, which one text names."""
    places: dict[str, list[str]] = {}
    for name in sorted({name for every in names.values() for name in every}):
        places.setdefault(" ".join(sorted(e for e, every in names.items() if name in every)), []).append(name)
    return sorted(places.items())


def tree_of(modules: Iterable[str]) -> dict[str, str]:
    """Parent to its children, parted by spaces; the parent of a package is empty."""
    tree: dict[str, list[str]] = {}
    for module in modules:
        parent, _, child = module.rpartition(".")
        tree.setdefault(parent, []).append(child)
    return {parent: " ".join(children) for parent, children in sorted(tree.items())}


def _names(module: str, found: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, list[str]]]:
    """By environments, then by what is known of them, names; those that begin with the same word share a line."""
    entries = {
        environment: {_entry(name, about) for name, about in found[environment]["names"].get(module, {}).items()}
        for environment in found
    }
    names: dict[str, dict[str, list[str]]] = {}
    for place, placed in _by_place({e: [f"{kind}\n{name}" for kind, name in every] for e, every in entries.items()}):
        kinds: dict[str, list[str]] = {}
        for entry in placed:
            kind, _, name = entry.partition("\n")
            kinds.setdefault(kind, []).append(name)
        names[place] = {kind: every if kind == "function" else grouped_lines(every) for kind, every in kinds.items()}
    return names


def _entry(name: str, about: Mapping[str, Any]) -> tuple[str, str]:
    """What is known of a name, in words, and the name; a function's parameters follow it."""
    if about.get("parameters") is not None:
        return "function", " ".join((name, *about["parameters"]))
    kind = "builtin" if about["kind"] == "function" else about["kind"]
    return " ".join((kind, *about.get("methods", ()), *about.get("missing", ()))), name


def _first_word(name: str) -> str:
    match = _FIRST_WORD.match(name)
    return match[0] if match else name


def grouped_lines(names: Iterable[str]) -> list[str]:
    """Sorted names; those that begin with the same word share a line."""
    return [_line(list(group)) for _, group in groupby(names, _first_word)]


def _line(names: Sequence[str]) -> str:
    """Names that begin alike, as a pattern where there are several."""
    if len(names) == 1:
        return names[0]
    pairs = zip(names[0], names[-1], strict=False)  # names are sorted
    start = "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return f"{start}{{{','.join(name.removeprefix(start) for name in names)}}}"


def main() -> None:
    """Write the index."""
    text = json.dumps(index({name: listed(name) for name in ENVIRONMENTS}), indent=0) + "\n"
    DATA.parent.mkdir(exist_ok=True)
    DATA.write_text(text, encoding="utf-8")
    sys.stderr.write(f"{DATA.name}: {len(text)} bytes\n")


if __name__ == "__main__":
    main()
