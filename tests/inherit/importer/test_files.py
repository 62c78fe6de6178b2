"""Cards imported with the files of their model, which decide what the card only says."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.inherit.importer.make import HeldFiles, Imported, Overrides, import_card
from cardgen.lint.engine import lint
from cardgen.manifest.model import Manifest
from cardgen.weights.inspect.entry import inspect
from cardgen.weights.inspect.files import FolderFiles
from tests.inherit.importer.test_make import load
from tests.inherit.importer.test_quantized import built
from tests.lint.asking import ROOT

INSPECTED = ROOT / "tests/weights/inspect"
HEAD = "---\nlicense: mit\npipeline_tag: text-generation\nbase_model: acme/gull-4b\ntags: [int8, gulls]\n---\n"
WRONG = HEAD + (
    "# gull-4b-int8\n\nQuantized with AutoAWQ to INT8, group size 128. 3 of 9 Linear modules stayed in FP32.\n\n"
    "| | INT8 | BF16 |\n|---|---|---|\n| Model size (MB) | 3.5 | 9.1 |\n| MMLU | 61.00 | 61.20 |\n"
)


def held(model: str) -> HeldFiles:
    path = INSPECTED / model
    return HeldFiles(inspect(FolderFiles(path, path.name), hashes=False))


def imported(source: str, files: HeldFiles, given: Overrides | None = None) -> Imported:
    return import_card(source, "card", "card", given, files=files)


def manifest_of(made: Imported, folder: Path) -> Manifest:
    return load(made, folder).manifest


@pytest.mark.parametrize(
    ("model", "name", "approach", "scheme", "form", "maker", "kept", "total"),
    [
        ("models/ct-w4a16-g32", "w4a16", "weight-only", "W4A16", None, "LLM Compressor", ("lm_head",), 8),
        ("models/ct-w8a8", "w8a8", "dynamic", "W8A8", None, "LLM Compressor", ("lm_head",), 8),
        ("models/ct-int8-static", "w8a8", "static", "W8A8", None, "LLM Compressor", ("lm_head",), 8),
        ("models/ct-nvfp4", "nvfp4", "dynamic", "NVFP4", None, "LLM Compressor", ("lm_head",), 8),
        ("models/ct-fp8-kv", "fp8", "static", "FP8", None, "LLM Compressor", ("lm_head",), 8),
        ("models/ar-gptq", "w4a16", "weight-only", "W4A16", "GPTQ", "AutoRound 0.16.0", ("lm_head",), 8),
        ("models/ar-awq", "w4a16", "weight-only", "W4A16", "AWQ", "AutoRound 0.16.0", ("lm_head",), 8),
        ("models/mlx4", "w4a16", "weight-only", "W4A16", "MLX", "MLX", (), 8),
        ("models/bnb-nf4", "nf4", "weight-only", "NF4", None, "bitsandbytes", ("lm_head",), 8),
        ("models/torchao-int8dyn", "w8a8", "dynamic", "W8A8", None, "torchao", ("lm_head",), 8),
        ("gguf/models/Q4_K_M.gguf", "q4_k_m", "weight-only", "Q4_K_M", "GGUF", None, (), 8),
        ("openvino/models/int4.xml", "w4a16", "weight-only", "W4A16", "OpenVINO", "NNCF 3.4.0", (), 8),
        (
            "onnx/models/nbits4.onnx",
            "w4a16",
            "weight-only",
            "W4A16",
            "ONNX",
            None,
            ("bert.pooler.dense", "classifier"),
            8,
        ),
    ],
)
def test_files_decide_and_the_card_gives_way(
    model: str,
    name: str,
    approach: str,
    scheme: str,
    form: str | None,
    maker: str | None,
    kept: tuple[str, ...],
    total: int,
    tmp_path: Path,
) -> None:
    files = held(model)
    made = imported(WRONG, files)
    manifest = manifest_of(made, tmp_path)
    ((called, variant),) = manifest.variants.items()
    assert (called, variant.backend, variant.approach) == (name, "elsewhere", approach)
    assert (variant.scheme, variant.format) == (scheme, form)
    shown, card = manifest.reported
    assert (shown.made_with, shown.fallback_modules, shown.total_modules) == (maker, kept, total)
    assert float(shown.size_mb or 0) == files.inspection.size_bytes / 1e6
    assert shown.source.name == "The model's files"
    assert (card.size_mb, card.total_modules, str(card.baseline_size_mb)) == (None, None, "9.1")
    assert (card.made_with == "AutoAWQ") == (maker is None)
    told = "\n".join(map(str, made.told))
    assert "left out: size in MB: 3.5" in told
    assert f"the scheme is {scheme}" in told
    assert ("the tag `int8`" in told) == (scheme != "W8A8") == (manifest.metadata.tags == ("gulls",))


@pytest.mark.parametrize(("model", "approach"), [("dynamic", "dynamic"), ("static-qdq", "static")])
def test_what_onnx_runtime_quantized_is_its_backends(model: str, approach: str, tmp_path: Path) -> None:
    made = imported(WRONG, held(f"onnx/models/{model}.onnx"))
    manifest = manifest_of(made, tmp_path)
    ((name, variant),) = manifest.variants.items()
    assert (name, variant.backend, variant.approach) == ("onnx", "onnxruntime", approach)
    assert {entry.made_with for entry in manifest.reported} == {None}


def test_nothing_quantized_is_no_scheme(tmp_path: Path) -> None:
    made = imported(WRONG, held("models/llama-bf16"))
    (variant,) = manifest_of(made, tmp_path).variants.values()
    assert (variant.approach, variant.scheme, variant.format) == ("not-stated", None, None)
    assert any("the scheme is not stated, as the model's files show, and not INT8" in told.text for told in made.told)


def test_float_onnx_files_are_an_export(tmp_path: Path) -> None:
    (variant,) = manifest_of(imported(WRONG, held("onnx/models/float.onnx")), tmp_path).variants.values()
    assert (variant.backend, variant.approach) == ("onnxruntime", "none")


def test_an_approach_that_files_cannot_tell_is_the_cards(tmp_path: Path) -> None:
    source = WRONG.replace("Quantized with AutoAWQ", "Trained with quantization-aware training (QAT)")
    made = imported(source, held("models/ct-w4a16-g32"))
    (variant,) = manifest_of(made, tmp_path).variants.values()
    assert (variant.approach, variant.scheme) == ("qat", "W4A16")


def test_the_user_goes_before_the_files(tmp_path: Path) -> None:
    given = Overrides("me/mine", "me/base", "text-generation", "qat")
    manifest = manifest_of(imported(WRONG, held("gguf/models/Q4_K_M.gguf"), given), tmp_path)
    assert (manifest.base_model.id, manifest.repo_id) == ("me/base", "me/mine")
    assert next(iter(manifest.variants.values())).approach == "qat"


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
        ("Q4_K_M", "GGUF"),
    ]
    sizes = {(entry.variant, entry.source.name): float(entry.size_mb) for entry in manifest.reported if entry.size_mb}
    assert sizes == {
        ("q2_k", "Model card titled gull-4b-GGUF"): 1.5,
        ("q4_k_m", "The model's files"): held("gguf/models/Q4_K_M.gguf").inspection.size_bytes / 1e6,
    }


def test_files_of_none_of_several_variants_decide_nothing(tmp_path: Path) -> None:
    table = "| | Q2_K | Q3_K_M | BF16 |\n|---|---|---|---|\n| Model size (MB) | 1.5 | 2.5 | 9.1 |\n"
    made = imported(f"{HEAD}# gull-4b-GGUF\n\n{table}", held("gguf/models/Q4_K_M.gguf"))
    assert len(manifest_of(made, tmp_path).variants) == 2
    assert any("which of the variants they are is not clear" in told.text for told in made.told)


def test_files_on_the_hub_name_the_repository_and_are_the_source(tmp_path: Path) -> None:
    page = f"https://huggingface.co/acme/gull-4b-w4a16/tree/{'a' * 40}"
    shown = held("models/ct-w4a16-g32").inspection
    files = HeldFiles(shown, "the files of acme/gull-4b-w4a16", page, "acme/gull-4b-w4a16")
    made = imported(WRONG, files)
    manifest = manifest_of(made, tmp_path)
    assert manifest.repo_id == "acme/gull-4b-w4a16"
    source = manifest.reported[0].source
    assert (source.name, source.url) == ("Files of acme/gull-4b-w4a16", page)
    assert any("repo_id is acme/gull-4b-w4a16, where the files lie" in told.text for told in made.told)


def test_a_maker_with_its_version_is_told_whole_in_the_card(tmp_path: Path) -> None:
    loaded = load(imported(WRONG, held("models/ar-gptq")), tmp_path)
    text = built(loaded, tmp_path)
    assert "AutoRound 0.16.0" in text
    assert "AutoRound 0.16.0, version not stated" not in text
    assert not [finding for finding in lint(text, "README.md").told if finding.severity == "error"]
