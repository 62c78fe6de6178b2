from __future__ import annotations

import pytest

from cardgen.lint.engine import lint
from cardgen.lint.rules.schemes import RULES
from tests.inherit.importer.quantized_cards import QUANTIZED
from tests.lint.asking import OWN_CARDS, ask


def card(title: str, body: str, tags: str = "quantized") -> str:
    return f"---\nlicense: mit\ntags: [{tags}]\n---\n# {title}\n\n{body}\n"


@pytest.mark.parametrize(
    ("title", "body", "tags", "says"),
    [
        (
            "gull-4b-quantized.w4a16",
            "- **Weight quantization:** INT8",
            "vllm",
            "a list calls the model INT8, and the title W4A16",
        ),
        ("gull-4b-INT8", "The weights are in INT4.", "vllm", "the text calls the model INT4, and the title INT8"),
        ("gull-4b-W8A8", "Small.", "w8a16", "a tag calls the model W8A16, and the title W8A8"),
        (
            "gull-4b-w4a16",
            "- **Weight quantization:** INT4\n- **Activation quantization:** INT8",
            "vllm",
            "the card says INT8 of the activations, and the title W4A16",
        ),
        (
            "gull-4b-W8A8",
            "- **Activation quantization:** None",
            "vllm",
            "the card says None of the activations, and the title W8A8",
        ),
        (
            "gull-4b-W4A16",
            "Activations were quantized to 8 bits.",
            "vllm",
            "the card says 8 bits of the activations, and the title W4A16",
        ),
        ("gull-4b-FP8", "Small.", "int8", "a tag calls the model INT8, and the title FP8"),
        ("gull-4b-Q4_K_M", "- **Quantization:** Q8_0", "gguf", "a list calls the model Q8_0, and the title Q4_K_M"),
        (
            "gull-4b",
            "- **Weights:** INT4\n\nWeights were quantized to 8 bits.",
            "vllm",
            "the text calls the model 8-bit, and a list INT4",
        ),
    ],
)
def test_two_schemes_of_one_model(title: str, body: str, tags: str, says: str) -> None:
    (answer,) = ask(RULES, card(title, body, tags))
    assert answer.message == says


@pytest.mark.parametrize(
    ("title", "body", "tags"),
    [
        ("gull-4b-W8A8", "- **Weight quantization:** INT8\n\nThe weights are in INT8.", "int8, w8a8"),
        ("gull-4b-W4A16", "Only the weights are in INT4; the embeddings are in INT8.", "4-bit"),
        ("gull-4b-W8A8", "- **Activation quantization:** INT8", "int8"),
        ("gull-4b-W4A16", "- **Activation quantization:** FP16", "int4"),
        ("gull-4b-W4A16", "- **Activation quantization:** not quantized", "int4"),
        ("gull-4b-INT8", "- **Activation quantization:** None", "int8"),
        ("gull-4b-FP8", "Its quality is that of the INT8 model.\n\nUnlike INT8, weights are in FP8.", "fp8"),
        ("gull-4b-NVFP4", "Weights were quantized to 4 bits, the KV cache to FP8.", "nvfp4, fp4"),
        ("gull-4b-GGUF", "- Q4_K_M: good\n- Q8_0: best\n\nWeights are in 4 bits.", "gguf"),
        ("gull-4b-INT8-INT4", "Weights are in INT4.", "int8"),
        ("gull-4b-8bit", "- **Weight quantization:** FP8", "quantized"),
    ],
)
def test_names_of_one_scheme_and_of_other_things(title: str, body: str, tags: str) -> None:
    assert ask(RULES, card(title, body, tags)) == []


@pytest.mark.parametrize("name", [name for name in QUANTIZED if name != "contradiction"])
def test_cards_of_every_format_are_not_accused(name: str) -> None:
    assert ask(RULES, QUANTIZED[name][0]) == []


def test_own_cards_are_not_accused() -> None:
    assert [path for path in OWN_CARDS if ask(RULES, path.read_text(encoding="utf-8"))] == []


def test_one_contradiction_is_told_once() -> None:
    body = "- **Weight quantization:** INT8\n- **Activation quantization:** INT8\n\nThe weights are in INT8."
    (finding,) = lint(card("gull-4b-quantized.w4a16", body, "int8"), "README.md", RULES).findings
    assert finding.message == "a tag calls the model INT8, and the title W4A16; 2 more times, on lines 7, 10"
