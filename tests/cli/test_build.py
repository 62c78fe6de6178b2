from __future__ import annotations

from pathlib import Path

from cardgen.card.assemble import card_place, render_manifest
from cardgen.cli.build import tell_findings
from cardgen.run.progress import Silent
from tests.factory import load, make_evidence, make_manifest


class Heard(Silent):
    """What was said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def log(self, message: str) -> None:
        self.lines.append(message)


def said(folder: Path, value: float) -> list[str]:
    manifest = make_manifest()
    loaded = load(manifest, folder)
    card = folder / "README.md"
    card.write_text(render_manifest(loaded, make_evidence(manifest, {"onnx": value}), card_place(loaded)))
    heard = Heard()
    tell_findings(card, heard)
    return heard.lines


def test_a_score_that_chance_reaches_is_told_at_once(tmp_path: Path) -> None:
    assert said(tmp_path, 0.94) == []
    told = said(tmp_path, 0.48)
    assert [line.partition(": ")[2].partition(",")[0] for line in told] == [
        "warning: onnx has accuracy 0.4800",
        "warning: onnx has F1 (macro) 0.4800",
    ]
    assert all("the labels: negative is negative, positive is positive [chance]" in line for line in told)
