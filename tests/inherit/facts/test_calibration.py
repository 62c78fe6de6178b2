from __future__ import annotations

import pytest

from tests.inherit.facts.cards import facts_of

Claim = tuple[str | None, int | None, int | None, int | None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The calibration dataloader was that of the eval split.", ("eval", None, None, None)),
        (
            "A sampling size of 300 for calibration is no multiple of batch size 8: the real sampling size was 304.",
            (None, 300, 304, 8),
        ),
        ("Calibrated on 512 samples of the validation split with a batch size of 4.", ("validation", 512, None, 4)),
        ("We used 128 training samples for calibration.", ("training", 128, None, None)),
        ("Calibration set: the train split", ("train", None, None, None)),
        ("num_calibration_samples: 512", (None, 512, None, None)),
        ("For calibration, 100 samples were asked for, and the model saw 104.", (None, 100, 104, None)),
    ],
)
def test_a_sentence_about_calibration(text: str, expected: Claim) -> None:
    (claim,) = facts_of(f"# M\n\n{text}\n").calibrations
    assert (claim.split, claim.asked, claim.seen, claim.batch_size) == expected


@pytest.mark.parametrize(
    "text", ["Calibration needs no data here.", "The batch size is 8.", "Trained on the train split."]
)
def test_no_claim(text: str) -> None:
    assert facts_of(f"# M\n\n{text}\n").calibrations == ()


def test_sentences_in_a_row_make_one_claim() -> None:
    card = "# M\n\nThe calibration data is the train split.\n\nA calibration sampling size of 100 was set.\n"
    (claim,) = facts_of(card).calibrations
    assert (claim.split, claim.asked) == ("train", 100)
    assert claim.span.start == card.index("The calibration data")


def test_a_table_with_a_column_per_variant() -> None:
    card = """\
| | `pytorch` | `onnx` |
|---|---|---|
| Format | PyTorch | ONNX |
| Calibration data | [acme/films](https://huggingface.co/datasets/acme/films), split `train` | n/a |
| Calibration samples | 300 asked for, 304 seen; batches of 8, seed 42 | n/a |
"""
    (claim,) = facts_of(card).calibrations
    assert (claim.subject.label, claim.split, claim.asked, claim.seen, claim.batch_size) == (
        "pytorch",
        "train",
        300,
        304,
        8,
    )
