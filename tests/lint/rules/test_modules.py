from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.rules.modules import RULES
from tests.lint.asking import OWN_CARDS, ask, undisclosed

FC = tuple(f"model.encoder.layers.{layer}.fc1" for layer in range(4))


def card(modules: tuple[str, ...], stated: str, base: str = "facebook/bart-large-cnn") -> str:
    listed = ", ".join(f"**'{name}'**" for name in modules)
    return f"""---
base_model: {base}
---
# INT8 BART large

An INT8 PyTorch model from [{base}](https://huggingface.co/{base}).

The linear modules below ({stated}) stay in fp32, for less than 1% relative accuracy loss:

{listed}
"""


def test_a_list_as_long_as_it_is_said_to_be() -> None:
    assert ask(RULES, card(FC, "4/193")) == []


def test_a_list_that_is_shorter() -> None:
    (answer,) = ask(RULES, card(FC[:3], "4/193"))
    assert (answer.rule, answer.severity) == ("fp32-count", "error")
    assert answer.message == "4 modules are said to be in FP32, and the list names 3"


def test_a_name_listed_twice() -> None:
    (answer,) = ask(RULES, card((*FC[:3], FC[1]), "4/193"))
    assert answer.rule == "fp32-duplicate"
    assert answer.message == f"`{FC[1]}` is listed twice among the modules in FP32"


def test_a_name_listed_twice_in_a_list_that_is_too_long_for_it() -> None:
    answers = ask(RULES, card((*FC, FC[1]), "3/193"))
    assert {answer.rule for answer in answers} == {"fp32-count", "fp32-duplicate"}


def test_a_module_that_the_base_model_lacks() -> None:
    (answer,) = ask(RULES, card((*FC[:3], "model.encoder.layers.12.fc1"), "4/193"))
    assert answer.rule == "module-name"
    assert answer.message == "facebook/bart-large-cnn has no module `model.encoder.layers.12.fc1`"
    assert answer.remedy == "did you mean `model.encoder.layers.2.fc1`?"
    assert "12.fc1" in answer.at


@pytest.mark.parametrize(
    "name",
    [
        "lm_head.module",
        "encoder.layers.3.fc2",
        "model.decoder.layers.3",
        "model.decoder.layers.3.encoder_attn.v_proj",
        "model.encoder.layers.3.self_attn_layer_norm",
        "classification_head.dense",
        "model.shared",
    ],
)
def test_names_that_may_be_right(name: str) -> None:
    assert ask(RULES, card((*FC[:3], name), "4/193"), "module-name") == []


def test_the_modules_of_another_model_are_one_finding() -> None:
    names = tuple(f"bert.encoder.layer.{layer}.output.dense" for layer in range(12))
    (answer,) = ask(RULES, card(names, "12/193"))
    assert "nor 11 others" in answer.message


def test_a_name_that_no_model_has() -> None:
    (answer,) = ask(RULES, card(("a.b.fc1", "lm.head"), "2/7", "owner/model"))
    assert (answer.rule, answer.remedy) == ("module-name", "write `lm_head`")


def test_modules_of_an_unknown_model_are_not_judged() -> None:
    assert ask(RULES, card(("a.b.fc1", "a.b.fc2"), "2/7", "owner/model")) == []


def test_more_modules_than_there_are() -> None:
    (answer,) = ask(RULES, card(FC, "4/3"), "module-total")
    assert answer.severity == "error"
    (answer,) = ask(RULES, card(FC, "4/98"), "module-total")
    assert answer.severity == "warning"
    assert (
        answer.message == "98 modules are said to be in the model, and facebook/bart-large-cnn has 193 Linear modules"
    )


@pytest.mark.parametrize("total", [193, 192, 198])
def test_totals_that_another_head_or_the_embeddings_explain(total: int) -> None:
    assert ask(RULES, card(FC, f"4/{total}")) == []


@pytest.mark.parametrize("own", OWN_CARDS, ids=lambda path: path.parent.name)
def test_our_own_cards_tell_of_everything_that_is_found(own: Path) -> None:
    assert undisclosed(RULES, own) == []
