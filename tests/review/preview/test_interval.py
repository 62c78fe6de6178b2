from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.review.preview.figures.interval import WIDTH, drawn, scale_of_losses
from cardgen.review.preview.figures.variants import Loss


@pytest.mark.parametrize(
    ("loss", "text", "tone"),
    [
        (Loss(0.0033, -0.001, 0.0075), "0.33 % loss, 95 % interval from −0.10 % to 0.75 %, within noise", "noise"),
        (Loss(0.0033, 0.001, 0.0075), "0.33 % loss, 95 % interval from 0.10 % to 0.75 %", "loss"),
        (Loss(-0.0033, -0.0075, -0.001), "0.33 % gain, 95 % interval from 0.10 % to 0.75 %", "gain"),
        (Loss(0.0, -0.00001, 0.00001), "no loss, 95 % interval from 0.00 % to 0.00 %, within noise", "noise"),
        (Loss(0.0073), "0.73 % loss, reported", "reported"),
    ],
)
def test_a_loss_is_told(loss: Loss, text: str, tone: str) -> None:
    found = drawn(loss, 0.01)
    assert (found.text, found.tone) == (text, tone)


def test_the_scale_holds_nearly_all_and_no_collapse() -> None:
    assert scale_of_losses([]) == 0.005
    assert scale_of_losses([Loss(0.003, -0.001, 0.007)]) == 0.01
    losses = [Loss(0.01, 0.005, 0.018)] * 40
    assert scale_of_losses([*losses, Loss(0.48, 0.46, 0.5)]) == 0.02
    assert scale_of_losses([Loss(0.48, 0.46, 0.5)]) == 0.5


def test_what_lies_beyond_is_an_arrow() -> None:
    assert drawn(Loss(0.5, 0.4, 0.6), 0.01).beyond == "right"
    assert drawn(Loss(-0.5, -0.6, -0.4), 0.01).beyond == "left"
    assert drawn(Loss(0.01, 0.0, 0.6), 0.01).beyond == ""


@given(st.floats(-10, 10), st.floats(0, 5), st.floats(0, 5), st.sampled_from([0.005, 0.1, 1.0]))
def test_all_is_drawn_within_the_picture(value: float, below: float, above: float, scale: float) -> None:
    found = drawn(Loss(value, value - below, value + above), scale)
    assert 0 < found.low <= found.at <= found.high < WIDTH
    assert (found.at > found.middle) <= (value > 0)
