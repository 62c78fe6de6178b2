"""The former name of a family still means it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.card.assemble import assemble_card, card_place, render_loaded
from cardgen.catalog.families import FAMILIES, FORMER_NAMES
from cardgen.manifest.load import load_manifest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("former", FORMER_NAMES)
def test_a_former_name_gives_the_same_card(former: str, tmp_path: Path) -> None:
    source = ROOT / "manifests/bart-cnn.yaml"
    assert FORMER_NAMES[former] in FAMILIES
    written = source.read_text(encoding="utf-8")
    copy = tmp_path / "bart-cnn.yaml"
    copy.write_text(written.replace(f"card: {FORMER_NAMES[former]}", f"card: {former}"), encoding="utf-8")
    assert copy.read_text(encoding="utf-8") != written
    assert load_manifest(copy).manifest == load_manifest(source).manifest
    place = card_place(load_manifest(source))
    texts = []
    for path in (source, copy):
        loaded = load_manifest(path)
        texts.append(render_loaded(loaded, assemble_card(loaded, place.read_evidence(), place)))
    assert texts[0] == texts[1]


def test_the_default_is_the_name_of_today() -> None:
    loaded = load_manifest(ROOT / "manifests/distilbert-squad.yaml")
    assert loaded.manifest.card == "quantized"
