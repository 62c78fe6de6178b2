from __future__ import annotations

import pytest

from cardgen.lint.rules.figures import RULES
from tests.lint.asking import OWN_CARDS, ask


def card(tags: str, title: str, body: str, more: str = "") -> str:
    return f"---\nlicense: mit\ntags: [{tags}]\n{more}---\n# {title}\n\n{body}\n"


@pytest.mark.parametrize(
    ("tags", "title"),
    [
        ("int8, onnx", "gull-int8-onnx"),
        ("gguf", "gull-GGUF"),
        ("awq", "gull"),
        ("chat", "gull-NVFP4"),
        ("mlx", "gull-4bit"),
        ("w4a16", "gull"),
        ("chat", "gull-exl2"),
        ("chat", "gull-AutoRound"),
        ("chat", "gull-MLX"),
        ("bnb", "gull"),
        ("compressed-tensors", "gull"),
    ],
)
def test_a_quantized_model_without_figures(tags: str, title: str) -> None:
    (answer,) = ask(RULES, card(tags, title, "Quantized in groups of 128 with 512 samples."))
    assert (answer.rule, answer.severity, answer.at) == ("result-missing", "note", f"# {title}")


@pytest.mark.parametrize(
    ("tags", "title", "body"),
    [
        ("gguf", "gull-GGUF", "| File | Size |\n|---|---|\n| a.gguf | 2.3 GB |"),
        ("int8", "gull-int8", "It loses 0.3 % of accuracy."),
        ("int8", "gull-int8", "Takes 120 MB."),
        ("int8", "gull-int8", "![scores](scores.png)"),
        ("int8", "gull-int8", "![](plots/kld.png)"),
        ("int8", "gull-int8", "A loss of 2.118, against 2.105."),
        ("int8", "gull-int8", "For scores see [the evaluation](https://example.org)."),
        ("int8", "gull-int8", "What it costs: see [the plots](https://example.org)."),
        ("int8", "gull-int8", "It is 3.1 GB instead of [12.4 GB](https://example.org)."),
        ("onnx", "gull-onnx", "An export."),
        ("chat", "gull", "A model."),
        ("openvino", "gull-openvino", "An export."),
        ("mlx", "gull-bf16", "A conversion."),
        ("gguf", "gull-F16-GGUF", "A conversion."),
        ("chat", "gull-unquantized", "A model."),
    ],
)
def test_what_tells_figures_or_is_not_quantized(tags: str, title: str, body: str) -> None:
    assert ask(RULES, card(tags, title, body)) == []


@pytest.mark.parametrize(
    "body",
    [
        "Made with mlx-lm version **0.19.3**, and read by OpenVINO 2025.1.0 and optimum 1.24.0.",
        "![Banner](https://example.org/banner.png)",
        'It is of [a paper](https://arxiv.org/abs/1234.56789).\n\n<p width="100%">gull</p>',
        "It takes approximately 50% less memory, and is pruned to 90% of unstructured sparsity.",
        "For more ways see: [the docs](https://example.org).",
        "```python\nSamplingParams(temperature=0.65, top_p=0.95)\n```",
    ],
)
def test_versions_banners_and_settings_are_no_figures(body: str) -> None:
    assert len(ask(RULES, card("mlx", "gull-4bit", body))) == 1


def test_own_cards_are_not_accused() -> None:
    assert [path for path in OWN_CARDS if ask(RULES, path.read_text(encoding="utf-8"))] == []


def test_a_relation_tells_of_a_quantized_model() -> None:
    assert ask(RULES, card("chat", "gull", "A model.", "base_model: acme/gull\nbase_model_relation: quantized\n"))
