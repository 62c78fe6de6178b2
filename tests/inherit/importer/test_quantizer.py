from __future__ import annotations

import pytest

from cardgen.inherit.importer.card import read_source
from cardgen.inherit.importer.quantizer import Quantizers
from cardgen.inherit.importer.report import Ledger
from cardgen.inherit.importer.variants import VariantDraft

PYTORCH = VariantDraft("pytorch", "pytorch", "static", None)
ONNX = VariantDraft("onnx", "onnx", "static", None)
INC = "Intel Neural Compressor"


@pytest.mark.parametrize(
    ("card", "pytorch", "onnx"),
    [
        ("We quantized it with Intel® Neural Compressor.", None, INC),
        ("### ONNX\n\nQuantized by way of [a tool](https://example.org) using Neural Compressor.", None, INC),
        ("### ONNX\n\nQuantized with ONNX Runtime.\n\n### PyTorch\n\nQuantized with Neural Compressor.", None, None),
        ("### PyTorch\n\nQuantized with NNCF.\n\n### ONNX\n\nQuantized with ONNX Runtime.", "NNCF", None),
        ("Quantized with Neural Compressor, to be run by ONNX Runtime.", None, INC),
        ("Neural Compressor is a tool.", None, INC),
        ("Neural Compressor and NNCF are tools.", None, None),
        ("It was quantized to INT8; it runs in ONNX Runtime.", "ONNX Runtime", None),
        ("It was quantized.", None, None),
        ("---\ntags: [int8, neural-compressor]\n---\n# A model\n", None, INC),
        ("---\ntags: [int8, onnxruntime]\n---\n# A model\n", None, None),
        ("By `onnxruntime.quantization.quantize_dynamic(per_channel=True)`.", "ONNX Runtime", None),
        ("By `torch.quantization.quantize_dynamic(model)`.", *["PyTorch's torch.quantization"] * 2),
    ],
)
def test_what_quantized_it(card: str, pytorch: str | None, onnx: str | None) -> None:
    quantizers = Quantizers(read_source(card), Ledger())
    assert quantizers.of(PYTORCH) == pytorch
    assert quantizers.of(ONNX) == onnx


def test_what_no_sentence_says_is_told_as_assumed() -> None:
    ledger = Ledger()
    Quantizers(read_source("---\ntags: [neural-compressor]\n---\n"), ledger).of(ONNX)
    assert [str(told) for told in ledger.entries] == [
        f"assumed: onnx was made with {INC}, the only quantizer that the card names"
    ]


def test_an_export_was_quantized_by_nothing() -> None:
    export = VariantDraft("onnx", "onnx", "none", None)
    assert Quantizers(read_source("Quantized with Neural Compressor."), Ledger()).of(export) is None
