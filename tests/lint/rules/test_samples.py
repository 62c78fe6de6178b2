from __future__ import annotations

import pytest

from cardgen.lint.rules.samples import RULES
from tests.lint.asking import ask

CUT = "Of {all} answers {cut} were cut, at `max_length` 20: they may lack their end."


@pytest.mark.parametrize(("blank", "verb"), [(1, "has"), (7, "have")])
def test_blank_texts_are_warned_of(blank: int, verb: str) -> None:
    told = f"Of 60 samples {blank} {verb} a text that is empty or white space: such samples are scored like the others."
    (found,) = ask(RULES, f"# Model\n\n{told}\n")
    assert (found.rule, found.severity) == ("blank-texts", "warning")
    assert found.message == f"{blank} of the 60 samples that were scored {verb} no text"


@pytest.mark.parametrize(
    ("cut", "warned"),
    [
        ("7 of `onnx` and 6 of FP32", "7 of onnx"),
        ("70 of `onnx` and 60 of FP32", "70 of onnx and 60 of FP32"),
        ("6 of `onnx` and 6 of FP32", None),
        ("60 of FP32", "60 of FP32"),
    ],
)
def test_many_answers_that_were_cut_are_warned_of(cut: str, warned: str | None) -> None:
    found = ask(RULES, f"# Model\n\n{CUT.format(all=60, cut=cut)}\n")
    assert [each.rule for each in found] == ([] if warned is None else ["answers-cut"])
    if warned is not None:
        assert found[0].message.startswith(f"{warned} ended at max_length 20, of 60 answers")
