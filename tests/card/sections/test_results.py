"""Figures of others on two splits of one dataset, which are two data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cardgen.card.assemble import card_place, render_manifest
from cardgen.lint.engine import lint
from tests.factory import load, make_evidence, make_manifest

ON = "Accuracy on SST-2 (configuration `sst2`, split `{}`)"


def entry(variant: str, split: str, value: str, baseline: str) -> dict[str, Any]:
    return {
        "variant": variant,
        "metric": "accuracy",
        "value": value,
        "baseline": baseline,
        "dataset": {"name": "SST-2", "id": "nyu/sst2", "config": "sst2", "split": split},
        "source": {"name": "Somebody", "url": "https://example.com/report"},
    }


def card_of(folder: Path, reported: list[dict[str, Any]], also: tuple[str, ...] = ()) -> str:
    manifest = make_manifest(reported=reported)
    loaded = load(manifest, folder)
    return render_manifest(loaded, make_evidence(manifest, also=also), card_place(loaded))


SPLITS = [
    entry(variant, split, value, baseline)
    for variant in ("pytorch", "onnx")
    for split, value, baseline in (("validation", "0.9101", "0.9123"), ("test", "0.9041", "0.9063"))
]


def test_each_row_names_its_split(tmp_path: Path) -> None:
    rows = [line.split(" | ") for line in card_of(tmp_path, SPLITS).splitlines() if line.startswith("| `")]
    measures = [row[1] for row in rows if row[1].startswith("Accuracy")]
    assert measures == [ON.format("validation"), ON.format("test")] * 2


def test_nothing_disagrees(tmp_path: Path) -> None:
    card = card_of(tmp_path, SPLITS)
    assert "disclosed baselines-differ" not in card
    assert {found.rule for found in lint(card, "README.md").findings} <= {"revision-missing", "calibration-missing"}


def test_two_figures_on_one_split_still_do(tmp_path: Path) -> None:
    card = card_of(tmp_path, [*SPLITS, entry("onnx", "test", "0.9041", "0.9093")])
    assert "without saying why: Accuracy on SST-2 (configuration `sst2`, split `test`) differ." in card


@pytest.mark.parametrize("split", ["validation", "test"])
def test_what_is_measured_on_other_data_is_no_rival(tmp_path: Path, split: str) -> None:
    card = card_of(tmp_path, [entry("onnx", split, "0.5101", "0.5123")], also=("onnx",))
    assert "outside the 95 % interval" not in card
