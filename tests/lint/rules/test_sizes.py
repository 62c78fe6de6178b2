from __future__ import annotations

import re
from pathlib import Path

import pytest

from cardgen.lint.rules.sizes import RULES
from tests.lint.asking import OWN_CARDS, ask, undisclosed

BART_FP32 = [
    f"model.decoder.layers.{layer}.{part}"
    for part, layers in (("fc1", (0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11)), ("fc2", range(10)))
    for layer in layers
]


def bart(size: str = "625M", baseline: str = "1625M", modules: list[str] = BART_FP32) -> str:
    listed = "\n".join(f"- `{name}`" for name in modules)
    return f"""---
base_model: facebook/bart-large-cnn
---
# INT8 BART large

An INT8 PyTorch model by post-training dynamic quantization of
[facebook/bart-large-cnn](https://huggingface.co/facebook/bart-large-cnn).

These {len(modules)} Linear modules stayed in FP32 ({len(modules)}/193):

{listed}

| | INT8 | FP32 |
|---|---|---|
| **Model size** | {size} | {baseline} |
"""


def distilbert(size: str, baseline: str, text: str = "") -> str:
    return f"""---
base_model: distilbert/distilbert-base-uncased-distilled-squad
---
# INT8 DistilBERT

Post-training static quantization to INT8. {text}

| | INT8 | FP32 |
|---|---|---|
| **Model size (MB)** | {size} | {baseline} |
"""


def test_a_size_that_the_fp32_modules_rule_out() -> None:
    (answer,) = ask(RULES, bart(), "size-bound")
    assert answer.severity == "error"
    assert answer.at.startswith("625")
    assert "406 million parameters of facebook/bart-large-cnn with 21 modules in FP32 take at least" in answer.message
    bound = re.search(r"at least (\d+) MB in INT8", answer.message)
    assert bound
    assert int(bound[1]) == round((406_290_432 + 3 * 21 * 4096 * 1024) / 1e6)


@pytest.mark.parametrize("size", ["1015M", "0.98 GB", "671M"])
def test_sizes_that_are_possible(size: str) -> None:
    assert ask(RULES, bart(size)) == []


def test_a_size_without_fp32_modules() -> None:
    assert ask(RULES, distilbert("67.1", "265")) == []
    (answer,) = ask(RULES, distilbert("53", "265"))
    assert answer.message == (
        "53 MB is too small: 66 million parameters of distilbert/distilbert-base-uncased-distilled-squad "
        "take at least 66.4 MB in INT8"
    )


@pytest.mark.parametrize("text", ["Weights are 4-bit.", "Half of the weights were pruned before.", "Also as GPTQ."])
def test_fewer_than_eight_bits_have_no_bound(text: str) -> None:
    assert ask(RULES, distilbert("40", "265", text)) == []


def test_an_unknown_base_model_has_no_bound() -> None:
    assert ask(RULES, bart().replace("facebook/bart-large-cnn", "owner/model")) == []


def test_a_module_listed_under_two_names_counts_once() -> None:
    names = ["model.encoder.layers.0.fc1", "model.encoder.layers.0.fc1.module"]
    size = f"{(406_290_432 + 3 * 4096 * 1024) / 2**20 + 1:.0f}M"
    assert ask(RULES, bart(size, modules=names), "size-bound") == []


def test_a_head_that_shares_its_matrix_with_the_embedding_does_not_raise_the_bound() -> None:
    """Whose file may hold that matrix once, in INT8."""
    assert ask(RULES, bart("410M", modules=["lm_head"]), "size-bound") == []


def test_an_fp32_size_that_is_not_four_bytes_a_parameter() -> None:
    (answer,) = ask(RULES, bart("1015M", "1669M"))
    assert answer.rule == "fp32-size"
    assert answer.severity == "warning"
    assert "1625.2 MB" in answer.message


def test_a_baseline_in_half_precision_is_no_wrong_fp32_size() -> None:
    assert ask(RULES, distilbert("70", "133").replace("FP32", "Original")) == []


def test_mib_under_the_name_of_mb() -> None:
    (answer,) = ask(RULES, distilbert("74.7", "254"))
    assert (answer.rule, answer.severity) == ("mebibytes", "note")
    assert answer.message.startswith("254 MB counts MiB, for in MB that is 266.3 MB")
    assert ask(RULES, distilbert("74.7", "253 MiB").replace(" (MB)", "")) == []


def test_int8_larger_than_fp32() -> None:
    (answer,) = ask(RULES, distilbert("285", "265"), "larger-than-fp32")
    assert answer.at == "285"


def test_int8_that_saves_nothing() -> None:
    (answer,) = ask(RULES, distilbert("272", "265"), "larger-than-fp32")
    assert answer.message.startswith("the INT8 model's 272 MB are more than the FP32 model's 265 MB")
    (answer,) = ask(RULES, distilbert("259", "265"), "larger-than-fp32")
    assert answer.message.startswith("the INT8 model's 259 MB are next to nothing less than")
    assert ask(RULES, distilbert("245", "265"), "larger-than-fp32") == []


def test_text_and_table_disagree_on_a_size() -> None:
    text = "The INT8 model has a size of 96 MB against 265 MB in FP32."
    (answer,) = ask(RULES, distilbert("74.7", "265", text))
    assert answer.rule == "size-value"
    assert answer.message == "the size is 96 MB in the text and 74.7 MB in a table"
    assert ask(RULES, distilbert("74.7", "265", text.replace("96", "75"))) == []


@pytest.mark.parametrize("own", OWN_CARDS, ids=lambda path: path.parent.name)
def test_our_own_cards_tell_of_everything_that_is_found(own: Path) -> None:
    assert undisclosed(RULES, own) == []


def test_a_row_of_another_model_is_not_held_to_this_one() -> None:
    card = """
        ---
        base_model: openai/whisper-large-v3
        ---
        # INT8 whisper large

        | Model | Size |
        |---|---|
        | large-v3 INT8 | 1.56 GB |
        | ROW INT8 | 0.78 GB |
    """
    assert ask(RULES, card.replace("ROW", "medium"), "size-bound") == []
    assert len(ask(RULES, card.replace("ROW", "other"), "size-bound")) == 1
