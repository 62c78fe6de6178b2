from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cardgen.data.labels import map_labels
from cardgen.errors import StepError

names = st.lists(st.text(min_size=1, max_size=8), min_size=2, max_size=6, unique=True)


@given(names)
def test_the_models_own_names_need_no_mapping(labels: list[str]) -> None:
    assert map_labels(labels, labels, None, numbers=False) == {label: label for label in labels}


@given(names, names)
def test_whatever_is_refused_is_proposed_as_yaml(found: list[str], model: list[str]) -> None:
    try:
        mapping = map_labels(found, model, None, numbers=False)
    except StepError as error:
        proposal = yaml.safe_load(error.remedy.split("\n", 1)[1])["evaluation"]["labels"]
        assert list(proposal) == [label for label in found if label not in model]
        assert {guess for guess in proposal.values() if guess is not None} <= set(model)
    else:
        assert set(mapping.values()) <= set(model)
        assert set(found) <= set(model)


def test_a_given_mapping_is_used() -> None:
    given_labels = {"0": "NEGATIVE", "1": "POSITIVE"}
    assert map_labels(["0", "1"], ["NEGATIVE", "POSITIVE"], given_labels, numbers=True) == given_labels


def test_two_labels_may_become_one() -> None:
    mapping = map_labels(
        ["entailment", "neutral", "contradiction"],
        ["entailment", "not_entailment"],
        {"neutral": "not_entailment", "contradiction": "not_entailment"},
        numbers=False,
    )
    assert mapping == {"entailment": "entailment", "neutral": "not_entailment", "contradiction": "not_entailment"}


def test_bare_numbers_are_never_taken_for_ids() -> None:
    with pytest.raises(StepError) as caught:
        map_labels(["0", "1"], ["NEGATIVE", "POSITIVE"], None, numbers=True)
    assert caught.value.message == (
        "Labels of the dataset are bare numbers, which say nothing of the model's labels: `0`, `1`. "
        "The model's labels: `NEGATIVE`, `POSITIVE`."
    )
    assert caught.value.remedy.splitlines()[1:] == [
        "evaluation:",
        "  labels:",
        '    "0":   # which of the model\'s labels?',
        '    "1":   # which of the model\'s labels?',
    ]


def test_numbers_are_not_matched_to_labels_named_by_numbers() -> None:
    with pytest.raises(StepError, match="bare numbers"):
        map_labels(["1", "2"], ["1", "2"], None, numbers=True)


@pytest.mark.parametrize(
    ("found", "model", "guesses"),
    [
        (["negative", "positive"], ["NEGATIVE", "POSITIVE"], ["NEGATIVE", "POSITIVE"]),
        (["neg", "pos"], ["LABEL_0", "LABEL_1"], [None, None]),
        (["spam", "ham"], ["yes", "no"], [None, None]),
    ],
)
def test_names_that_differ_are_guessed_but_not_used(
    found: list[str], model: list[str], guesses: list[str | None]
) -> None:
    with pytest.raises(StepError, match="are not the model's") as caught:
        map_labels(found, model, None, numbers=False)
    proposal = yaml.safe_load(caught.value.remedy.split("\n", 1)[1])
    assert list(proposal["evaluation"]["labels"].values()) == guesses


def test_a_target_that_the_model_lacks_is_refused() -> None:
    with pytest.raises(StepError, match="maps `0` to `NEGATIV`") as caught:
        map_labels(["0"], ["NEGATIVE", "POSITIVE"], {"0": "NEGATIV"}, numbers=True)
    assert caught.value.remedy.startswith("Did you mean `NEGATIVE`?")
