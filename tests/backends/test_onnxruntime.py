"""What ONNX Runtime alone offers: options by operator and node, and the mapping of nodes to modules."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from cardgen.records.request import ExportRequest, QuantizationOptions
from cardgen.records.results.quantize import QuantizeResult
from tests.backends.workbench import LOCAL, SCRIPTS, TASK, Workbench

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def export(onnxruntime: Workbench, models: Path) -> Path:
    return onnxruntime.export_of(models / "single")[1]


@pytest.fixture(scope="module")
def train(models: Path) -> Path:
    return models / "single" / "train.csv"


def reread(bench: Workbench, artifact: Path) -> Any:
    return bench.script(SCRIPTS / "reread.py", artifact)


@pytest.mark.parametrize("approach", ["static", "dynamic"])
def test_per_channel_gives_each_output_a_scale(
    onnxruntime: Workbench, export: Path, train: Path, approach: str
) -> None:
    options = QuantizationOptions(per_channel=True)
    request = (onnxruntime.static if approach == "static" else onnxruntime.dynamic)(options=options)
    _, artifact = onnxruntime.quantize(request, export, train)
    sizes = [dims[0] for dims in reread(onnxruntime, artifact)["scales"].values() if dims]
    assert sorted(size for size in sizes if size > 1)[-2:] == [128, 128]  # the two wide layers


def test_operators_are_those_asked_for(onnxruntime: Workbench, export: Path) -> None:
    request = onnxruntime.dynamic(options=QuantizationOptions(operators=("MatMul",)))
    result, artifact = onnxruntime.quantize(request, export)
    assert result.operators == {"MatMulInteger": 14}
    assert result.int8_embeddings == ()
    assert len(result.int8_modules) == 14
    assert reread(onnxruntime, artifact)["integer_lookups"] == 0


@pytest.mark.parametrize("approach", ["static", "dynamic"])
def test_excluded_nodes_stay_fp32(onnxruntime: Workbench, export: Path, train: Path, approach: str) -> None:
    options = QuantizationOptions(exclude_nodes=("/classifier/Gemm", "/distilbert/transformer/layer.0/ffn/lin1/MatMul"))
    request = (onnxruntime.static if approach == "static" else onnxruntime.dynamic)(options=options)
    result, artifact = onnxruntime.quantize(request, export, train)
    assert set(result.fp32_modules) == {"classifier", "distilbert.transformer.layer.0.ffn.lin1"}
    assert len(reread(onnxruntime, artifact)["fp32_products"]) == 2


@pytest.mark.parametrize(
    ("options", "says", "remedy"),
    [
        ({"operators": ("Matmul",)}, "no dynamic quantization of the operator `Matmul`", "Did you mean `MatMul`?"),
        ({"exclude_nodes": ("/clasifier/Gemm",)}, "no node `/clasifier/Gemm`", "Did you mean `/classifier/Gemm`?"),
        ({"operators": ("LSTM",)}, "nothing in INT8", "operators that the model has"),
    ],
)
def test_wrong_options_say_what_there_is(
    onnxruntime: Workbench, export: Path, options: dict[str, Any], says: str, remedy: str
) -> None:
    failure = onnxruntime.fail(onnxruntime.dynamic(options=QuantizationOptions(**options)), model=export)
    assert says in failure.message
    assert remedy in failure.remedy


def test_opset_is_the_one_asked_for(onnxruntime: Workbench, models: Path) -> None:
    result, _ = onnxruntime.export(models / "single", opset=17)
    assert result.opset == 17


def test_an_opset_that_does_not_exist_is_told(onnxruntime: Workbench, models: Path) -> None:
    request = ExportRequest(backend="onnxruntime", task=TASK, model=LOCAL, opset=99)
    failure = onnxruntime.fail(request, model=models / "single")
    assert failure.message.startswith("The model cannot be exported to ONNX with opset 99: ")
    assert re.match(r"Leave `options\.opset` out, which takes opset 1\d, or name a model", failure.remedy)


def test_quantization_by_channel_tells_the_opset_that_it_takes(
    onnxruntime: Workbench, models: Path, tmp_path: Path
) -> None:
    export = tmp_path / "export"
    shutil.copytree(onnxruntime.export_of(models / "single")[1], export)
    onnxruntime.script(SCRIPTS / "set_opset.py", export / "model.onnx", 12)
    request = onnxruntime.static(options=QuantizationOptions(per_channel=True))
    failure = onnxruntime.fail(request, model=export, data=models / "single" / "train.csv")
    assert failure.message == "Static quantization by channel takes ONNX opset 13; the export has 12."
    assert "`opset: 13` or more" in failure.remedy


@pytest.fixture(scope="module")
def architectures(onnxruntime_in_neural_compressor: Workbench) -> Path:
    folder = onnxruntime_in_neural_compressor.folder / "architectures"
    onnxruntime_in_neural_compressor.script(SCRIPTS / "make_architectures.py", folder)
    return folder


@pytest.mark.parametrize("environment", ["onnxruntime", "onnxruntime_in_neural_compressor"])
@pytest.mark.parametrize(
    ("architecture", "fallback"),
    [
        ("bert", "bert.encoder.layer.1.attention.self.query"),
        ("roberta", "classifier.dense"),
    ],
)
def test_modules_are_found_in_each_architecture(
    request: pytest.FixtureRequest, architectures: Path, environment: str, architecture: str, fallback: str
) -> None:
    bench: Workbench = request.getfixturevalue(environment)
    exported, export = bench.export(architectures / architecture)
    result: QuantizeResult
    result, artifact = bench.quantize(bench.dynamic(fallback_modules=(fallback,)), export)
    assert result.fp32_modules == (fallback,)
    assert {*result.int8_modules, fallback} == set(exported.linear_modules)
    assert set(result.int8_embeddings) == set(exported.embedding_modules)
    assert len(reread(bench, artifact)["fp32_products"]) == 1
