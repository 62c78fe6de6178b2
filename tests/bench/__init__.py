"""How long things take: ``make bench`` prints a table. Whole processes are told beside the interpreter's own start."""

from __future__ import annotations

import os
import shutil
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


def run_process(command: Sequence[str], folder: Path = ROOT) -> tuple[float, int]:
    """Wall seconds and peak memory in bytes of one process."""
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
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


def peer_row() -> Row:
    """huggingface_hub's own way from data and a template of like length to a card, beside ours from evidence."""
    program = "from tests.bench import rates_of_rendering\nours, theirs = rates_of_rendering(400)\nprint(ours, theirs)"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    ours, theirs = (float(rate) for rate in run.stdout.split())
    return "render, evidence in memory", f"{ours:.0f} cards/s", f"{ours / theirs:.1f} x from_template", ""


def rates_of_rendering(count: int) -> tuple[float, float]:
    """Cards a second: ours, and those of ``ModelCard.from_template``, taken in turns."""
    from huggingface_hub import ModelCard, ModelCardData

    loaded = load_manifest(ROOT / MANIFEST)
    place = card_place(loaded)
    evidence = load_evidence(place.evidence)
    text = render_manifest(loaded, evidence, place)
    data = ModelCard(text).data
    assert isinstance(data, ModelCardData)
    template = "---\n{{ card_data }}\n---\n" + text.split("---\n", 2)[2].replace("0.9342", "{{ accuracy }}")
    seconds = [0.0, 0.0]
    for _ in range(count):
        started = time.perf_counter()
        render_manifest(loaded, evidence, place)
        middle = time.perf_counter()
        str(ModelCard.from_template(data, template_str=template, accuracy=0.9342))
        seconds[0] += middle - started
        seconds[1] += time.perf_counter() - middle
    return count / seconds[0], count / seconds[1]


def lint_row() -> Row:
    """Every committed card, again and again, in one process."""
    program = (
        "from tests.bench import lint_cards; import resource\n"
        "rate = lint_cards(20)\n"
        "print(rate, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    rate, memory = run.stdout.split()
    return "lint", f"{float(rate):.0f} cards/s", "", f"{int(memory) / 1e6:.0f} MB"


def lint_cards(rounds: int) -> float:
    """Cards a second."""
    from cardgen.lint.engine import lint

    cards = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "cards").glob("*/README.md"))]
    for card in cards:
        lint(card, "README.md")
    started = time.perf_counter()
    for _ in range(rounds):
        for card in cards:
            lint(card, "README.md")
    return rounds * len(cards) / (time.perf_counter() - started)


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
    return f"cardgen check, {count} cards", f"{seconds:.1f} s", "", f"{memory / 1e6:.0f} MB"


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
        peer_row(),
        lint_row(),
        check_row(),
        *demo_rows(),
    ]
    header: Row = ("what", "time", "ratio", "memory")
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(4)]
    for row in (header, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    main()
