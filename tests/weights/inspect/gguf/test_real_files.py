"""Files that llama.cpp wrote, by `scripts/gguf_llama_cpp.py`."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.errors import ModelFilesError
from cardgen.records.inspection import Inspection
from cardgen.weights.inspect.entry import inspect
from cardgen.weights.inspect.files import FolderFiles
from cardgen.weights.inspect.scheme import scheme

MODELS = Path(__file__).parent / "models"

BITS = {"Q4_K_M": 5.09, "IQ4_XS": 4.49, "Q2_K": 3.25}
"""Bits a weight, as llama.cpp printed them when it wrote the files."""

KEPT = dict.fromkeys(("blk.0.attn_norm", "blk.0.ffn_norm", "output_norm"), "F32") | {"output": "Q6_K"}
TYPES = {
    "Q4_K_M": dict.fromkeys(["attn_k", "attn_q", "attn_output", "ffn_gate", "ffn_up"], "Q4_K")
    | dict.fromkeys(["attn_v", "ffn_down"], "Q6_K"),
    "IQ4_XS": dict.fromkeys(["attn_k", "attn_q", "attn_output", "ffn_gate", "ffn_up", "ffn_down"], "IQ4_XS")
    | {"attn_v": "Q5_K"},
    "Q2_K": dict.fromkeys(["attn_k", "attn_q", "ffn_gate", "ffn_up"], "Q2_K")
    | {"attn_v": "Q4_K", "attn_output": "Q3_K", "ffn_down": "Q3_K"},
}
EMBEDDING = {"Q4_K_M": "Q4_K", "IQ4_XS": "IQ4_XS", "Q2_K": "Q2_K"}


def inspected(name: str) -> Inspection:
    return inspect(FolderFiles(MODELS / f"{name}.gguf", name))


@pytest.mark.parametrize("name", BITS)
def test_every_tensor_has_the_type_that_the_file_says(name: str) -> None:
    found = inspected(name)
    blocks = {f"blk.0.{module}": kind for module, kind in TYPES[name].items()}
    assert {module.name: scheme(module.storage, module.activations) for module in found.modules} == (
        blocks | KEPT | {"token_embd": EMBEDDING[name]}
    )
    assert {module.name: module.kind for module in found.modules if module.kind != "norm"} == dict.fromkeys(
        blocks, "linear"
    ) | {"token_embd": "embedding", "output": "head"}


@pytest.mark.parametrize("name", BITS)
def test_bits_a_weight_are_those_that_llama_cpp_tells(name: str) -> None:
    found = inspected(name)
    assert found.parameters == 410_368
    assert round(8 * sum(module.size_bytes for module in found.modules) / found.parameters, 2) == BITS[name]
    assert found.size_bytes == (MODELS / f"{name}.gguf").stat().st_size


@pytest.mark.parametrize("name", BITS)
def test_metadata_are_told_as_they_stand_there(name: str) -> None:
    found = inspected(name)
    assert (found.format, found.method, found.architecture) == ("gguf", name, "llama")
    assert [maker.name for maker in found.makers] == ["acme"]
    assert (found.base_model, found.calibration, found.findings) == (("acme/tiny-base",), None, ())


def test_of_several_models_one_must_be_named() -> None:
    with pytest.raises(ModelFilesError, match=r"holds 3 models: IQ4_XS\.gguf, Q2_K\.gguf, Q4_K_M\.gguf"):
        inspect(FolderFiles(MODELS, "models"))
