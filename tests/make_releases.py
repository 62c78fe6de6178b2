"""Write what current releases of libraries export, and since when names are gone: ``python -m tests.make_releases``.

Fetches wheels of the releases with pip, reads them as files, and writes ``cardgen/catalog/data/releases.json``. Between
a release that has a name and one that has it not, releases are halved until the first one without it is found. Of
transformers and huggingface_hub, which import without PyTorch, the current release is asked too, since lazy modules
have more names than they list; huggingface_hub's also for its commands and their options.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from packaging.version import Version

from cardgen.catalog import symbols
from tests.catalog.static_names import Wheel
from tests.make_symbols import grouped_lines, tree_of

DATA = Path(__file__).parent.parent / "cardgen" / "catalog" / "data" / "releases.json"
SCRIPTS = Path(__file__).parent / "catalog" / "scripts"


@dataclass(frozen=True)
class Library:
    """A distribution whose releases are read."""

    distribution: str
    package: str
    """The module that it brings: names and modules of others are not looked at."""
    seen: tuple[str, ...]
    """Releases that are looked at in any case, the oldest first; then comes the current one."""
    modules: tuple[str, ...]
    """Whose names are indexed."""
    imports: bool = False
    """Whether its current release is imported to see what is still there."""


LIBRARIES = (
    Library(
        "transformers", "transformers", ("4.45.2", "4.57.6"), ("transformers", "transformers.pipelines"), imports=True
    ),
    Library("huggingface_hub", "huggingface_hub", ("0.20.3", "0.36.2"), ("huggingface_hub",), imports=True),
    Library("datasets", "datasets", ("2.21.0", "4.5.0"), ("datasets",)),
    Library("evaluate", "evaluate", ("0.4.6",), ("evaluate",)),
    Library("optimum", "optimum", ("2.1.0",), ("optimum.exporters", "optimum.exporters.tasks", "optimum.pipelines")),
    Library(
        "optimum-intel",
        "optimum.intel",
        ("1.27.0",),
        (
            "optimum.intel",
            "optimum.intel.neural_compressor",
            "optimum.intel.neural_compressor.quantization",
            "optimum.intel.openvino",
            "optimum.intel.pipelines",
        ),
    ),
    Library(
        "neural-compressor",
        "neural_compressor",
        ("2.6", "3.7.1"),
        (
            "neural_compressor",
            "neural_compressor.config",
            "neural_compressor.quantization",
            "neural_compressor.torch.quantization",
            "neural_compressor.training",
            "neural_compressor.transformers",
            "neural_compressor.utils.pytorch",
        ),
    ),
    Library("openvino", "openvino", ("2024.6.0", "2025.4.1"), ("openvino", "openvino.runtime")),
    Library("nncf", "nncf", ("2.9.0", "2.19.0"), ("nncf", "nncf.parameters", "nncf.quantization")),
    Library(
        "llmcompressor",
        "llmcompressor",
        ("0.3.1", "0.5.2"),
        (
            "llmcompressor",
            "llmcompressor.transformers",
            "llmcompressor.modifiers.awq",
            "llmcompressor.modifiers.quantization",
            "llmcompressor.modifiers.smoothquant",
        ),
    ),
    Library("mlx-lm", "mlx_lm", ("0.20.4", "0.26.4"), ("mlx_lm", "mlx_lm.utils")),
)
PROGRAMS: Mapping[str, tuple[str, ...]] = {
    "0.36.2": (),
    "1.0.0": ("typer-slim<0.21", "typer<0.21", "click"),
    "1.33.0": (),
    "2.0.0": (),
    "2.1.1": (),
    "2.2.0": (),
    "2.3.0": (),
}
"""Releases of huggingface_hub whose commands are looked at too, with what they need of their time."""
FAR = "1.33.0"
"""One far behind the release before it: since when it is without something is not known."""
DEPTH = 3
"""Parts that the name of an indexed module has at most."""

Names = frozenset[tuple[str, str]]
"""Modules and names in them; modules themselves under the empty text."""


class Releases:
    """The releases of one library, read when they are asked for."""

    def __init__(self, library: Library, folder: Path) -> None:
        self._library, self._folder = library, folder
        told = pip("index", "versions", library.distribution)
        every = [
            Version(text) for text in told.split("Available versions:")[1].split("\n")[0].split(",") if text.strip()
        ]
        first: dict[tuple[int, ...], Version] = {}
        for version in sorted(version for version in every if not version.is_prerelease):
            first.setdefault(version.release[:2], version)
        seen = [Version(text) for text in library.seen]
        self.current = max(every)
        between = [version for version in first.values() if seen[0] < version < self.current]
        self.versions = sorted({*seen, *between, self.current})
        self._names: dict[Version, Names] = {}

    def names(self, version: Version) -> Names:
        """What a release has."""
        if version not in self._names:
            self._names[version] = self._read(version)
        return self._names[version]

    def _read(self, version: Version) -> Names:
        wheel = Wheel(fetched(self._library.distribution, str(version), self._folder))
        start = f"{self._library.package}."
        modules = {("", module) for module in wheel.modules if f"{module}.".startswith(start) and _is_public(module)}
        found = {(module, name) for module in self._library.modules for name in wheel.names(module)}
        return frozenset({*modules, *((module, name) for module, name in found if not name.startswith("_"))})

    def gone(self) -> dict[Version, set[tuple[str, str]]]:
        """What some release had and the current one has not, by the first release without it."""
        found: dict[Version, set[tuple[str, str]]] = {}
        stops = [self.versions.index(Version(text)) for text in self._library.seen] + [len(self.versions) - 1]
        left = self.names(self.current)
        for low, high in pairwise(stops):
            lost = self.names(self.versions[low]) - self.names(self.versions[high]) - left
            self._halve(low, high, lost, found)
        return found

    def _halve(
        self, low: int, high: int, lost: Iterable[tuple[str, str]], found: dict[Version, set[tuple[str, str]]]
    ) -> None:
        lost = frozenset(lost)
        if not lost:
            return
        if high - low == 1:
            found.setdefault(self.versions[high], set()).update(lost)
            return
        middle = (low + high) // 2
        there = lost & self.names(self.versions[middle])
        self._halve(low, middle, lost - there, found)
        self._halve(middle, high, there, found)


def _is_public(module: str) -> bool:
    parts = module.split(".")
    return len(parts) <= DEPTH and not any(part.startswith(("_", "convert_")) for part in parts)


def pip(*arguments: str) -> str:
    """What pip says."""
    done = subprocess.run([sys.executable, "-m", "pip", *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def fetched(distribution: str, version: str, folder: Path) -> Path:
    """The wheel of a release."""
    own = folder / f"{distribution}-{version}"
    if not own.exists():
        pip(
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary",
            ":all:",
            "--dest",
            str(own),
            f"{distribution}=={version}",
        )
    (wheel,) = own.glob("*.whl")
    return wheel


def environment(folder: Path, *requirements: str) -> Path:
    """The interpreter of a new environment with some distributions."""
    venv.create(folder, with_pip=True)
    interpreter = folder / "bin" / "python"
    subprocess.run([interpreter, "-m", "pip", "install", "--quiet", *requirements], check=True, capture_output=True)
    return interpreter


def asked(interpreter: Path, script: str, question: object = None) -> Any:
    """What a script says in an environment."""
    command = [str(interpreter), "-P", str(SCRIPTS / script)]
    done = subprocess.run(command, input=json.dumps(question), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def library_index(library: Library, folder: Path) -> dict[str, Any]:
    """Of one library: its release, what it has beside what the environments' index tells, what is gone since when."""
    releases = Releases(library, folder)
    current, gone = releases.names(releases.current), releases.gone()
    if library.imports:
        lost = {pair for pairs in gone.values() for pair in pairs if pair[0]}
        question = {module: sorted(name for home, name in lost if home == module) for module, _name in lost}
        requirement = f"{library.distribution}=={releases.current}"
        answer = asked(environment(folder / f"env-{library.distribution}", requirement), "still_there.py", question)
        there = {(module, name) for module, names in answer.items() for name in names}
        gone = {version: pairs - there for version, pairs in gone.items()}
        current |= there
    versions = [str(version) for version in releases.versions]
    return {
        "version": str(releases.current),
        "package": library.package,
        "named": list(library.modules),
        **shown({pair for pair in current if not known(*pair)}),
        "gone": {
            str(version): {"before": versions[versions.index(str(version)) - 1], **shown(pairs)}
            for version, pairs in sorted(gone.items())
            if pairs
        },
    }


def known(module: str, name: str) -> bool:
    """Whether the index of the environments has it."""
    if not module:
        return symbols.module_known(name)
    return symbols.names_known(module) and symbols.symbol(module, name) is not None


def shown(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Modules as a tree, and names by module in lines; left out where there are none."""
    names: dict[str, list[str]] = {}
    for module, name in sorted(pairs):
        names.setdefault(module, []).append(name)
    modules = names.pop("", [])
    parts = {
        "modules": tree_of(modules),
        "names": {module: grouped_lines(every) for module, every in names.items()},
    }
    return {key: value for key, value in parts.items() if value}


def commands_index(current: str, folder: Path) -> dict[str, Any]:
    """Commands and options of huggingface_hub, and since when those of older releases are gone."""
    found: dict[str, frozenset[tuple[str, str]]] = {}
    for version, besides in {**PROGRAMS, current: ()}.items():
        interpreter = environment(folder / f"hub-{version}", f"huggingface_hub=={version}", *besides)
        answer = asked(interpreter, "list_commands.py")
        programs = [item for program in answer.values() for item in program.items()]
        found[version] = frozenset((path, option) for path, options in programs for option in ("", *options))
    gone: dict[str, str] = {}
    for before, after in pairwise(found):
        for path, option in found[before] - found[after] - found[current]:
            if after != FAR and (not option or (path, "") in found[after]):
                gone.setdefault(f"{path} {option}".strip(), after)
    commands: dict[str, list[str]] = {}
    for path, option in sorted(found[current]):
        commands.setdefault(path, []).extend([option] if option else [])
    return {
        "version": current,
        "commands": {path: " ".join(options) for path, options in commands.items()},
        "gone": dict(sorted(gone.items())),
    }


def main() -> None:
    """Write the index."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        libraries = {library.distribution: library_index(library, folder) for library in LIBRARIES}
        commands = commands_index(libraries["huggingface_hub"]["version"], folder)
    text = json.dumps({"libraries": libraries, "commands": commands}, indent=0) + "\n"
    DATA.write_text(text, encoding="utf-8")
    sys.stderr.write(f"{DATA.name}: {len(text)} bytes\n")


if __name__ == "__main__":
    main()
