from __future__ import annotations

import textwrap

import pytest

from cardgen.lint.rules.model_index import RULES
from tests.lint.asking import ask

INDEXED = """
    ---
    model-index:
      - name: m
        results:
          - task: {type: text-classification}
            dataset: {type: glue, name: GLUE, split: validation, revision: REVISION}
            metrics: [{type: accuracy, value: 0.91}]
    ---
    # Model

    | | INT8 | FP32 |
    |---|---|---|
    | Accuracy | 0.91 | 0.92 |
""".replace("REVISION", "0123456789abcdef0123456789abcdef01234567")

STATED = """
    ---
    datasets: [glue]
    ---
    # INT8 model

    WORDS

    | | INT8 | FP32 |
    |---|---|---|
    | Accuracy | 0.91 | 0.92 |
"""


def test_a_whole_index() -> None:
    assert ask(RULES, INDEXED) == []


def test_results_without_an_index() -> None:
    answers = ask(RULES, STATED)
    assert [answer.rule for answer in answers] == ["model-index-missing", "split-missing", "revision-missing"]


def test_results_whose_data_the_text_names() -> None:
    card = STATED.replace("WORDS", "On the validation set of GLUE, revision `abc1234`.")
    assert [answer.rule for answer in ask(RULES, card)] == ["model-index-missing"]


def test_a_card_without_results_needs_no_index() -> None:
    assert ask(RULES, "---\ndatasets: [glue]\n---\n# Model\n\nIt has 12 layers.\n") == []


@pytest.mark.parametrize("key", ["split", "revision"])
def test_a_result_without_the_state_of_its_data(key: str) -> None:
    (answer,) = ask(RULES, INDEXED.replace(f"{key}: ", f"x-{key}: "))
    assert answer.rule == f"{key}-missing"
    assert "`glue`" in answer.message


@pytest.mark.parametrize("dataset", ["test.parquet", "custom", "My own data", "data/test.csv"])
def test_data_that_are_not_on_the_hub_have_no_revision(dataset: str) -> None:
    card = INDEXED.replace("type: glue", f"type: {dataset}").replace("revision: ", "x-revision: ")
    assert ask(RULES, card) == []


@pytest.mark.parametrize(
    "index", ["[]", "text", "[1, {results: 2}]", "[{results: [{task: 1, dataset: [], metrics: {}}]}]", "{a: b}"]
)
def test_an_index_of_any_shape_can_be_asked_about(index: str) -> None:
    ask(RULES, f"---\nmodel-index: {index}\n---\n# Model\n")


SECOND = """      - name: NAME
        results:
          - task: {type: text-classification}
            dataset: {type: glue, name: GLUE, split: validation, revision: REVISION}
            metrics: [{type: f1, value: 0.9}]
    ---
    # Model
""".replace("REVISION", "0123456789abcdef0123456789abcdef01234567")


@pytest.mark.parametrize(("name", "count"), [("n", 1), ("m", 0), ("[n]", 0), ("''", 1)])
def test_a_second_model(name: str, count: int) -> None:
    card = INDEXED.replace("    ---\n    # Model\n", SECOND.replace("NAME", name), 1)
    found = [answer for answer in ask(RULES, card) if answer.rule == "model-index-models"]
    assert len(found) == count
    assert all("of 2 models" in answer.message and answer.at == name for answer in found)


def test_the_client_of_the_hub_saves_two_models_as_one() -> None:
    """What the rule says of it."""
    from huggingface_hub import ModelCard

    text = textwrap.dedent(INDEXED.replace("    ---\n    # Model\n", SECOND.replace("NAME", "n"), 1)).lstrip()
    saved = str(ModelCard(text))
    assert saved.count("- name: n") == 1
    assert "- name: m" not in saved


@pytest.mark.parametrize(
    "words",
    [
        "These are results of the base model, not of this export.",
        "The figures below are those of the original model.",
        "Scores of it, not of this conversion.",
    ],
)
def test_results_that_are_said_to_be_another_models_need_no_index(words: str) -> None:
    card = "---\nlicense: mit\n---\n# Gull\n\n## Results\n\nWORDS\n\n| Task | Accuracy |\n|---|---|\n| RTE | 0.71 |\n"
    assert ask(RULES, card.replace("WORDS", words), "model-index-missing") == []
    assert len(ask(RULES, card.replace("WORDS", "Those of this export."), "model-index-missing")) == 1


FAMILY = """
    ---
    license: mit
    base_model: acme/gull-1b
    ---
    # Gull in Q4_0

    | Benchmark | FIRST | Gull 4B |
    |---|---|---|
    | MMLU | 42.1 | 59.6 |
    | GSM8K | 38.4 | 71.0 |
"""


@pytest.mark.parametrize(("first", "count"), [("Gull 1B", 0), ("Gull 1B Q4_0", 1), ("Gull 1B (INT8)", 1)])
def test_results_of_a_whole_family_are_none_of_the_model(first: str, count: int) -> None:
    assert len(ask(RULES, FAMILY.replace("FIRST", first), "model-index-missing")) == count
