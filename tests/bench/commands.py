"""Whole commands, beside the same of the earlier checkout."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.bench.earlier import OURS, Checkout, compared, earlier, in_turns
from tests.bench.processes import ROOT, Ended, run_process
from tests.bench.table import Row, megabytes

RUNS = 15
RUNS_OF_HELP = 45
RUNS_OVER_MANY = 3
MANY = 1000
MANIFEST = "manifests/unicode-names.yaml"


def help_rows() -> list[Row]:
    """``cardgen --help``."""
    return [_row("cardgen --help", 1.0, RUNS_OF_HELP, {OURS: OURS.folder, earlier(): earlier().folder}, "--help")]


def check_rows() -> list[Row]:
    """``cardgen check``, of one committed card and of many in a project of their own."""
    committed = {checkout: checkout.folder for checkout in (OURS, earlier())}
    many = {checkout: project_of_many(checkout) for checkout in (OURS, earlier())}
    return [
        _row("cardgen check, one card", 0.6, RUNS, committed, "check", MANIFEST),
        _row(f"cardgen check, {MANY:,} cards", 0.6, RUNS_OVER_MANY, many, "check"),
        _row(f"cardgen check, {MANY:,} cards, one stale", 0.6, RUNS_OVER_MANY, _one_stale(many), "check", code=1),
    ]


def _one_stale(folders: dict[Checkout, Path]) -> dict[Checkout, Path]:
    """The same projects, each with one variant asked for otherwise than it was measured."""
    for folder in folders.values():
        manifest = next((folder / "manifests").glob("unicode-names-*.yaml"))
        text = manifest.read_text(encoding="utf-8")
        assert "per_channel: true" in text
        manifest.write_text(text.replace("per_channel: true", "per_channel: false"), encoding="utf-8")
    return folders


def _row(what: str, most: float, runs: int, folders: dict[Checkout, Path], *arguments: str, code: int = 0) -> Row:
    def run(checkout: Checkout) -> Ended:
        return run_process([checkout.cardgen, *arguments], folders[checkout], code=code)

    in_turns(run, 1)  # so that modules are compiled, and files in the system's cache, for all others
    pairs = in_turns(run, runs)
    memory = megabytes(max(own.memory for own, _other in pairs))
    return compared(what, [(own.seconds, other.seconds) for own, other in pairs], most, memory)


def project_of_many(checkout: Checkout) -> Path:
    """Many manifests, each with the card and evidence that the checkout's own version made of it."""
    folder = ROOT / "build" / f"bench-check-{checkout.name}"
    shutil.rmtree(folder, ignore_errors=True)
    manifests = sorted((checkout.folder / "manifests").glob("*.yaml"))
    sources = [path for path in manifests if (checkout.folder / "cards" / path.stem / "evidence.json").exists()]
    shutil.copytree(manifests[0].parent / "prose", folder / "manifests" / "prose")
    (folder / "cardgen.toml").touch()
    for number in range(MANY):
        source = sources[number % len(sources)]
        name = f"{source.stem}-{number}"
        (folder / "manifests" / f"{name}.yaml").write_bytes(source.read_bytes())
        shutil.copytree(checkout.folder / "cards" / source.stem, folder / "cards" / name)
        readme = folder / "cards" / name / "README.md"
        readme.write_text(readme.read_text(encoding="utf-8").replace(f"{source.stem}.yaml", f"{name}.yaml"), "utf-8")
    return folder
