"""Files that PyTorch and ONNX Runtime wrote, by `scripts/onnx_runtime.py`: one tiny BERT."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cardgen.errors import ModelFilesError
from cardgen.records.inspection import Inspection, Maker
from cardgen.weights.inspect.entry import inspect
from cardgen.weights.inspect.files import FolderFiles
from cardgen.weights.inspect.scheme import details, scheme

MODELS = Path(__file__).parent / "models"
LAYER = "bert.encoder.layer.0."
LINEAR = tuple(
    LAYER + name
    for name in (
        "attention.output.dense", "attention.self.key", "attention.self.query", "attention.self.value",
        "intermediate.dense", "output.dense",
    )
)  # fmt: skip
GEMM = ("bert.pooler.dense", "classifier")
EMBEDDINGS = tuple(f"bert.embeddings.{name}_embeddings" for name in ("position", "token_type", "word"))

DYNAMIC = "dynamic INT8 activations per tensor"
EXPECTED = {
    "float": (None, {}),
    "dynamic": (
        "dynamic",
        dict.fromkeys((*LINEAR, *GEMM), ("W8A8", f"per tensor, {DYNAMIC}"))
        | dict.fromkeys(EMBEDDINGS, ("W8A16", "per tensor")),
    ),
    "dynamic-channel": (
        "dynamic",
        dict.fromkeys((*LINEAR, *GEMM), ("W8A8", f"per channel, {DYNAMIC}"))
        | dict.fromkeys(EMBEDDINGS, ("W8A16", "per tensor")),
    ),
    "static-qdq": (
        "static (QDQ)",
        dict.fromkeys(LINEAR, ("W8A8", "per channel, static INT8 activations per tensor"))
        | dict.fromkeys(EMBEDDINGS, ("W8A16", "per tensor")),
    ),
    "static-qop": (
        "static (QOperator)",
        dict.fromkeys(LINEAR, ("W8A8", "per tensor, static INT8 activations per tensor")),
    ),
    "nbits4": ("blocks (MatMulNBits)", dict.fromkeys(LINEAR, ("W4A16", "groups of 32, symmetric"))),
    "nbits8": ("blocks (MatMulNBits)", dict.fromkeys(LINEAR, ("W8A16", "groups of 32, asymmetric"))),
}


def inspected(name: str) -> Inspection:
    return inspect(FolderFiles(MODELS / f"{name}.onnx", name))


@pytest.mark.parametrize("name", EXPECTED)
def test_weights_are_told_where_they_are_used(name: str) -> None:
    method, expected = EXPECTED[name]
    found = inspected(name)
    quantized = {
        module.name: (scheme(module.storage, module.activations), details(module.storage, module.activations))
        for module in found.modules
        if module.storage.quantized and module.kind != "other"
    }
    assert (found.method, quantized) == (method, expected)


@pytest.mark.parametrize("name", EXPECTED)
def test_weights_are_counted_however_they_are_stored(name: str) -> None:
    found = inspected(name)
    assert found.parameters == 45_570
    kinds = {module.name: module.kind for module in found.modules}
    assert [kinds[module] for module in (*LINEAR, *GEMM, *EMBEDDINGS)] == [
        *["linear"] * 7, "head", *["embedding"] * 3,
    ]  # fmt: skip


def test_weights_in_a_file_of_their_own_count_as_the_models() -> None:
    found = inspected("nbits8")
    assert [file.path for file in found.files] == ["nbits8.onnx", "nbits8.onnx.data"]
    assert found.size_bytes == sum((MODELS / file.path).stat().st_size for file in found.files)


def test_a_file_of_weights_that_is_missing_is_told(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes((MODELS / "nbits8.onnx").read_bytes())
    with pytest.raises(ModelFilesError, match=r"keeps weights in nbits8\.onnx\.data, which is not there"):
        inspect(FolderFiles(tmp_path, "mine"))


def test_of_several_models_one_must_be_named() -> None:
    with pytest.raises(ModelFilesError, match="holds 8 models"):
        inspect(FolderFiles(MODELS, "models"))


@pytest.mark.parametrize(
    ("name", "maker"), [("float", ("pytorch", "2.13.0")), ("dynamic", ("ONNX Runtime's quantizer", None))]
)
def test_who_made_it_is_what_the_file_says(name: str, maker: tuple[str, str | None]) -> None:
    assert [(one.name, one.version) for one in inspected(name).makers] == [maker]


def test_olive_names_its_release() -> None:
    found = inspect(FolderFiles(MODELS / "olive-dynamic.onnx", "olive"))
    assert found.method == "dynamic"
    assert ("Olive", "0.13.0") in [(one.name, one.version) for one in found.makers]


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("static-qdq", ()),
        ("static-qop", ()),
        ("dynamic", ("ort_config.json says static quantization, and the graph is dynamic",)),
        ("float", ("ort_config.json says static quantization, and the graph is not quantized",)),
    ],
)
def test_what_optimum_asked_for_is_held_against_the_graph(model: str, told: tuple[str, ...], tmp_path: Path) -> None:
    """By the file that optimum 2.1.0 writes of a static quantization, which names no data."""
    shutil.copy(MODELS / f"{model}.onnx", tmp_path / "model.onnx")
    shutil.copy(MODELS.parent / "ort_config.json", tmp_path)
    found = inspect(FolderFiles(tmp_path, "mine"))
    assert found.findings == told
    assert found.makers[-1] == Maker(name="optimum", version=None, file="ort_config.json")
    assert found.calibration is None
