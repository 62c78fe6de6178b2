"""Cards imported with the files of their model, which decide what the card only says."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.inherit.importer.make import HeldFiles, Imported, Overrides, import_card
from cardgen.manifest.made import Made
from cardgen.manifest.model import Manifest
from cardgen.weights.inspect.entry import inspect
from cardgen.weights.inspect.files import FolderFiles
from tests.inherit.importer.test_make import load
from tests.lint.asking import ROOT

INSPECTED = ROOT / "tests/weights/inspect"
HEAD = "---\nlicense: mit\npipeline_tag: text-generation\nbase_model: acme/gull-4b\ntags: [int8, gulls]\n---\n"
WRONG = HEAD + (
    "# gull-4b-int8\n\nQuantized with AutoAWQ to INT8, group size 128. 3 of 9 Linear modules stayed in FP32.\n\n"
    "| | INT8 | BF16 |\n|---|---|---|\n| Model size (MB) | 3.5 | 9.1 |\n| MMLU | 61.00 | 61.20 |\n"
)
TRUE = (
    "---\nlicense: mit\npipeline_tag: text-generation\nbase_model: acme/tiny-base\ntags: [w4a16, gulls]\n---\n"
    "# gull-4b-w4a16\n\nQuantized with LLM Compressor, calibrated on 512 samples.\n\n"
    "| Benchmark | W4A16 | BF16 |\n|---|---|---|\n| Model size (MB) | 0.05 | 0.11 |\n| MMLU | 61.00 | 61.20 |\n\n"
    "## Intended use\n\nFor counting gulls on beaches.\n"
)
MANIFEST = """\
# yaml-language-server: $schema=manifest.schema.json
# Written by `cardgen import` from the model card titled gull-4b-w4a16.
# What it reports was measured by others: `cardgen build --measure` measures it anew where it can.
version: 1
repo_id: your-name/gull-4b-w4a16
card: quantized
title: gull-4b-w4a16
task: text-generation
base_model: {id: acme/tiny-base, precision: BF16}
metadata:
  license: mit
  tags: [w4a16, gulls]
variants:
  w4a16: {made: {path: ../models/ct-w4a16-g32}}
reported:
  - variant: w4a16
    metric: score
    value: 61.00
    baseline: 61.20
    dataset: {name: MMLU}
    baseline_size_mb: 0.11
    calibration: {asked: 512}
    source: {name: Model card titled gull-4b-w4a16}
prose: {intended_use: prose/card-intended_use.md}
"""


def held(model: str) -> HeldFiles:
    path = INSPECTED / model
    return HeldFiles(inspect(FolderFiles(path, path.name), hashes=False), {"path": f"../{model}"})


def imported(source: str, files: HeldFiles, given: Overrides | None = None) -> Imported:
    return import_card(source, "card", "card", given, files=(files,))


def manifest_of(made: Imported, folder: Path) -> Manifest:
    return load(made, folder).manifest


@pytest.mark.parametrize(
    ("model", "name", "scheme", "maker"),
    [
        ("models/ct-w4a16-g32", "w4a16", "W4A16", "LLM Compressor"),
        ("models/ct-w8a8", "w8a8", "W8A8", "LLM Compressor"),
        ("models/ct-int8-static", "w8a8", "W8A8", "LLM Compressor"),
        ("models/ct-nvfp4", "nvfp4", "NVFP4", "LLM Compressor"),
        ("models/ct-fp8-kv", "fp8", "FP8", "LLM Compressor"),
        ("models/ar-gptq", "w4a16", "W4A16", "AutoRound 0.16.0"),
        ("models/ar-awq", "w4a16", "W4A16", "AutoRound 0.16.0"),
        ("models/mlx4", "w4a16", "W4A16", "MLX"),
        ("models/bnb-nf4", "nf4", "NF4", "bitsandbytes"),
        ("models/torchao-int8dyn", "w8a8", "W8A8", "torchao"),
        ("gguf/models/Q4_K_M.gguf", "q4_k_m", "Q4_K_M", None),
        ("openvino/models/int4.xml", "w4a16", "W4A16", "NNCF 3.4.0"),
        ("onnx/models/nbits4.onnx", "w4a16", "W4A16", None),
        ("onnx/models/dynamic.onnx", "w8a8", "W8A8", "ONNX Runtime"),
        ("onnx/models/static-qdq.onnx", "w8a8", "W8A8", "ONNX Runtime"),
    ],
)
def test_files_are_named_and_what_they_say_is_left_out(
    model: str, name: str, scheme: str, maker: str | None, tmp_path: Path
) -> None:
    made = imported(WRONG, held(model))
    manifest = manifest_of(made, tmp_path)
    assert f"  {name}: {{made: {{path: ../{model}}}}}\n" in made.text
    assert [variant.made for variant in manifest.variants.values()] == [Made(path=f"../{model}")]
    (entry,) = manifest.reported
    assert (entry.size_mb, entry.total_modules, entry.fallback_modules) == (None, None, ())
    assert (str(entry.baseline_size_mb), entry.source.name) == ("9.1", "Model card titled gull-4b-int8")
    assert entry.made_with == (None if maker else "AutoAWQ")
    told = "\n".join(map(str, made.told))
    assert "left out: size in MB: 3.5; the model's files say 0." in told
    assert "left out: Linear modules: 9; the model's files say 8" in told
    assert (f"left out: what made it: AutoAWQ; the model's files say {maker}" in told) == (maker is not None)
    assert f"the scheme is {scheme}, as the model's files show, and not INT8" in told
    assert ("the tag `int8`" in told) == (scheme != "W8A8") == (manifest.metadata.tags == ("gulls",))


def test_a_manifest_of_files_and_of_what_only_the_card_tells() -> None:
    assert imported(TRUE, held("models/ct-w4a16-g32")).text == MANIFEST


def test_nothing_quantized_is_no_scheme(tmp_path: Path) -> None:
    made = imported(WRONG, held("models/llama-bf16"))
    (variant,) = manifest_of(made, tmp_path).variants.values()
    assert (variant.approach, variant.scheme, variant.format) == ("not-stated", None, None)
    assert any("the scheme is not stated, as the model's files show, and not INT8" in told.text for told in made.told)


def test_float_onnx_files_are_an_export(tmp_path: Path) -> None:
    (variant,) = manifest_of(imported(WRONG, held("onnx/models/float.onnx")), tmp_path).variants.values()
    assert (variant.backend, variant.approach) == ("onnxruntime", "none")


def test_an_approach_that_files_cannot_tell_stays_the_cards_words(tmp_path: Path) -> None:
    source = WRONG.replace("Quantized with AutoAWQ", "Trained with quantization-aware training (QAT)")
    made = imported(source, held("models/ct-w4a16-g32"))
    assert next(iter(manifest_of(made, tmp_path).variants.values())).approach == "not-stated"
    assert "quantization-aware training (QAT)" in made.prose["prose/card-summary.md"]


def test_the_user_goes_before_the_files_but_for_how_it_was_made(tmp_path: Path) -> None:
    given = Overrides("me/mine", "me/base", "text-generation", "qat")
    made = imported(WRONG, held("gguf/models/Q4_K_M.gguf"), given)
    manifest = manifest_of(made, tmp_path)
    assert (manifest.base_model.id, manifest.repo_id) == ("me/base", "me/mine")
    assert next(iter(manifest.variants.values())).made is not None
    assert any("--approach qat: of a variant whose files are named, these say it" in told.text for told in made.told)


def test_the_base_model_of_the_files_goes_before_the_cards(tmp_path: Path) -> None:
    made = imported(WRONG, held("gguf/models/Q4_K_M.gguf"))
    assert manifest_of(made, tmp_path).base_model.id == "acme/tiny-base"
    told = "mended: the base model is acme/tiny-base, as the model's files say, and not acme/gull-4b"
    assert told in map(str, made.told)


def test_the_same_base_model_keeps_the_cards_spelling(tmp_path: Path) -> None:
    source = WRONG.replace("acme/gull-4b", "Acme/Tiny_Base")
    assert manifest_of(imported(source, held("gguf/models/Q4_K_M.gguf")), tmp_path).base_model.id == "Acme/Tiny_Base"


def test_of_several_variants_only_the_one_with_such_files_changes(tmp_path: Path) -> None:
    table = "| | Q2_K | Q4_K_M | BF16 |\n|---|---|---|---|\n| Model size (MB) | 1.5 | 2.5 | 9.1 |\n"
    made = imported(f"{HEAD}# gull-4b-GGUF\n\n{table}", held("gguf/models/Q4_K_M.gguf"))
    manifest = manifest_of(made, tmp_path)
    assert [(variant.scheme, variant.format) for variant in manifest.variants.values()] == [
        ("Q2_K", "GGUF"),
        (None, None),
    ]
    assert [name for name, variant in manifest.variants.items() if variant.made] == ["q4_k_m"]
    sizes = {entry.variant: float(entry.size_mb) for entry in manifest.reported if entry.size_mb}
    assert sizes == {"q2_k": 1.5}


def test_files_of_none_of_several_variants_decide_nothing(tmp_path: Path) -> None:
    table = "| | Q2_K | Q3_K_M | BF16 |\n|---|---|---|---|\n| Model size (MB) | 1.5 | 2.5 | 9.1 |\n"
    made = imported(f"{HEAD}# gull-4b-GGUF\n\n{table}", held("gguf/models/Q4_K_M.gguf"))
    assert len(manifest_of(made, tmp_path).variants) == 2
    assert any("which of the variants they are is not clear" in told.text for told in made.told)


def test_files_on_the_hub_name_the_repository_and_its_commit(tmp_path: Path) -> None:
    shown = held("models/ct-w4a16-g32").inspection
    place = {"id": "acme/gull-4b-w4a16", "revision": "a" * 40}
    page = f"https://huggingface.co/acme/gull-4b-w4a16/tree/{'a' * 40}"
    made = imported(WRONG, HeldFiles(shown, place, "the files of acme/gull-4b-w4a16", page, "acme/gull-4b-w4a16"))
    manifest = manifest_of(made, tmp_path)
    assert manifest.repo_id == "acme/gull-4b-w4a16"
    assert next(iter(manifest.variants.values())).made == Made(id="acme/gull-4b-w4a16", revision="a" * 40)
    assert any("repo_id is acme/gull-4b-w4a16, where the files lie" in told.text for told in made.told)


def gguf(names: dict[str, str]) -> tuple[HeldFiles, ...]:
    """A set in one folder: names of files, each with the real file that it is."""
    shown = {file: held(f"gguf/models/{real}.gguf").inspection for file, real in names.items()}
    return tuple(HeldFiles(shown[file], {"path": "g", "file": file}, file=file) for file in names)


@pytest.mark.parametrize(
    ("text", "variants", "told"),
    [
        ("Take gull-q4.gguf.", {"q4_k_m": "gull-q4.gguf"}, "the file gull-q2.gguf, which the card does not name"),
        ("Q2_K is small; Q4_K_M is better.", {"q2_k": "gull-q2.gguf", "q4_k_m": "gull-q4.gguf"}, ""),
        ("Take gull-q4, or Q2_K.", {"q2_k": "gull-q2.gguf", "q4_k_m": "gull-q4.gguf"}, ""),
        ("A set.", {"q2_k": "gull-q2.gguf", "q4_k_m": "gull-q4.gguf"}, "as the card names none of them"),
        ("Q8_0 is best.", {"q2_k": "gull-q2.gguf", "q4_k_m": "gull-q4.gguf"}, "as the card names none of them"),
    ],
)
def test_each_file_of_a_set_that_the_card_names_is_a_variant(
    text: str, variants: dict[str, str], told: str, tmp_path: Path
) -> None:
    models = gguf({"gull-q2.gguf": "Q2_K", "gull-q4.gguf": "Q4_K_M"})
    made = import_card(f"{HEAD}# gull-4b-GGUF\n\n{text}\n", "card", "card", files=models)
    found = manifest_of(made, tmp_path).variants
    assert {name: variant.made.file for name, variant in found.items() if variant.made} == variants
    assert len(found) == len(variants)
    assert told in "\n".join(entry.text for entry in made.told)


def test_two_files_of_one_scheme_are_two_variants(tmp_path: Path) -> None:
    models = gguf({"a/gull-00001-of-00002.gguf": "Q4_K_M", "gull-imatrix.gguf": "Q4_K_M"})
    table = "| Benchmark | Q4_K_M | Q8_0 | BF16 |\n|---|---|---|---|\n| MMLU | 61.00 | 61.10 | 61.20 |\n"
    source = f"{HEAD}# gull-4b-GGUF\n\nUse gull-imatrix.gguf.\n\n{table}"
    manifest = manifest_of(import_card(source, "card", "card", files=models), tmp_path)
    files = {name: variant.made.file if variant.made else None for name, variant in manifest.variants.items()}
    assert files == {"q4_k_m": "gull-imatrix.gguf", "q8_0": None, "gull": "a/gull-00001-of-00002.gguf"}
    assert {entry.variant for entry in manifest.reported} == {"q4_k_m", "q8_0"}


def test_what_is_only_converted_is_a_variant_beside_what_is_quantized(tmp_path: Path) -> None:
    shown = held("models/llama-bf16").inspection
    models = (*gguf({"gull-q4.gguf": "Q4_K_M"}), HeldFiles(shown, {"path": "g", "file": "f16.gguf"}, file="f16.gguf"))
    made = import_card(f"{HEAD}# gull-4b-GGUF\n\nTake gull-q4.gguf or f16.gguf.\n", "card", "card", files=models)
    assert manifest_of(made, tmp_path).adopted_variants == ("q4_k_m", "f16")


def test_files_of_onnx_are_a_set_too(tmp_path: Path) -> None:
    names = ("dynamic", "float", "static-qdq")
    shown = {name: held(f"onnx/models/{name}.onnx").inspection for name in names}
    models = tuple(HeldFiles(shown[name], {"path": "o", "file": f"{name}.onnx"}, file=f"{name}.onnx") for name in names)
    source = f"{HEAD}# gull\n\nA dynamic model. Take `float.onnx` or static-qdq.onnx.\n"
    manifest = manifest_of(import_card(source, "card", "card", files=models), tmp_path)
    files = {name: variant.made.file for name, variant in manifest.variants.items() if variant.made}
    assert files == {"onnx": "static-qdq.onnx", "float": "float.onnx"}


def test_figures_of_nobody_knows_which_file_stay_prose(tmp_path: Path) -> None:
    table = "| Benchmark | gull |\n|---|---|\n| MMLU | 61.00 |\n"
    models = gguf({"gull-q2.gguf": "Q2_K", "gull-q4.gguf": "Q4_K_M"})
    made = import_card(f"{HEAD}# gull-4b-GGUF\n\n{table}", "card", "card", files=models)
    assert manifest_of(made, tmp_path).reported == ()
    assert "61.00" in "".join(made.prose.values())
    assert any("the card does not say which file they are of" in told.text for told in made.told)


def test_a_set_of_which_nothing_is_quantized_names_no_files(tmp_path: Path) -> None:
    shown = held("models/llama-bf16").inspection
    models = tuple(HeldFiles(shown, {"path": "g", "file": name}, file=name) for name in ("a.gguf", "b.gguf"))
    made = import_card(f"{HEAD}# gull-4b-GGUF\n\nQ4_K_M.\n", "card", "card", files=models)
    assert not manifest_of(made, tmp_path).adopted_variants
    assert any("nothing in them is quantized" in told.text for told in made.told)
