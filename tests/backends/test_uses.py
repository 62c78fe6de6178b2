"""A module is INT8 only if every use of its weight is: layers that share weights, tied heads, convolutions."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.records.request import QuantizationOptions, QuantizeRequest
from tests.backends.workbench import SCRIPTS, TASK, Workbench

pytestmark = pytest.mark.slow

QUERY = "albert.encoder.albert_layer_groups.0.albert_layers.0.attention.query"
PRODUCTS = {"albert": 27, "tied": 27, "deberta": 18}
"""Products with a weight in a pass."""


@pytest.fixture(scope="module")
def shared(onnxruntime: Workbench, models: Path) -> Path:
    folder = onnxruntime.folder / "shared"
    onnxruntime.script(SCRIPTS / "make_shared.py", models / "single", folder)
    return folder


def task_of(name: str) -> str:
    return {"tied": "fill-mask", "resnet": "image-classification"}.get(name, TASK)


def dynamic(bench: Workbench, name: str, **changes: object) -> QuantizeRequest:
    return bench.dynamic().model_copy(update={"task": task_of(name), **changes})


def test_uses_are_found_wherever_they_take_the_weight(onnxruntime: Workbench) -> None:
    found = onnxruntime.script(SCRIPTS / "check_uses.py")
    assert found["same"], "the graph computes something else than before"
    assert found["identities"] == ["S2"], "which the graph gives, and so has to keep"
    assert found["uses"] == {
        "pair.first": ["/Add", "/pair/first/MatMul"],
        "pair.second": ["/Add", "/pair/second/MatMul"],
        "same": ["/If", "/same/MatMul", "/same_1/MatMul"],
        "words": ["/MatMul", "/words/Gather"],
        "conv": ["/conv/Conv"],
    }


@pytest.mark.parametrize("name", PRODUCTS)
def test_onnx_quantizes_every_use_of_a_weight(onnxruntime: Workbench, shared: Path, name: str) -> None:
    exported, export = onnxruntime.export_of(shared / name, task_of(name))
    result, artifact = onnxruntime.quantize(dynamic(onnxruntime, name), export)
    assert set(result.int8_modules) == set(exported.linear_modules)
    assert result.operators["MatMulInteger"] == PRODUCTS[name]
    assert onnxruntime.script(SCRIPTS / "reread.py", artifact)["fp32_products"] == []
    assert result.weight_bytes < exported.weight_bytes
    assert result.fp32_embeddings == (("deberta.encoder.rel_embeddings",) if name == "deberta" else ())


def test_onnx_quantizes_every_use_statically(onnxruntime: Workbench, shared: Path, models: Path) -> None:
    exported, export = onnxruntime.export_of(shared / "albert")
    result, artifact = onnxruntime.quantize(onnxruntime.static(), export, models / "single" / "train.csv")
    assert set(result.int8_modules) == set(exported.linear_modules)
    kernels = onnxruntime.script(SCRIPTS / "reread.py", artifact)["kernels"]
    assert kernels["QLinearMatMul"] + kernels["QGemm"] == PRODUCTS["albert"]


def test_one_use_in_fp32_makes_a_module_fp32(onnxruntime: Workbench, shared: Path) -> None:
    _, export = onnxruntime.export_of(shared / "albert")
    node = f"/{QUERY.replace('.', '/')}_2/MatMul".replace("groups/0", "groups.0").replace("layers/0", "layers.0")
    options = QuantizationOptions(exclude_nodes=(node,))
    result, _ = onnxruntime.quantize(dynamic(onnxruntime, "albert", options=options), export)
    assert result.fp32_modules == (QUERY,)
    assert result.operators["MatMulInteger"] == PRODUCTS["albert"] - 1


def test_a_fallback_keeps_every_use_in_fp32(onnxruntime: Workbench, shared: Path) -> None:
    _, export = onnxruntime.export_of(shared / "albert")
    result, artifact = onnxruntime.quantize(dynamic(onnxruntime, "albert", fallback_modules=(QUERY,)), export)
    assert result.fp32_modules == (QUERY,)
    assert len(onnxruntime.script(SCRIPTS / "reread.py", artifact)["fp32_products"]) == 4


@pytest.mark.parametrize("name", ["albert", "tied"])
def test_pytorch_computes_every_use_in_int8(neural_compressor: Workbench, shared: Path, name: str) -> None:
    exported, export = neural_compressor.export_of(shared / name, task_of(name))
    result, artifact = neural_compressor.quantize(dynamic(neural_compressor, name), export)
    assert set(result.int8_modules) == set(exported.linear_modules)
    counts = neural_compressor.script(SCRIPTS / "count_products.py", task_of(name), artifact)
    assert counts["quantized::linear_dynamic"] == PRODUCTS[name]
    assert "aten::linear" not in counts


@pytest.mark.parametrize("approach", ["dynamic", "static"])
def test_pytorch_keeps_a_table_that_is_taken_whole(
    neural_compressor: Workbench, shared: Path, models: Path, approach: str
) -> None:
    """DeBERTa multiplies all its distances by the weights of words, and looks none up."""
    exported, export = neural_compressor.export_of(shared / "deberta")
    request = neural_compressor.static() if approach == "static" else neural_compressor.dynamic()
    result, _ = neural_compressor.quantize(request, export, models / "single" / "train.csv")
    assert set(result.int8_modules) == set(exported.linear_modules)
    assert result.fp32_embeddings == ("deberta.encoder.rel_embeddings",)


def test_convolutions_are_counted(onnxruntime: Workbench, neural_compressor: Workbench, shared: Path) -> None:
    for bench, name in ((onnxruntime, "resnet"), (onnxruntime, "squeezebert"), (neural_compressor, "squeezebert")):
        exported, export = bench.export_of(shared / name, task_of(name))
        assert len(exported.convolution_modules) == (6 if name == "resnet" else 12)
        result, _ = bench.quantize(dynamic(bench, name), export)
        assert result.fp32_convolutions == exported.convolution_modules
        assert result.int8_convolutions == ()


def test_convolutions_are_quantized_where_that_is_asked_for(onnxruntime: Workbench, shared: Path) -> None:
    exported, export = onnxruntime.export_of(shared / "resnet", "image-classification")
    kept = exported.convolution_modules[0]
    request = dynamic(onnxruntime, "resnet", options=QuantizationOptions(operators=("Conv", "MatMul")))
    result, _ = onnxruntime.quantize(request.model_copy(update={"fallback_modules": (kept,)}), export)
    assert result.int8_convolutions == exported.convolution_modules[1:]
    assert result.fp32_convolutions == (kept,)
    assert result.operators == {"ConvInteger": 5, "MatMulInteger": 1}


def test_static_int8_of_pytorch_takes_convolutions_too(
    neural_compressor: Workbench, shared: Path, models: Path
) -> None:
    exported, export = neural_compressor.export_of(shared / "squeezebert")
    kept = exported.convolution_modules[3]
    result, artifact = neural_compressor.quantize(
        neural_compressor.static(fallback_modules=(kept,)), export, models / "single" / "train.csv"
    )
    assert result.fp32_convolutions == (kept,)
    assert set(result.int8_convolutions) == {*exported.convolution_modules} - {kept}
    counts = neural_compressor.script(SCRIPTS / "count_products.py", TASK, artifact)
    assert (counts["quantized::conv1d"], counts["aten::conv1d"]) == (11, 1)
