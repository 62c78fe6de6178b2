"""The demo in a fresh folder, step by step, and once more."""

from __future__ import annotations

import shutil

from cardgen.card.facts.gather import plan_from_evidence
from cardgen.manifest.load import load_manifest
from cardgen.records.codec import load_evidence
from tests.bench.processes import CARDGEN, ROOT, run_process
from tests.bench.table import Row, megabytes


def rows() -> list[Row]:
    """Measure."""
    folder = ROOT / "build" / "bench"
    shutil.rmtree(folder, ignore_errors=True)
    command = [CARDGEN, "demo", "--quiet", str(folder)]
    whole, _memory = run_process(command)
    evidence = load_evidence(folder / "cards" / "unicode-names" / "evidence.json")
    manifest = load_manifest(folder / "manifests" / "unicode-names.yaml").manifest
    names = {step.fingerprint: step.name for step in plan_from_evidence(manifest, evidence, "").steps}
    steps = [Row(f"demo: {names[record.fingerprint]}", f"{record.seconds:.1f} s") for record in evidence.records]
    again, memory = run_process(command)
    return [
        *steps,
        Row("demo: training and all steps", f"{whole:.1f} s"),
        Row("demo: second run", f"{again:.2f} s", memory=megabytes(memory)),
    ]
