from __future__ import annotations

from typing import Any

import pytest

from cardgen.data.table import Table
from cardgen.evaluation.samples.blank import count_blank, is_blank

TEXTS = ["a", "", "b", " \t\n", "c", "\N{ZERO WIDTH SPACE}\ufeff"]
FULL = ["x", "x", "x", "x", "x", " "]


def count(task: str, columns: dict[str, str], **values: list[Any]) -> int:
    (rows,) = {len(column) for column in values.values()}
    return count_blank(Table(values, rows), task, columns)


@pytest.mark.parametrize("text", ["", " ", "\t\n\r", "\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}", "\u200b\ufeff\x00"])
def test_blank_texts(text: str) -> None:
    assert is_blank(text)
    assert not is_blank(f"{text}.{text}")


@pytest.mark.parametrize("text", ["0", "-", "\N{ROLLING ON THE FLOOR LAUGHING}", "\N{DEVANAGARI LETTER A}"])
def test_other_texts(text: str) -> None:
    assert not is_blank(text)


def test_each_task_counts_the_texts_that_it_reads() -> None:
    text, label = {"text": "t", "label": "l"}, FULL
    assert count("text-classification", text, t=TEXTS, l=label) == 3
    assert count("text-classification", {**text, "text_pair": "p"}, t=TEXTS, p=FULL, l=label) == 3
    assert count("text-classification", {**text, "text_pair": "p"}, t=FULL, p=TEXTS[::-1], l=label) == 4
    assert count("sentence-similarity", {"text": "t", "text_pair": "p", "score": "s"}, t=FULL, p=FULL, s=TEXTS) == 1
    columns = {"question": "q", "context": "c", "answers": "a"}
    assert count("question-answering", columns, q=FULL, c=TEXTS, a=[""] * 6) == 3
    assert count("fill-mask", {"text": "t"}, t=TEXTS) == 3


def test_texts_that_are_expected_count_too() -> None:
    assert count("summarization", {"text": "t", "summary": "s"}, t=["a"] * 6, s=TEXTS) == 3
    assert count("translation", {"text": "t", "translation": "s"}, t=TEXTS, s=FULL) == 3


def test_one_blank_answer_of_several_counts() -> None:
    lists = [["a", "b"], ["a", ""], ["a", "b"], [" ", " "], ["a", "b"], ["a", "b"]]
    columns = {"text": "t", "choices": "c", "label": "l"}
    assert count("multiple-choice", columns, t=["a"] * 6, c=lists, l=["0"] * 6) == 2
    columns = {"text": "t", "choices": "end*", "label": "l"}
    assert count("multiple-choice", columns, t=["a"] * 6, end0=TEXTS, end1=FULL, l=["0"] * 6) == 3


def test_a_text_of_blank_words_counts() -> None:
    words = [["a", " "], [" ", "\t"], "a b", "  "]
    assert count("token-classification", {"text": "t", "labels": "l"}, t=words, l=[""] * 4) == 2


def test_images_are_no_texts() -> None:
    assert count("image-classification", {"image": "i", "label": "l"}, i=[b"", b""], l=["", ""]) == 0
