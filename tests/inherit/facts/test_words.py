from __future__ import annotations

import pytest

from cardgen.inherit.facts.words import is_baseline, is_derived, quantity_of, runtime_of


@pytest.mark.parametrize(
    ("label", "quantity"),
    [
        ("Accuracy", "accuracy"),
        ("Accuracy (eval-accuracy)", "accuracy"),
        ("Accuracy (eval-f1)", "f1"),
        ("Accuracy (eval-rougeLsum)", "rougeLsum"),
        ("F1 (macro)", "f1"),
        ("eval-f1", "f1"),
        ("eval_accuracy", "accuracy"),
        ("Exact match", "exact_match"),
        ("ROUGE-L", "rougeL"),
        ("acc_norm", "acc_norm"),
        ("Model size (MB)", "size"),
        ("Size of the weights", "size"),
        ("latency_mean (ms)", "latency_ms"),
        ("throughput (/s)", "samples_per_s"),
        ("Batch size", None),
        ("Calibration sampling size", None),
        ("Vocabulary size", None),
        ("Memory size", None),
        ("Accuracy loss", None),
        ("Relative accuracy", None),
        ("Speedup", None),
        ("INT8 − FP32", None),
        ("Samples", None),
    ],
)
def test_the_quantity_that_a_label_names(label: str, quantity: str | None) -> None:
    assert quantity_of(label) == quantity


@pytest.mark.parametrize("label", ["FP32", "float32", "Original model", "Baseline", "PyTorch FP32", "full-precision"])
def test_a_baseline(label: str) -> None:
    assert is_baseline(label)


@pytest.mark.parametrize(
    "label", ["INT8", "ONNX INT8", "quantized", "dynamic", "BF16", "bert-base", "INT8 (from FP32)"]
)
def test_no_baseline(label: str) -> None:
    assert not is_baseline(label)


@pytest.mark.parametrize(
    ("text", "runtime"),
    [
        ("PyTorch INT8", "pytorch"),
        ("Load ONNX model:", "onnx"),
        ("onnxruntime", "onnx"),
        ("PyTorch and ONNX", None),
        ("FP32", None),
        ("torchvision", None),
    ],
)
def test_the_runtime_that_a_text_names(text: str, runtime: str | None) -> None:
    assert runtime_of(text) == runtime


@pytest.mark.parametrize("label", ["Recovery (%)", "Δ", "INT8 / FP32 ratio", "Drop", "Stderr", "INT8 − FP32"])
def test_a_difference_is_no_figure(label: str) -> None:
    assert is_derived(label)
