"""What `git diff` prints of a card of which one variant was measured again, in bytes."""

from __future__ import annotations

import hashlib
import json
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cardgen.card.assemble import CardPlace, card_place, render_manifest
from cardgen.manifest.load import load_manifest
from cardgen.pipeline.write import write_card
from cardgen.records.evidence import Evidence
from cardgen.records.evidence_file import load_evidence
from cardgen.records.record import DoneRecord
from cardgen.records.results.evaluate import EvaluateResult
from cardgen.records.sealed_text import read_seal
from cardgen.review.git.install import install
from tests.bench.cards import MANIFEST
from tests.bench.table import Row

VARIANT = "onnx"
NAMES = ("evidence.json", "README.md")


def rows() -> list[Row]:
    """Measure: the text itself, beside the same in format 3, and what the driver shows of it."""
    whole, shown = _bytes(_written), _bytes(_written, driver=True)
    before = _bytes(_format_3)
    return [
        Row("git diff, one variant again", f"{whole} B", f"{before} B in format 3, {whole / before:.2f} x"),
        Row("git diff, one variant again, driver", f"{shown} B", f"{shown / before:.2f} x"),
    ]


def _bytes(write: Callable[[CardPlace, Evidence], None], *, driver: bool = False) -> int:
    evidence = load_evidence(card_place(load_manifest(MANIFEST)).evidence)
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        place = CardPlace(top / "cards" / MANIFEST.stem)
        _git(top, "init", "--quiet")
        if driver:
            install(top)
        write(place, evidence)
        _git(top, "add", "--all")
        write(place, _again(evidence))
        return len(_git(top, "diff", "--", "cards"))


def _again(evidence: Evidence) -> Evidence:
    """The steps of one variant ran again, and it scored a little otherwise."""
    return evidence.model_copy(update={"records": tuple(map(_ran_again, evidence.records))})


def _ran_again(record: DoneRecord) -> DoneRecord:
    if not record.step.endswith(f" {VARIANT}") or "FP32" in record.step or record.request.kind == "export":
        return record
    result = record.result
    if isinstance(result, EvaluateResult):
        scores = tuple(score.model_copy(update={"value": score.value + 0.0011}) for score in result.scores)
        result = result.model_copy(update={"scores": scores})
    return record.model_copy(
        update={"started": "2026-12-24T12:00:00+00:00", "seconds": round(record.seconds + 0.123, 3), "result": result}
    )


def _written(place: CardPlace, evidence: Evidence) -> None:
    loaded = load_manifest(MANIFEST)
    write_card(
        loaded, place, render_manifest(loaded, evidence, place), evidence, overwrite=True, log=lambda _line: None
    )


def _format_3(place: CardPlace, evidence: Evidence) -> None:
    """As format 3 was written: records by kind, one hash over all of it, and that of the card."""
    _written(place, evidence)
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
