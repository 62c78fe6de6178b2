from __future__ import annotations

from cardgen.card.sections.chance import label_note


def test_the_labels_in_force_are_told() -> None:
    assert label_note({"1": "0", "2": "1"}) == "Labels of the dataset in the model's terms: `1` is `0`, `2` is `1`."
    same = label_note({"neg": "neg", "pos": "pos"})
    assert same == "Labels of the dataset, which are the model's of the same name: `neg`, `pos`."


def test_many_labels_of_the_same_names_are_counted() -> None:
    note = label_note({str(label): str(label) for label in range(24)})
    assert note == "Labels of the dataset, which are the model's of the same name: all 24."


def test_thousands_of_labels_are_folded() -> None:
    note = label_note({str(label): f"LABEL_{label}" for label in range(3000)})
    lead, folded = note.split("\n\n", 1)
    assert lead == "Labels of the dataset in the model's terms:"
    assert folded.startswith("<details>\n<summary>3000 labels</summary>\n\n- `0` is `LABEL_0`\n")
