"""Layouts whose tools need what this suite has not: headers as they write them, and no weights."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any

import pytest

from cardgen.records.inspection import Inspection
from cardgen.weights.inspect.entry import inspect
from cardgen.weights.inspect.files import FolderFiles
from cardgen.weights.inspect.scheme import details, scheme
from cardgen.weights.inspect.tensors import BITS

FP8 = {"quant_method": "fp8", "activation_scheme": "dynamic", "weight_block_size": [32, 32]}


def read(tmp_path: Path, tensors: Mapping[str, tuple[str, tuple[int, ...]]], config: Mapping[str, Any]) -> Inspection:
    header, end = {}, 0
    for name, (dtype, shape) in tensors.items():
        size = prod(shape) * BITS[dtype] // 8
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header).encode()
    (tmp_path / "model.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + b"\0" * end)
    (tmp_path / "config.json").write_text(json.dumps({"quantization_config": config}), encoding="utf-8")
    return inspect(FolderFiles(tmp_path, "mine"))


@pytest.mark.parametrize(
    ("tensors", "config", "expected", "parameters"),
    [
        (
            {"a.q_proj.weight": ("F8_E4M3", (64, 80)), "a.q_proj.weight_scale_inv": ("F32", (2, 3))},
            FP8,
            ("FP8", "blocks of 32 x 32, symmetric, dynamic FP8 activations"),
            64 * 80,
        ),
        (
            {
                "a.q_proj.weight": ("U8", (64, 32)),
                "a.q_proj.weight_scale": ("F8_E4M3", (64, 4)),
                "a.q_proj.weight_scale_2": ("F32", ()),
                "a.q_proj.input_scale": ("F32", ()),
            },
            {"quant_method": "modelopt", "quant_algo": "NVFP4", "producer": {"name": "modelopt", "version": "0.33.0"}},
            ("NVFP4", "groups of 16, symmetric, dynamic FP4 activations in groups of 16"),
            64 * 64,
        ),
        (
            {
                "a.experts.gate_up_proj_blocks": ("U8", (4, 64, 2, 16)),
                "a.experts.gate_up_proj_scales": ("U8", (4, 64, 2)),
            },
            {"quant_method": "mxfp4"},
            ("MXFP4", "groups of 32, symmetric"),
            4 * 64 * 64,
        ),
    ],
    ids=["fp8", "modelopt", "experts"],
)
def test_a_layout_is_read(
    tensors: dict[str, tuple[str, tuple[int, ...]]],
    config: dict[str, Any],
    expected: tuple[str, str],
    parameters: int,
    tmp_path: Path,
) -> None:
    (module,) = read(tmp_path, tensors, config).modules
    assert (scheme(module.storage, module.activations), details(module.storage, module.activations)) == expected
    assert (module.kind, module.parameters) == ("linear", parameters)


def group(bits: int, size: int, targets: list[str], inputs: dict[str, Any] | None) -> dict[str, Any]:
    weights = {"num_bits": bits, "type": "int", "strategy": "group", "group_size": size}
    return {"weights": weights, "input_activations": inputs, "targets": targets}


def packed(name: str, bits: int, size: int) -> dict[str, tuple[str, tuple[int, ...]]]:
    return {
        f"{name}.weight_packed": ("I32", (64, 128 * bits // 32)),
        f"{name}.weight_scale": ("BF16", (64, 128 // size)),
        f"{name}.weight_shape": ("I64", (2,)),
    }


@pytest.mark.parametrize("targets", [(["re:.*attn.*"], ["re:.*mlp.*"]), (["("], ["re:("]), (["Linear"], ["Linear"])])
def test_of_several_groups_the_one_that_tensors_fit_is_told(
    targets: tuple[list[str], list[str]], tmp_path: Path
) -> None:
    groups = {"group_0": group(8, 128, targets[0], None), "group_1": group(4, 32, targets[1], None)}
    tensors = packed("attn.q_proj", 8, 128) | packed("mlp.up_proj", 4, 32)
    found = read(tmp_path, tensors, {"quant_method": "compressed-tensors", "config_groups": groups})
    assert {module.name: (module.storage.bits, module.parameters) for module in found.modules} == {
        "attn.q_proj": (8, 64 * 128),
        "mlp.up_proj": (4, 64 * 128),
    }


@pytest.mark.parametrize(
    ("tensors", "words"),
    [
        (packed("a.q_proj", 4, 32), 64 * 16),
        ({"a.q_proj.weight": ("U32", (64, 16)), "a.q_proj.scales": ("BF16", (64, 4))}, 64 * 16),
        ({"a.q_proj.W_q": ("U8", (64, 32)), "a.q_proj.scale": ("F32", (128, 1))}, 64 * 32),
    ],
    ids=["compressed-tensors", "mlx", "hqq"],
)
def test_bits_that_no_file_states_are_not_made_up(
    tensors: dict[str, tuple[str, tuple[int, ...]]], words: int, tmp_path: Path
) -> None:
    found = read(tmp_path, tensors, {})
    (module,) = found.modules
    assert (scheme(module.storage, module.activations), module.parameters) == ("scheme not stated", words)
    assert (found.parameters, found.bits_per_weight) == (None, None)
    assert found.findings == (
        "of 1 quantized modules no file states the scheme: their words are counted, and not their weights",
    )


def test_the_type_of_a_cache_is_not_made_up(tmp_path: Path) -> None:
    found = read(tmp_path, {"a.weight": ("BF16", (4, 4)), "a.k_scale": ("F32", ()), "a.v_scale": ("F32", ())}, {})
    assert found.kv_cache is None
    assert found.findings == ("there are scales of a KV cache, and no file states its type",)
