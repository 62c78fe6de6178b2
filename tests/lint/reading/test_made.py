from __future__ import annotations

import pytest

from cardgen.inherit.parse import parse_card
from cardgen.lint.reading.made import says_quantized


def card(body: str, head: str = "license: mit", title: str = "# Gull 7B\n\n") -> bool:
    return says_quantized(parse_card(f"---\n{head}\n---\n{title}{body}\n"))


FILES = "\n".join(f"- [{one}](https://example.org/gull-7b-{one}.gguf)" for one in ("Q4_K_M", "Q5_K_M", "IQ3_M"))


@pytest.mark.parametrize(
    "body",
    [
        "This is a quantized version of [acme/gull-7b](https://huggingface.co/acme/gull-7b).",
        "The Acme Gull 7B Instruct model is the quantized version of Acme's Gull 7B.",
        "This model is an 8bit version of acme/gull-7b.",
        "This repo contains GGUF files of gull-7b.",
        "This repository contains the AWQ model for gull.",
        "[This is converted and quantized model to GGUF](https://example.org)",
        "**Maker:** acme\n\n**GGUF quantization:** by a tern",
        FILES,
    ],
)
def test_a_card_says_in_its_first_words_or_files_that_its_model_is_quantized(body: str) -> None:
    assert card(body)
    assert card(body, title="")


@pytest.mark.parametrize(
    "head",
    [
        "quantized_by: tern",
        "base_model_relation: quantized",
        "model-index: [{name: quantized_gull_static, results: []}]",
    ],
)
def test_metadata_say_it(head: str) -> None:
    assert card("A reader of feathers.", head)


@pytest.mark.parametrize(
    "body",
    [
        "A reader of feathers.",
        "A quantized version of this model is [here](https://example.org).",
        "We also offer GGUF files: see the other repository.",
        "This model is a good one to quantize.",
        "This model can be loaded in 8-bit with bitsandbytes.",
        "This model is trained in BF16, and quantized copies come later.",
        "Run it: `llama-cli -m gull-7b-Q4_K_M.gguf`.",
        "One.\n\nTwo.\n\nThree.\n\nThis is a quantized version of gull.",
    ],
)
def test_a_card_of_a_model_that_is_not(body: str) -> None:
    assert not card(body)


def test_one_in_16_bits_is_none() -> None:
    assert not card(FILES, title="# gull-7b-F16-GGUF\n\n")
