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


def variants_of(
    title: str, body: str, folder: Path, tags: str = "vllm"
) -> list[tuple[str, str | None, str, str | None]]:
    head = f"license: mit\npipeline_tag: text-generation\nbase_model: acme/gull-1b\ntags: [{tags}]\n"
    manifest = load(import_card(f"---\n{head}---\n# {title}\n\n{body}\n", "card", "card"), folder).manifest
    return [(name, made.scheme, made.approach, made.format) for name, made in manifest.variants.items()]


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        (
            "gull-1b-FP8",
            "Only weights and activations are quantized.\nActivations are quantized with a dynamic per-token scheme.",
            ("fp8", "FP8", "dynamic", None),
        ),
        (
            "gull-1b-W8A8",
            "Only the weights and activations of linear layers are quantized, in LLM Compressor by the GPTQ algorithm.",
            ("w8a8", "W8A8", "not-stated", None),
        ),
        (
            "gull-1b-W4A16",
            "The GPTQ algorithm of LLM Compressor was used. It is saved in [compressed_tensors](https://x.org) format.",
            ("w4a16", "W4A16", "weight-only", "compressed-tensors"),
        ),
        (
            "Gull 1B - AWQ",
            "* [2, 3, 5 and 8-bit GGUF files, in place of GPTQ](https://huggingface.co/acme/gull-1b-GGUF)",
            ("quantized", None, "not-stated", "AWQ"),
        ),
        (
            "acme/gull-1b-4bit-mlx",
            "Converted to MLX format from [acme/gull-1b-q4_0](https://huggingface.co/acme/gull-1b-q4_0).",
            ("4-bit", "4-bit", "not-stated", "MLX"),
        ),
        (
            "gull-1b in NVFP4",
            "| Metric | Value |\n|---|---|\n| From another build, a compressed-tensors one | 0.7 |",
            ("nvfp4", "NVFP4", "not-stated", None),
        ),
    ],
)
def test_scheme_way_and_files_are_those_of_this_model(
    title: str, body: str, expected: tuple[str, str | None, str, str | None], tmp_path: Path
) -> None:
    assert variants_of(title, body, tmp_path) == [expected]


FAMILY = """\
| Benchmark | Gull PT 1B | Gull PT 4B | gull-1b-Q4_0 |
|---|---|---|---|
| MMLU | 42.1 | 59.6 | 41.9 |
| GSM8K | 38.4 | 71.0 | 38.0 |

| model | size | t/s |
|---|---|---|
| tern 3B Q4_0 | 1.70 GiB | 39.12 |
| tern 3B Q8_0 | 3.20 GiB | 22.12 |
"""


def test_other_models_beside_it_are_no_variants(tmp_path: Path) -> None:
    (variant,) = variants_of("gull-1b in Q4_0", FAMILY, tmp_path, "gguf")
    assert variant[:3] == ("q4_0", "Q4_0", "weight-only")
    kept = import_card(
        f"---\nbase_model: acme/gull-1b\npipeline_tag: text-generation\n---\n# gull-1b in Q4_0\n\n{FAMILY}",
        "card",
        "card",
    )
    assert "59.6" not in kept.text
    assert "tern 3B Q4_0" in "".join(kept.prose.values())


GROUPED = """\
| Category | Benchmark | gull-1b | gull-1b-W4A16 |
|---|---|---|---|
| First | MMLU | 42.82 | 39.80 |
| Second | IFEval | 62.83 | 55.81 |
"""


def test_a_column_that_only_groups_makes_no_variants(tmp_path: Path) -> None:
    head = "---\nbase_model: acme/gull-1b\npipeline_tag: text-generation\n---\n# gull-1b-W4A16\n\n## Accuracy\n\n"
    manifest = load(import_card(head + GROUPED, "card", "card"), tmp_path).manifest
    assert list(manifest.variants) == ["w4a16"]
    assert [(str(entry.value), str(entry.baseline)) for entry in manifest.reported] == [
        ("39.80", "42.82"),
        ("55.81", "62.83"),
    ]


def test_a_model_in_f16_is_the_baseline_of_gguf_files(tmp_path: Path) -> None:
    table = "| File | Perplexity |\n|---|---|\n| gull-1b-F16.gguf | 9.04 |\n| gull-1b-Q4_K_M.gguf | 9.31 |\n"
    head = "---\nbase_model: acme/gull-1b\npipeline_tag: text-generation\ntags: [gguf]\n---\n# gull-1b GGUF\n\n"
    (entry,) = load(import_card(head + table, "card", "card"), tmp_path).manifest.reported
    assert (str(entry.value), str(entry.baseline)) == ("9.31", "9.04")


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("It shows a 99.4% accuracy recovery.", 0),
        ("It keeps 99.1% accuracy retention.", 0),
        ("It has 91.4% accuracy.", 1),
    ],
)
def test_what_was_recovered_is_no_accuracy(words: str, count: int, tmp_path: Path) -> None:
    head = "---\nbase_model: acme/gull-1b\npipeline_tag: text-generation\n---\n# gull-1b-FP8\n\n"
    entries = load(import_card(head + words + "\n", "card", "card"), tmp_path).manifest.reported
    assert len([entry for entry in entries if entry.metric]) == count


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


HEAD = "---\nbase_model: acme/gull-1b\npipeline_tag: text-generation\ntags: [fp8]\n---\n# gull-1b FP8\n\n"


@pytest.mark.parametrize(
    ("table", "entries"),
    [
        ("| | this build | upstream |\n|---|---|---|\n| Size | 1.5 GB | 1.4 GB |\n", [("fp8", None, "1500")]),
        ("| Task | This artifact | Tern Labs |\n|---|---|---|\n| GSM8K | 61.2 | 60.9 |\n", [("fp8", "61.2", None)]),
        ("| Task | 8x H200 | 2x RTX 6000 |\n|---|---|---|\n| GSM8K | 61.2 | 60.9 |\n", []),
        (
            "| | FP8 on H100 | BF16 on H100 |\n|---|---|---|\n| Size | 1.5 GB | 3 GB |\n",
            [("fp8", None, "1500")],
        ),
    ],
    ids=["theirs", "of a maker", "hardware", "a variant on hardware"],
)
def test_a_column_of_other_makers_or_of_hardware_is_no_variant(
    table: str, entries: list[tuple[str, str | None, str | None]], tmp_path: Path
) -> None:
    made = import_card(HEAD + table, "card", "card")
    found = load(made, tmp_path).manifest.reported
    told = [(e.variant, e.value and str(e.value), e.size_mb and str(e.size_mb)) for e in found if e.value or e.size_mb]
    assert told == entries
    assert table.splitlines()[0] in "".join(made.prose.values()) or entries


RATES = """\
## Throughput

| | FP8 | BF16 |
|---|---|---|
| Time for 30 problems | 476s | 952s |
| output tokens/s | 182.9 | 99.6 |
| Throughput (tokens/s) | 184.0 | 100.2 |
"""


def test_neither_seconds_nor_tokens_are_samples_a_second(tmp_path: Path) -> None:
    made = import_card(HEAD + RATES, "card", "card")
    manifest = load(made, tmp_path).manifest
    assert list(manifest.variants) == ["fp8"]
    assert not [entry for entry in manifest.reported if entry.samples_per_s]
    assert RATES.partition("\n\n")[2] in "".join(made.prose.values())


@pytest.mark.parametrize("section", ["TensorRT-LLM", "tensorrt_llm", "TensorRT-Model-Optimizer"])
def test_what_runs_or_makes_a_model_is_no_format_of_its_files(section: str, tmp_path: Path) -> None:
    manifest = load(import_card(f"{HEAD}Run it with {section}.\n", "card", "card"), tmp_path).manifest
    assert [variant.format for variant in manifest.variants.values()] == [None]
