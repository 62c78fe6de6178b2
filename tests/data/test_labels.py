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
        assert {label for label in found if label not in model} <= set(proposal) <= set(found)
        assert {guess for guess in proposal.values() if guess is not None} <= set(model)
    else:
        assert set(mapping.values()) <= set(model)
        assert set(found) <= set(model)


def test_a_given_mapping_is_used() -> None:
    given_labels = {"0": "NEGATIVE", "1": "POSITIVE"}
    assert map_labels(["0", "1"], ["NEGATIVE", "POSITIVE"], given_labels, numbers=True) == given_labels


@pytest.mark.parametrize(
    ("found", "mapping"),
    [
        (["entailment", "neutral", "contradiction"], {"neutral": "not", "contradiction": "not"}),
        (["entailment", "neutral"], {"neutral": "entailment"}),  # beside one of its own name
        (["entailment"], {"neutral": "not", "contradiction": "not"}),  # which other rows may hold
    ],
)
def test_two_labels_never_become_one(found: list[str], mapping: dict[str, str]) -> None:
    with pytest.raises(StepError, match=r"Several labels of the dataset are mapped to `\w+`: `\w+`, `\w+`\.") as caught:
        map_labels(found, ["entailment", "not"], mapping, numbers=False)
    assert "merge them in the data" in caught.value.remedy


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
    ("found", "model"),
    [
        (["1", "2"], ["0", "1"]),
        (["0", "1", "2"], ["1", "2", "3"]),
        (["1", "2", "3", "4"], ["0", "1", "2", "3", "4"]),  # of five that are counted from 1, perhaps
        (["0.0", "1.0"], ["1.0", "2.0"]),
        (["-1", "1"], ["0", "1"]),
        (["other", "1", "2"], ["other", "0", "1"]),
        ([" 1", " 2"], [" 0", " 1"]),
    ],
)
def test_numbers_as_text_are_taken_all_or_none(found: list[str], model: list[str]) -> None:
    numbers = [label for label in found if label != "other"]
    with pytest.raises(StepError, match=r"that are not just the model's|are not the model's") as caught:
        map_labels(found, model, None, numbers=False)
    proposal = yaml.safe_load(caught.value.remedy.split("\n", 1)[1])["evaluation"]["labels"]
    assert proposal == dict.fromkeys(numbers), "all of them, and no number is guessed"
    with pytest.raises(StepError, match=r"Labels of the dataset (are|have)"):
        map_labels(found, model, {numbers[-1]: model[-1]}, numbers=False)
    given_labels = dict(zip(found, model, strict=False))
    assert map_labels(found, model, given_labels, numbers=False) == given_labels


@pytest.mark.parametrize(
    ("found", "model"),
    [
        (["LABEL_1", "LABEL_2"], ["LABEL_0", "LABEL_1"]),
        (["1 star", "2 star", "3 star"], ["0 star", "1 star", "2 star"]),
        (["class 1a", "class 2a"], ["class 0a", "class 1a"]),
    ],
)
def test_names_that_differ_in_a_number_are_taken_all_or_none(found: list[str], model: list[str]) -> None:
    with pytest.raises(StepError, match="have numbers that are not just the model's") as caught:
        map_labels(found, model, None, numbers=False)
    proposal = yaml.safe_load(caught.value.remedy.split("\n", 1)[1])["evaluation"]["labels"]
    assert proposal == dict.fromkeys(found), "all of them, and no number is guessed"
    with pytest.raises(StepError, match="have numbers"):
        map_labels(found, model, {found[-1]: model[0]}, numbers=False)
    given_labels = dict(zip(found, model, strict=True))
    assert map_labels(found, model, given_labels, numbers=False) == given_labels
    assert map_labels(model[:1], model, None, numbers=False) == {model[0]: model[0]}, "which the model has"


@pytest.mark.parametrize("found", [["0", "1", "2"], ["0", "2"], ["2", "0"]])
def test_numbers_as_text_that_can_be_no_others_are_the_models(found: list[str]) -> None:
    assert map_labels(found, ["0", "1", "2"], None, numbers=False) == {label: label for label in found}


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
