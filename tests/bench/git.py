"""What `git diff` prints of a card of which one variant was measured again, in bytes."""

from __future__ import annotations

import hashlib
import json
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cardgen.card.assemble import CardPlace, card_place
from cardgen.export.beside import card_files
from cardgen.manifest.load import load_manifest
from cardgen.manifest.model import LoadedManifest
from cardgen.pipeline.write import write_card
from cardgen.plan.steps import plan_steps
from cardgen.records.evidence import Evidence
from cardgen.records.evidence_file import load_evidence
from cardgen.records.record import DoneRecord
from cardgen.records.results.evaluate import EvaluateResult
from cardgen.records.sealed_text import read_seal
from cardgen.review.git.install import install
from tests.bench.cards import MANIFEST
from tests.bench.table import Row

VARIANT = "onnx"


def rows() -> list[Row]:
    """Measure: the text itself, beside the same in format 3, and what the driver shows of it."""
    rows = []
    for what, change in (("variant again", _again), ("variant asked otherwise", _asked_otherwise)):
        whole, shown = _bytes(_written, change), _bytes(_written, change, driver=True)
        before = _bytes(_format_3, change)
        rows += [
            Row(f"git diff, one {what}", f"{whole} B", f"{before} B in format 3, {whole / before:.2f} x"),
            Row(f"git diff, one {what}, driver", f"{shown} B", f"{shown / before:.2f} x"),
        ]
    return rows


def _bytes(
    write: Callable[[CardPlace, LoadedManifest, Evidence], None],
    change: Callable[[LoadedManifest, Evidence], tuple[LoadedManifest, Evidence]],
    *,
    driver: bool = False,
) -> int:
    loaded = load_manifest(MANIFEST)
    evidence = load_evidence(card_place(loaded).evidence)
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        place = CardPlace(top / "cards" / MANIFEST.stem)
        _git(top, "init", "--quiet")
        if driver:
            install(top)
        write(place, loaded, evidence)
        _git(top, "add", "--all")
        write(place, *change(loaded, evidence))
        return len(_git(top, "diff", "--", "cards"))


def _again(loaded: LoadedManifest, evidence: Evidence) -> tuple[LoadedManifest, Evidence]:
    """The steps of one variant ran again, and it scored a little otherwise."""
    records = tuple(_ran_again(record) if _of_variant(record) else record for record in evidence.records)
    return loaded, evidence.model_copy(update={"records": records})


def _asked_otherwise(loaded: LoadedManifest, evidence: Evidence) -> tuple[LoadedManifest, Evidence]:
    """One scale for all channels, so that every step of the variant is another one."""
    variant = loaded.manifest.variants[VARIANT]
    options = variant.options.model_copy(update={"per_channel": False})
    variants = {**loaded.manifest.variants, VARIANT: variant.model_copy(update={"options": options})}
    manifest = loaded.manifest.model_copy(update={"variants": variants})
    loaded = loaded.model_copy(update={"manifest": manifest})
    plan = plan_steps(manifest, variants, evidence.resolutions, evidence.environments)
    steps = {step.name: step for step in plan.steps}
    records = []
    for record in evidence.records:
        step = steps[record.step]
        asked = {"fingerprint": step.fingerprint, "request": step.request, "needs": dict(step.needs)}
        records.append(_ran_again(record).model_copy(update=asked) if _of_variant(record) else record)
    return loaded, evidence.model_copy(update={"records": tuple(records)})


def _of_variant(record: DoneRecord) -> bool:
    return record.step.endswith(f" {VARIANT}") and "FP32" not in record.step and record.request.kind != "export"


def _ran_again(record: DoneRecord) -> DoneRecord:
    result = record.result
    if isinstance(result, EvaluateResult):
        scores = tuple(score.model_copy(update={"value": score.value + 0.0011}) for score in result.scores)
        result = result.model_copy(update={"scores": scores})
    seconds = round(record.seconds + 0.123, 3)
    return record.model_copy(update={"started": "2026-12-24T12:00:00+00:00", "seconds": seconds, "result": result})


def _written(place: CardPlace, loaded: LoadedManifest, evidence: Evidence) -> None:
    write_card(loaded, place, card_files(loaded, evidence, place), evidence, overwrite=True, log=lambda _line: None)


def _format_3(place: CardPlace, loaded: LoadedManifest, evidence: Evidence) -> None:
    """As format 3 was written: records by kind, one hash over all of it, and that of the card."""
    _written(place, loaded, evidence)
    text, _seal = read_seal(place.readme.read_text(encoding="utf-8"))
    place.readme.write_text(text, encoding="utf-8")
    kinds = [*dict.fromkeys(record.request.kind for record in evidence.records)]
    records = sorted(evidence.records, key=lambda record: kinds.index(record.request.kind))
    content: dict[str, Any] = evidence.model_copy(update={"records": tuple(records)}).model_dump(mode="json")
    for record in content["records"]:
        del record["step"]
    written = {"README.md": hashlib.sha256(text.encode()).hexdigest()}
    whole = hashlib.sha256(json.dumps(content).encode()).hexdigest()
    ordered = {"format": 3, "cardgen": content.pop("cardgen"), "sha256": whole, **content, "written": written}
    place.evidence.write_text(json.dumps(ordered, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _git(folder: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True).stdout
