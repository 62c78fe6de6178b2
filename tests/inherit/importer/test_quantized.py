"""Cards of formats that no backend makes: what is not stated is not invented, in manifest and card."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.card.assemble import CardPlace, render_manifest
from cardgen.catalog.backends import ELSEWHERE
from cardgen.inherit.importer.make import Overrides, import_card
from cardgen.lint.engine import lint
from cardgen.manifest.model import LoadedManifest
from cardgen.plan.steps import reported_records, run_variants
from cardgen.records.evidence import Evidence
from tests.inherit.importer.quantized_cards import QUANTIZED
from tests.inherit.importer.test_make import load

NEVER = ("Neural Compressor", "neural-compressor", "INCModel", "ONNX", "pickle", "post-training")
"""Words that a card of these must state itself before the built one may have them."""


def built(loaded: LoadedManifest, folder: Path) -> str:
    evidence = Evidence(cardgen="0", reported=reported_records(loaded.manifest))
    return render_manifest(loaded, evidence, CardPlace(folder))


@pytest.mark.parametrize("name", QUANTIZED)
def test_scheme_maker_and_baseline_are_as_stated(name: str, tmp_path: Path) -> None:
    source, told = QUANTIZED[name]
    manifest = load(import_card(source, "card", "card"), tmp_path).manifest
    (variant,) = manifest.variants.values()
    assert (variant.backend, variant.scheme, variant.approach) == (ELSEWHERE.name, told.scheme, told.approach)
    assert {entry.made_with for entry in manifest.reported} == {told.maker}
    assert variant.format == told.format
    assert manifest.base_model.precision == told.precision
    assert run_variants(manifest, tuple(manifest.variants)) == ()


@pytest.mark.parametrize("name", QUANTIZED)
def test_the_built_card_invents_nothing(name: str, tmp_path: Path) -> None:
    source, told = QUANTIZED[name]
    loaded = load(import_card(source, "card", "card"), tmp_path)
    text = built(loaded, tmp_path)
    for word in (*NEVER, "INT8", "int8", "FP32"):
        assert word in source or word not in text, word
    assert f"made with {told.maker}" in text if told.maker else "maker not stated" in text
    assert loaded.manifest.metadata.tags
    assert not [finding for finding in lint(text, "README.md").told if finding.severity == "error"]


def test_a_column_in_16_bits_is_the_baseline(tmp_path: Path) -> None:
    loaded = load(import_card(QUANTIZED["w8a8"][0], "card", "card"), tmp_path)
    (entry,) = loaded.manifest.reported
    assert (str(entry.value), str(entry.baseline)) == ("61.00", "61.20")
    text = built(loaded, tmp_path)
    assert "| Variant | Measure | INT8 W8A8 | BF16 | INT8 W8A8 \N{MINUS SIGN} BF16 | Source |" in text
    assert "61.20 in BF16" in text


def test_a_column_of_gguf_in_16_bits_is_the_baseline_and_the_other_names_the_scheme(tmp_path: Path) -> None:
    head = "---\nlicense: mit\npipeline_tag: text-generation\nbase_model: acme/gull-4b\n---\n# gull-4b-GGUF\n\n"
    table = "| | Q8_0 | F16 |\n|---|---|---|\n| accuracy | 0.91 | 0.92 |\n| Model size (GB) | 4.3 | 8.0 |\n"
    manifest = load(import_card(head + table, "card", "card"), tmp_path).manifest
    ((name, variant),) = manifest.variants.items()
    assert (name, variant.scheme, manifest.base_model.precision) == ("q8_0", "Q8_0", "FP16")
    (entry,) = manifest.reported
    assert (str(entry.value), str(entry.baseline)) == ("0.91", "0.92")


def test_code_that_loads_the_model_is_kept(tmp_path: Path) -> None:
    loaded = load(import_card(QUANTIZED["openvino"][0], "card", "card"), tmp_path)
    assert 'OVModelForCausalLM.from_pretrained("acme/gull-4b-int4-ov")' in built(loaded, tmp_path)


@pytest.mark.parametrize("approach", ["weight-only", "qat", "not-stated"])
def test_an_approach_that_no_backend_has_can_be_given(approach: str, tmp_path: Path) -> None:
    source = "# INT8 gull\n\nMade with Intel Neural Compressor.\n"
    given = Overrides("acme/gull-int8", "acme/gull", "text-classification", approach)  # type: ignore[arg-type]
    (variant,) = load(import_card(source, "card", "card", given), tmp_path).manifest.variants.values()
    assert (variant.backend, variant.approach, variant.scheme) == (ELSEWHERE.name, approach, "INT8")


@pytest.mark.parametrize(("size", "told"), [("40", True), ("62", False)])
def test_a_size_below_the_bits_of_the_scheme_is_disclosed(size: str, told: bool, tmp_path: Path) -> None:
    """109.5 million parameters at 4 bits are 54.8 MB."""
    head = (
        "---\nlicense: mit\npipeline_tag: fill-mask\nbase_model: google-bert/bert-base-uncased\n---\n# bert-w4a16\n\n"
    )
    table = f"| | W4A16 | FP32 |\n|---|---|---|\n| Model size (MB) | {size} | 438 |\n"
    text = built(load(import_card(head + table, "card", "card"), tmp_path), tmp_path)
    assert ("<!-- cardgen:disclosed bits-bound -->" in text) == told
    assert ("at 4 bits for each, the least that W4A16 takes, these are 54.8 MB" in text) == told
    assert not [finding for finding in lint(text, "README.md").told if finding.severity == "error"]
