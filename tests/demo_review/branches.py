"""The two branches: the demo's card as it is, and with a variant tuned anew, another licence and other words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from cardgen.card.assemble import card_place
from cardgen.export.beside import card_files
from cardgen.manifest.load import load_manifest
from cardgen.pipeline.write import write_card
from cardgen.plan.model import Step
from cardgen.plan.steps import plan_steps
from cardgen.records.record import DoneRecord

ROOT = Path(__file__).resolve().parents[2]
NAME = "unicode-names"
TUNED = Path(__file__).with_name("tuned.json")
"""Step to the record that it had when the branch's manifest was built."""
FILES = (f"manifests/{NAME}.yaml", f"cards/{NAME}/README.md", f"cards/{NAME}/evidence.json")
_TUNING = (
    "fallback: {modules: [classifier]}",
    "fallback: {modules: [classifier, pre_classifier, distilbert.transformer.layer.1.ffn.lin2]}",
)
_LICENCE = ("license: apache-2.0", "license: mit")
_WORDS = (
    "Some categories have few names, and some of those the model never recognises.",
    "Some categories have few names, and the model never recognises those with fewer than ten.",
)


def write_main(folder: Path) -> None:
    """The demo's project as this repository has it."""
    (folder / "cardgen.toml").touch()
    for path in FILES:
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes((ROOT / path).read_bytes())


def write_branch(folder: Path) -> None:
    """What the branch changes, over what :func:`write_main` wrote: the manifest, and the card built from it."""
    path = folder / FILES[0]
    path.write_text(changed(path.read_text(encoding="utf-8"), _TUNING, _LICENCE, _WORDS), encoding="utf-8")
    loaded = load_manifest(path)
    place = card_place(loaded)
    before = place.read_evidence()
    variants = tuple(loaded.manifest.variants)
    plan = plan_steps(loaded.manifest, variants, before.resolutions, before.environments)
    known = {record.fingerprint: record for record in before.records}
    records = tuple(known.get(step.fingerprint) or _measured(step) for step in plan.steps)
    evidence = before.model_copy(update={"records": records})
    files = card_files(loaded, evidence, place)
    write_card(loaded, place, files, evidence, overwrite=True, log=lambda _line: None)


def changed(text: str, *changes: tuple[str, str]) -> str:
    """The text with words replaced, each of which must be there once."""
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def _measured(step: Step) -> DoneRecord:
    measured: Mapping[str, object] = json.loads(TUNED.read_text(encoding="utf-8"))
    record = DoneRecord.model_validate(measured[step.name])
    today = {
        "step": step.name,
        "fingerprint": step.fingerprint,
        "request": step.request,
        "needs": dict(step.needs),
        "environment": step.environment,
    }
    return record.model_copy(update=today)
