from __future__ import annotations

import pytest

from cardgen.data.tags import answered_as, are_tags, scored_as, tag_faults

IOB = {"O": "LABEL_0", "B-PER": "LABEL_1", "I-PER": "LABEL_2"}


@pytest.mark.parametrize(
    ("labels", "fit"),
    [
        (["O", "B-PER", "I-PER"], True),
        (["O", "B", "I"], True),
        (["O", "B-PER", "I-PER", "E-PER", "S-PER"], True),
        (["B-work-of-art", "I-work-of-art"], True),
        (["LABEL_0", "LABEL_1"], False),
        (["O", "PER", "LOC"], False),
        (["O", "B-PER", "L-PER", "U-PER"], False),  # BILOU, which would be counted otherwise
        (["O", "PER-B", "PER-I"], False),
        (["o", "b-per"], False),
        (["0", "1"], False),
        (["O", "B-", "I-"], False),
        (["B_PER"], False),
    ],
)
def test_schemes_that_are_known(labels: list[str], fit: bool) -> None:
    assert are_tags(labels) == fit


def test_labels_are_scored_by_the_datasets_names() -> None:
    assert scored_as(IOB) == {label: label for label in IOB}
    assert answered_as(("LABEL_0", "LABEL_1", "LABEL_2"), IOB) == ("O", "B-PER", "I-PER")


def test_numbers_are_scored_by_the_models_names() -> None:
    numbered = {"0": "O", "1": "B-PER", "2": "I-PER"}
    assert scored_as(numbered) == numbered
    assert answered_as(("O", "B-PER", "I-PER"), numbered) == ("O", "B-PER", "I-PER")


def test_other_types_are_scored_by_the_datasets_names() -> None:
    mapping = {"O": "O", "B-person": "B-PER", "I-person": "I-PER"}
    assert answered_as(("O", "B-PER", "I-PER", "B-LOC"), mapping) == ("O", "B-person", "I-person", "B-LOC")


def test_an_answer_that_the_dataset_has_no_label_for_is_a_span_of_its_own() -> None:
    assert answered_as(("LABEL_0", "LABEL_1", "LABEL_2", "LABEL_3"), IOB)[3] == "B-LABEL_3"
    swapped = {"O": "O", "B-A": "B-B"}
    assert answered_as(("O", "B-A", "B-B"), swapped) == ("O", "B-B-A", "B-A"), "never the dataset's label of that name"


def test_what_is_no_scheme_is_told() -> None:
    assert tag_faults(["O", "B-PER"]) == []
    (fault,) = tag_faults(["O", "PER", *(f"T{at}" for at in range(20))])
    assert fault.key == ("metrics",)
    assert "these do not: `PER`, `T0`, `T1`, `T2`, `T3`, `T4`, `T5`, `T6`, `T7`, `T8` and others." in fault.message
    assert "Score `accuracy`" in fault.remedy
