"""Whole commands, beside the interpreter's own start."""

from __future__ import annotations

import shutil
import statistics
import sys
from collections.abc import Sequence

from tests.bench.processes import CARDGEN, ROOT, run_process
from tests.bench.table import Row, megabytes

RUNS = 15
MANIFEST = "manifests/unicode-names.yaml"


def rows() -> list[Row]:
    """Measure."""
    bare = [sys.executable, "-c", "pass"]
    return [
        process_row("cardgen --help", [CARDGEN, "--help"], bare),
        process_row("cardgen check, one card", [CARDGEN, "check", MANIFEST], bare),
        check_row(),
    ]


def process_row(name: str, command: Sequence[str], peer: Sequence[str]) -> Row:
    """The median of several runs, each paired with one of the peer."""
    run_process(command)
    pairs = [(run_process(command), run_process(peer)) for _ in range(RUNS)]
    seconds = statistics.median(own[0] for own, _other in pairs)
    ratio = statistics.median(own[0] / other[0] for own, other in pairs)
    memory = max(own[1] for own, _other in pairs)
    return Row(name, f"{seconds * 1000:.0f} ms", f"{ratio:.1f} x python", memory=megabytes(memory))


def check_row(count: int = 1000) -> Row:
    """``cardgen check`` over many manifests with evidence, in a project of their own."""
    folder = ROOT / "build" / "bench-check"
    shutil.rmtree(folder, ignore_errors=True)
    sources = [path for path in sorted((ROOT / "manifests").glob("*.yaml")) if path.stem != "distilbert-onnx"]
    (folder / "manifests").mkdir(parents=True)
    (folder / "cardgen.toml").touch()
    for number in range(count):
        source = sources[number % len(sources)]
        name = f"{source.stem}-{number}"
        (folder / "manifests" / f"{name}.yaml").write_bytes(source.read_bytes())
        shutil.copytree(ROOT / "cards" / source.stem, folder / "cards" / name)
        readme = folder / "cards" / name / "README.md"
        readme.write_text(readme.read_text(encoding="utf-8").replace(f"{source.stem}.yaml", f"{name}.yaml"), "utf-8")
    seconds, memory = run_process([CARDGEN, "check"], folder)
    return Row(f"cardgen check, {count} cards", f"{seconds:.1f} s", memory=megabytes(memory))
