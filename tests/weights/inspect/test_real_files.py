"""Models that the real tools wrote, by the scripts of `scripts/`: all are one tiny Llama in BF16."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.records.inspection import Activations, Inspection, Module, Storage
from cardgen.weights.inspect.entry import inspect
from cardgen.weights.inspect.files import FolderFiles
from cardgen.weights.inspect.scheme import details, scheme, uses

MODELS = Path(__file__).parent / "models"
LINEAR = [f"model.layers.0.{name}" for name in (
    "mlp.down_proj", "mlp.gate_proj", "mlp.up_proj",
    "self_attn.k_proj", "self_attn.o_proj", "self_attn.q_proj", "self_attn.v_proj",
)]  # fmt: skip

EXPECTED = {
    "ct-w8a8": ("W8A8", "per channel, symmetric, dynamic INT8 activations per token"),
    "ct-int8-static": ("W8A8", "per channel, symmetric, static INT8 activations per tensor"),
    "ct-w4a16-g32": ("W4A16", "groups of 32, symmetric"),
    "ct-w4a16-asym": ("W4A16", "groups of 32, asymmetric"),
    "ct-fp8-block": ("FP8", "blocks of 32 x 32, symmetric, dynamic FP8 activations in groups of 32"),
    "ct-fp8-kv": ("FP8", "per tensor, symmetric, static FP8 activations per tensor"),
    "ct-nvfp4": ("NVFP4", "groups of 16, symmetric, dynamic FP4 activations in groups of 16"),
    "ct-mxfp4": ("MXFP4", "groups of 32, symmetric, dynamic FP4 activations in groups of 32"),
    "torchao-int8wo": ("W8A16", "per channel"),
    "torchao-int8dyn": ("W8A8", "per channel, dynamic INT8 activations per token"),
    "torchao-int4": ("W4A16", "groups of 32, symmetric"),
    "torchao-float8": ("FP8 weights", "per channel"),
    "bnb-nf4": ("NF4", "groups of 64, symmetric"),
    "bnb-nf4-double-bf16": ("NF4", "groups of 64, symmetric"),
    "bnb-int8": ("W8A8", "per channel, symmetric, dynamic INT8 activations per token"),
    "hqq": ("W4A16", "groups of 32, asymmetric"),
    "ar-w4g32-asym": ("W4A16", "groups of 32, asymmetric"),
    "ar-gptq": ("W4A16", "groups of 32, symmetric"),
    "ar-awq": ("W4A16", "groups of 32, asymmetric"),
}
MAKERS = {
    "ct": [("compressed-tensors", "0.19.0"), ("llm-compressor", None), ("transformers", "5.24.0")],
    "torchao": [("transformers", "5.24.0")],
    "bnb": [("transformers", "5.24.0")],
    "hqq": [("transformers", "4.57.6")],
    "ar": [("auto-round", "0.16.0"), ("transformers", "5.17.0")],
}


def inspected(name: str) -> Inspection:
    return inspect(FolderFiles(MODELS / name, name))


def told(module: Module) -> tuple[str, str]:
    return scheme(module.storage, module.activations), details(module.storage, module.activations)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_scheme_of_every_linear_module_is_read_and_nothing_else_is_called_quantized(name: str) -> None:
    found = inspected(name)
    assert {module.name: told(module) for module in found.modules if module.storage.quantized} == dict.fromkeys(
        LINEAR, EXPECTED[name]
    )
    kept = {module.name: module for module in found.modules if not module.storage.quantized}
    assert {kept[other].kind for other in ("model.embed_tokens", "lm_head")} == {"embedding", "head"}
    heads = {"F32"} if name == "hqq" else {"BF16"}  # which made the head wider than it was
    assert {module.storage.type for module in kept.values()} == heads | {"BF16"}
    assert found.findings == ()


@pytest.mark.parametrize("name", ["llama-bf16", "ar-mixed", *EXPECTED])
def test_weights_are_counted_and_not_the_words_they_are_packed_in(name: str) -> None:
    found, plain = inspected(name), inspected("llama-bf16")
    assert found.parameters == plain.parameters == 53_440
    assert {module.name: module.parameters for module in found.modules} == {
        module.name: module.parameters for module in plain.modules
    }
    assert found.size_bytes == (MODELS / name / "model.safetensors").stat().st_size


@pytest.mark.parametrize("name", EXPECTED)
def test_who_made_it_is_what_files_say(name: str) -> None:
    assert [(maker.name, maker.version) for maker in inspected(name).makers] == MAKERS[name.partition("-")[0]]


def test_a_model_that_is_not_quantized_is_called_nothing() -> None:
    found = inspected("llama-bf16")
    assert (found.method, found.kv_cache, found.architecture) == (None, None, "LlamaForCausalLM")
    assert [(use.kind, use.storage.type, len(use.modules)) for use in uses(found.modules)] == [
        ("linear", "BF16", 7), ("embedding", "BF16", 1), ("head", "BF16", 1), ("norm", "BF16", 3),
    ]  # fmt: skip


def test_a_quantized_cache_is_told() -> None:
    assert inspected("ct-fp8-kv").kv_cache == Activations(when="static", type="FP8", bits=8, per="tensor")
    assert inspected("ct-w8a8").kv_cache is None


def test_modules_of_other_bits_are_told_by_their_shapes() -> None:
    found = inspected("ar-mixed")
    by_name = {module.name: module.storage for module in found.modules}
    assert by_name["model.layers.0.mlp.down_proj"].bits == 8
    assert by_name["model.layers.0.mlp.up_proj"].bits == 4
    assert by_name["model.layers.0.self_attn.o_proj"] == Storage(type="BF16", bits=16, quantized=False)


MLX = {"mlx4": 5.040, "mlx-mixed": 5.729, "mlx-mxfp4": 4.292}
"""Bits a weight, as mlx-lm printed them."""


@pytest.mark.parametrize("name", MLX)
def test_mlx_quantizes_embedding_and_head_too(name: str) -> None:
    found = inspected(name)
    assert {module.name for module in found.modules if module.storage.quantized} == {
        *LINEAR, "lm_head", "model.embed_tokens",
    }  # fmt: skip
    assert found.parameters == 53_440
    assert round(8 * sum(module.size_bytes for module in found.modules) / found.parameters, 3) == MLX[name]
    assert (found.method, found.findings) == ("mlx", ())
    assert [maker.name for maker in found.makers] == ["MLX", "transformers"]


def test_a_mixed_recipe_is_read_module_by_module() -> None:
    bits = {module.name: module.storage.bits for module in inspected("mlx-mixed").modules}
    assert [name for name in bits if bits[name] == 6] == ["lm_head", LINEAR[0], LINEAR[6]]
    assert {module.storage.type for module in inspected("mlx-mxfp4").modules} == {"MXFP4", "BF16"}


def test_files_are_listed_with_their_hashes() -> None:
    files = {file.path: file for file in inspected("ct-w8a8").files}
    assert set(files) == {"config.json", "model.safetensors", "recipe.yaml"}
    assert all(file.sha256 and len(file.sha256) == 64 for file in files.values())


def test_gptqmodels_modules_are_as_the_tensors_show_and_its_log_tells_of_calibration() -> None:
    """By `dynamic`, one has other bits and one stays, which the top-level 4 bits of the configuration do not say."""
    found = inspected("gptqmodel-mixed")
    schemes = {module.name: told(module) for module in found.modules if module.kind in ("linear", "head")}
    other, kept = "model.layers.0.mlp.down_proj", "model.layers.0.self_attn.o_proj"
    assert schemes.pop(other) == ("W8A16", "groups of 32, symmetric")
    assert {schemes.pop(kept), schemes.pop("lm_head")} == {("BF16", "")}
    assert set(schemes.values()) == {("W4A16", "groups of 32, symmetric")}
    assert (found.makers[0].name, found.makers[0].version) == ("gptqmodel", "7.7.0")
    assert found.calibration == "256 tokens a module"
    assert found.findings == ()


@pytest.mark.parametrize(
    ("log", "calibration", "findings"),
    [
        ("layer,module,loss,samples,damp,time\n0,q_proj,0.1,256,0.05,1\n0,k_proj,0.1,32,0.05,1\n", "32 to 256", 0),
        ("layer,module,loss,samples,damp,time\n0,q_proj,fallback(rtn),0,,\n0,k_proj,0.1,256,,\n", "0 to 256", 1),
        ("layer,module,loss,samples,damp,time\n", None, 0),
        ("something,else\n1,2\n", None, 0),
        ("layer,module,loss,samples\n0,q_proj\n0,k_proj,0.1,many\n", None, 0),
    ],
)
def test_logs_of_other_contents(log: str, calibration: str | None, findings: int, tmp_path: Path) -> None:
    for file in (MODELS / "gptqmodel-mixed").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "quant_log.csv").write_text(log, encoding="utf-8")
    found = inspect(FolderFiles(tmp_path, "mine"))
    assert found.calibration == (calibration and f"{calibration} tokens a module")
    assert len(found.findings) == findings
    assert all("1 of 2 modules were rounded without calibration: 0 q_proj" in told for told in found.findings)
