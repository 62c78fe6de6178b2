"""Keeps the records of a build of the branch's manifest: ``python -m tests.demo_review.keep PROJECT``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from cardgen.card.assemble import card_place
from cardgen.manifest.load import load_manifest
from cardgen.plan.steps import plan_steps
from tests.demo_review.branches import FILES, NAME, ROOT, TUNED


def keep(project: Path) -> None:
    """Write the records that the card on ``main`` has not."""
    loaded = load_manifest(project / FILES[0])
    evidence = card_place(loaded).read_evidence()
    main = card_place(load_manifest(ROOT / "manifests" / f"{NAME}.yaml")).read_evidence()
    known = {record.fingerprint for record in main.records}
    plan = plan_steps(loaded.manifest, tuple(loaded.manifest.variants), evidence.resolutions, evidence.environments)
    names = {step.fingerprint: step.name for step in plan.steps}
    records = {
        names[record.fingerprint]: record.model_dump(mode="json")
        for record in evidence.records
        if record.fingerprint not in known
    }
    TUNED.write_text(json.dumps(records, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
