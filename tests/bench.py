"""How long things take: ``make bench`` prints a table. Whole processes are told beside the interpreter's own start."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from cardgen.card.assemble import card_place, render_manifest
from cardgen.manifest.load import load_manifest
from cardgen.records.codec import load_evidence

ROOT = Path(__file__).parent.parent
MANIFEST = Path("manifests/unicode-names.yaml")
CARDGEN = str(Path(sys.executable).with_name("cardgen"))
RUNS = 15

Row = tuple[str, str, str, str]


def run_process(command: Sequence[str]) -> tuple[float, int]:
    """Wall seconds and peak memory in bytes of one process."""
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return seconds, usage.ru_maxrss * 1024


def process_row(name: str, command: Sequence[str], peer: Sequence[str]) -> Row:
    """The median of several runs, each paired with one of the peer."""
    run_process(command)
    pairs = [(run_process(command), run_process(peer)) for _ in range(RUNS)]
    seconds = statistics.median(own[0] for own, _other in pairs)
    ratio = statistics.median(own[0] / other[0] for own, other in pairs)
    memory = max(own[1] for own, _other in pairs)
    return name, f"{seconds * 1000:.0f} ms", f"{ratio:.1f} x python", f"{memory / 1e6:.0f} MB"


def render_row() -> Row:
    """Cards rendered from evidence, manifest and evidence read anew each time, in one process."""
    program = (
        "from tests.bench import render_cards; import resource\n"
        "rate = render_cards(200)\n"
        "print(rate, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    rate, memory = run.stdout.split()
    return "render from evidence", f"{float(rate):.0f} cards/s", "", f"{int(memory) / 1e6:.0f} MB"


def render_cards(count: int) -> float:
    """Cards a second."""
    loaded = load_manifest(ROOT / MANIFEST)
    place = card_place(loaded)
    render_manifest(loaded, load_evidence(place.evidence), place)
    started = time.perf_counter()
    for _ in range(count):
        again = load_manifest(ROOT / MANIFEST)
        render_manifest(again, load_evidence(place.evidence), place)
    return count / (time.perf_counter() - started)


def demo_rows() -> list[Row]:
    """The demo in a fresh folder, step by step, and once more."""
    folder = ROOT / "build" / "bench"
    subprocess.run(["rm", "-rf", str(folder)], check=True)
    started = time.perf_counter()
    subprocess.run([CARDGEN, "demo", "--quiet", str(folder)], stdout=subprocess.DEVNULL, check=True)
    whole = time.perf_counter() - started
    evidence = load_evidence(folder / "cards" / "unicode-names" / "evidence.json")
    loaded = load_manifest(folder / MANIFEST)
    from cardgen.card.facts import plan_from_evidence

    names = {step.fingerprint: step.name for step in plan_from_evidence(loaded.manifest, evidence, "").steps}
    rows = [(f"demo: {names[record.fingerprint]}", f"{record.seconds:.1f} s", "", "") for record in evidence.records]
    again, memory = run_process([CARDGEN, "demo", "--quiet", str(folder)])
    return [
        *rows,
        ("demo: training and all steps", f"{whole:.1f} s", "", ""),
        ("demo: second run", f"{again:.2f} s", "", f"{memory / 1e6:.0f} MB"),
    ]


def main() -> None:
    """Measure and print."""
    bare = [sys.executable, "-c", "pass"]
    rows: list[Row] = [
        process_row("cardgen --help", [CARDGEN, "--help"], bare),
        process_row("cardgen check, one card", [CARDGEN, "check", str(MANIFEST)], bare),
        render_row(),
        *demo_rows(),
    ]
    header: Row = ("what", "time", "ratio", "memory")
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(4)]
    for row in (header, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    main()
