"""Files that OpenVINO and NNCF wrote, by `scripts/openvino_nncf.py`: one tiny BERT."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cardgen.errors import ModelFilesError
from cardgen.records.inspection import Inspection
from cardgen.weights.inspect.entry import inspect
from cardgen.weights.inspect.files import FolderFiles
from cardgen.weights.inspect.scheme import details, scheme
from tests.weights.inspect.test_damaged import POINTER

MODELS = Path(__file__).parent / "models"
LAYER = "bert.encoder.layer.0."
LINEAR = (
    *(LAYER + name for name in ("attention.output.dense", "attention.self.key", "attention.self.query")),
    *(LAYER + name for name in ("attention.self.value", "intermediate.dense", "output.dense")),
    "bert.pooler.dense",
)
EMBEDDINGS = tuple(f"bert.embeddings.{name}_embeddings" for name in ("position", "token_type", "word"))

WEIGHTS = ("W8A16", "per channel, asymmetric")
STATIC = ("W8A8", "per channel, symmetric, static INT8 activations")
EXPECTED = {
    "f16": (None, {}),
    "int8": ("weights", dict.fromkeys((*LINEAR, *EMBEDDINGS, "classifier"), WEIGHTS)),
    "int4": (
        "weights",
        dict.fromkeys(LINEAR, ("W4A16", "groups of 32, symmetric"))
        | dict.fromkeys((*EMBEDDINGS, "classifier"), WEIGHTS),
    ),
    "static": (
        "static",
        dict.fromkeys((*LINEAR, "classifier"), STATIC) | dict.fromkeys(EMBEDDINGS, ("W8A16", "per channel, symmetric")),
    ),
}


def inspected(name: str) -> Inspection:
    return inspect(FolderFiles(MODELS / f"{name}.xml", name))


@pytest.mark.parametrize("name", EXPECTED)
def test_weights_are_told_where_they_are_used(name: str) -> None:
    method, expected = EXPECTED[name]
    found = inspected(name)
    told = {
        module.name: (scheme(module.storage, module.activations), details(module.storage, module.activations))
        for module in found.modules
        if module.storage.quantized
    }
    assert (found.method, told) == (method, expected)


@pytest.mark.parametrize("name", EXPECTED)
def test_weights_are_counted_however_they_are_stored(name: str) -> None:
    found = inspected(name)
    by_name = {module.name: module for module in found.modules}
    assert sum(by_name[module].parameters for module in (*LINEAR, *EMBEDDINGS, "classifier")) == 45_312
    assert not [module for module in by_name if "smooth" in module]
    assert [by_name[module].kind for module in (LINEAR[0], EMBEDDINGS[0], "classifier")] == [
        "linear", "embedding", "head",
    ]  # fmt: skip
    assert found.size_bytes == sum((MODELS / f"{name}{end}").stat().st_size for end in (".xml", ".bin"))


@pytest.mark.parametrize("name", EXPECTED)
def test_who_made_it_is_what_the_file_says(name: str) -> None:
    nncf = [] if name == "f16" else [("NNCF", "3.4.0")]
    assert [(one.name, one.version) for one in inspected(name).makers] == [*nncf, ("OpenVINO", "2026.4.1")]


def test_tokenizers_beside_a_model_are_no_models(tmp_path: Path) -> None:
    for end in (".xml", ".bin"):
        shutil.copy(MODELS / f"int4{end}", tmp_path / f"openvino_model{end}")
        shutil.copy(MODELS / f"f16{end}", tmp_path / f"openvino_tokenizer{end}")
    assert inspect(FolderFiles(tmp_path, "mine")).method == "weights"


XML = (MODELS / "int4.xml").read_bytes()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (XML[:-100], "is not XML"),
        (b"", "is not XML"),
        (b"<net/>", "is no IR of OpenVINO"),
        (b"<annotations><layers/></annotations>", "is no IR of OpenVINO"),
        (b"<!DOCTYPE net>" + XML, "declares entities"),
        (XML.replace(b'shape="64, 2, 32"', b'shape="64, two, 32"'), "makes no sense"),
        (XML.replace(b'shape="64, 2, 32"', b'shape="-64, 2, 32"'), "makes no sense"),
        (POINTER, "is a Git LFS pointer"),
    ],
)
def test_a_damaged_file_is_told(content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "model.xml").write_bytes(content)
    (tmp_path / "model.bin").write_bytes(b"")
    with pytest.raises(ModelFilesError) as error:
        inspect(FolderFiles(tmp_path, "mine"))
    assert message in error.value.message
    assert error.value.remedy


def test_a_file_of_weights_that_is_missing_is_told(tmp_path: Path) -> None:
    (tmp_path / "model.xml").write_bytes(XML)
    with pytest.raises(ModelFilesError, match=r"model\.bin, which holds the weights of model\.xml, is not there"):
        inspect(FolderFiles(tmp_path, "mine"))


def test_edges_in_a_circle_end(tmp_path: Path) -> None:
    text = XML.decode()
    layers = '<layer id="1" name="a" type="Convert"><input><port id="0"/></input></layer>'
    layers += '<layer id="2" name="b" type="MatMul"><input><port id="0"/><port id="1"/></input></layer>'
    edges = '<edge from-layer="1" from-port="1" to-layer="1" to-port="0"/>'
    edges += '<edge from-layer="1" from-port="1" to-layer="2" to-port="1"/>'
    assert text.startswith("<?xml")
    (tmp_path / "model.xml").write_text(f"<net><layers>{layers}</layers><edges>{edges}</edges></net>", encoding="utf-8")
    (tmp_path / "model.bin").write_bytes(b"")
    assert inspect(FolderFiles(tmp_path, "mine")).modules == ()
