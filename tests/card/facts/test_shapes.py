from __future__ import annotations

import pytest

from cardgen.card.facts.shapes import fp32_weights, holds, module_of
from cardgen.catalog.architectures import Architecture, architecture
from cardgen.lint.reading.shapes import is_plain_int8, known_architecture
from tests.lint.asking import subject_of


def shape(model_id: str = "facebook/bart-large-cnn") -> Architecture:
    found = architecture(model_id)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("model.decoder.layers.0.fc1", "model.decoder.layers.0.fc1"),
        ("decoder.layers.0.fc1", "model.decoder.layers.0.fc1"),
        ("bart.model.decoder.layers.0.fc1", "model.decoder.layers.0.fc1"),
        ("lm_head.module", "lm_head"),
        ("model.decoder.layers.12.fc1", None),
        ("model.decoder.layers.1", None),
        ("", None),
    ],
)
def test_a_module_by_the_names_that_cards_give_it(name: str, known: str | None) -> None:
    assert module_of(shape(), name) == known


def test_what_holds_modules_is_there_too() -> None:
    assert holds(shape(), "model.decoder.layers.1")
    assert holds(shape(), "decoder.layers.1.self_attn")
    assert not holds(shape(), "model.decoder.layers.12")
    assert not holds(shape(), "layers.1.fc3")


def test_fp32_weights_count_each_matrix_once_and_no_shared_one() -> None:
    fc1 = 4096 * 1024
    assert fp32_weights(shape(), ["model.decoder.layers.0.fc1"]) == fc1
    assert fp32_weights(shape(), ["model.decoder.layers.0.fc1", "decoder.layers.0.fc1", "no.such"]) == fc1
    assert fp32_weights(shape(), ["lm_head", "model.shared"]) == 0


def card(*bases: str) -> str:
    listed = "\n".join(f"  - {base}" for base in bases)
    return f"---\nbase_model:\n{listed}\n---\n# INT8 model\n"


def test_the_base_model_of_a_card() -> None:
    found = known_architecture(subject_of(card("facebook/bart-large-cnn")).facts)
    assert found is not None
    assert found.parameters == 406_290_432


def test_bases_that_differ_by_a_head_and_bases_that_differ() -> None:
    tuned, plain = "distilbert-base-uncased-distilled-squad", "distilbert/distilbert-base-uncased"
    found = known_architecture(subject_of(card(plain, tuned)).facts)
    assert found is not None
    assert found.parameters == shape(tuned).parameters
    assert known_architecture(subject_of(card(plain, "facebook/bart-large-cnn")).facts) is None
    assert known_architecture(subject_of(card("owner/model")).facts) is None


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Weights in INT8.", True),
        ("8-bit weights", True),
        ("INT8 activations, INT4 weights", False),
        ("INT8 and GPTQ", False),
        ("pruned by half, then INT8", False),
        ("FP32", False),
    ],
)
def test_cards_that_speak_of_int8_alone(text: str, plain: bool) -> None:
    assert is_plain_int8(text) is plain
