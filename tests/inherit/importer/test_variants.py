from __future__ import annotations

import pytest

from cardgen.errors import UsageError
from cardgen.inherit.importer.make import Overrides, import_card
from tests.inherit.importer.test_make import told_of

GIVEN = Overrides("acme/gull-int8", "acme/gull", "text-classification", "dynamic")


@pytest.mark.parametrize(
    ("body", "runtime"),
    [
        ("Dynamic quantization with ONNX Runtime.", "onnx"),
        ("Quantized to INT8 by means of `ORTQuantizer`.", "onnx"),
        ("Load `model_quantized.onnx`.", "onnx"),
        ("```python\nmodel = ORTModelForSequenceClassification.from_pretrained('x/y')\n```\n", "onnx"),
        ("```python\nimport onnxruntime\nonnxruntime.InferenceSession('m')\n```\n", "onnx"),
        ("Quantized with Neural Compressor, a model in ONNX format.", "onnx"),
        ("Quantized with Intel® Neural Compressor.", "pytorch"),
    ],
)
def test_the_body_tells_the_runtime(body: str, runtime: str) -> None:
    made = import_card(f"# INT8 gull\n\n{body}\n", "card", "card", GIVEN)
    assert f"\n  {runtime}: {{backend: " in made.text
    assert "elsewhere" not in made.text


@pytest.mark.parametrize(
    ("body", "made"),
    [
        ("Small.", "scheme: INT8}"),
        ("Quantized with NNCF for OpenVINO.", "scheme: INT8, format: OpenVINO}"),
        ("A TFLite file.", "scheme: INT8, format: TensorFlow}"),
        ("```python\nimport torch\n```\n\nRuns faster than others.", "scheme: INT8}"),
    ],
)
def test_what_names_no_library_of_a_backend_was_made_elsewhere(body: str, made: str) -> None:
    text = import_card(f"# INT8 gull\n\n{body}\n", "card", "card", GIVEN).text
    assert f"int8: {{backend: elsewhere, approach: dynamic, {made}" in text


@pytest.mark.parametrize(
    ("body", "approach"),
    [
        ("Made with `onnxruntime.quantization.quantize_dynamic`.", "dynamic"),
        ("```python\nquantize_static('a.onnx', 'b.onnx', reader)\n```\n", "static"),
        ("```python\nAutoQuantizationConfig.avx2(is_static=False, per_channel=True)\n```\n", "dynamic"),
        ("```python\nAutoQuantizationConfig.avx2(is_static = True)\n```\n", "static"),
    ],
)
def test_an_approach_that_only_code_names_is_taken_and_told(body: str, approach: str) -> None:
    given = Overrides("acme/gull-int8", "acme/gull", "text-classification", None)
    made = import_card(f"# INT8 gull\n\nOf ONNX Runtime: model.onnx\n\n{body}\n", "card", "card", given)
    assert f"approach: {approach}}}" in made.text
    assert any(f"the onnx variant is {approach}, by a setting" in text for text in told_of(made, "assumed"))


def test_an_approach_that_code_leaves_open_is_asked_for() -> None:
    given = Overrides("acme/gull-int8", "acme/gull", "text-classification", None)
    with pytest.raises(UsageError, match="static or dynamic"):
        import_card(
            "# INT8 gull\n\nONNX: `quantize_dynamic` or `quantize_static`? `model.onnx`\n", "card", "card", given
        )


@pytest.mark.parametrize("heading", ["QuantizationAwareTraining", "Quantization-aware training", "QAT"])
def test_training_aware_of_it_is_neither_static_nor_dynamic(heading: str) -> None:
    given = Overrides("acme/gull-int8", "acme/gull", "text-classification", None)
    text = import_card(f"# INT8 gull\n\n## {heading}\n\nWith Neural Compressor.\n", "card", "card", given).text
    assert "int8: {backend: elsewhere, approach: qat, scheme: INT8}" in text
