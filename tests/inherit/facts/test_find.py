from __future__ import annotations

from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.inherit.document import (
    Block,
    Cell,
    CodeBlock,
    Document,
    Heading,
    HtmlBlock,
    Paragraph,
    Section,
    Span,
    Table,
)
from cardgen.inherit.facts.find import find_facts
from cardgen.inherit.facts.model import Subject
from cardgen.inherit.facts.numbers import decimal_of
from tests.growth import assert_linear
from tests.inherit.facts.cards import TWO_RUNTIMES, facts_of, spans_of, written
from tests.inherit.nasty import cards

OWN_CARDS = Path(__file__).parents[3] / "cards"

_PHRASES = st.sampled_from(
    [
        *("accuracy 0.91 against 0.92 in FP32", "The model size is 65 MB.", "calibrated on 300 samples", "`a.b.c`"),
        *("| | INT8 | FP32 |\n|---|---|---|\n| F1 | 0.8 | **0.9** |", "3 of 7 layers fall back to fp32: 'x.y.z'"),
        *("at most 1% accuracy loss", "## ONNX", "```python\nM.from_pretrained('a/b')\n```", "@misc{a, title={b}}"),
        *(
            "[m](https://huggingface.co/a/b)",
            "quantized from",
            "batch size 8",
            "\n",
            "\n\n",
            " ",
            "**",
            "<details>",
            "- ",
        ),
    ]
)


def test_the_facts_of_a_card_with_two_runtimes() -> None:
    facts = facts_of(TWO_RUNTIMES)
    assert facts.repo_id == "acme/answers-int8-static"
    assert [name for name, _span in facts.base_models] == ["acme/answers"]
    assert facts.datasets == ("squad",)
    assert [(figure.subject.runtime, figure.quantity, str(figure.value)) for figure in facts.figures] == [
        ("pytorch", "f1", "86.1069"),
        ("pytorch", "f1", "86.8374"),
        ("pytorch", "size", "74.7"),
        ("pytorch", "size", "265"),
        ("onnx", "f1", "0.8626"),
        ("onnx", "f1", "0.8687"),
        ("onnx", "size", "153"),
        ("onnx", "size", "254"),
    ]
    assert [figure.subject.baseline for figure in facts.figures] == [False, True] * 4
    assert [
        (claim.subject.label, claim.split, claim.asked, claim.seen, claim.batch_size) for claim in facts.calibrations
    ] == [
        ("PyTorch", "train", 300, 304, 8),
        ("ONNX", "eval", 100, None, None),
    ]
    assert [(subject.label, approach) for subject, approach, _span in facts.approaches] == [
        ("PostTrainingStatic", "static"),
        ("PyTorch", "static"),
        ("ONNX", "static"),
    ]
    assert [snippet.subject and snippet.subject.runtime for snippet in facts.snippets] == ["pytorch", "onnx"]


def test_the_facts_of_a_card_of_our_own() -> None:
    facts = facts_of((OWN_CARDS / "unicode-names" / "README.md").read_text(encoding="utf-8"))
    assert facts.repo_id == "your-name/unicode-names-int8"
    assert [name for name, _span in facts.base_models] == ["your-name/unicode-names"]
    table = [figure for figure in facts.figures if figure.place == "table"]
    assert {figure.subject for figure in table} == {
        Subject(name, baseline, name) for name in ("pytorch", "onnx") for baseline in (False, True)
    }
    assert {figure.quantity for figure in table} == {"accuracy", "f1", "size"}
    assert [(claim.subject.label, len(claim.modules), claim.count) for claim in facts.fallbacks] == [
        ("pytorch", 1, 1),
        ("onnx", 0, 0),
    ]
    assert [(claim.split, claim.asked, claim.seen) for claim in facts.calibrations] == [("train", 300, 300)]


@pytest.mark.parametrize("card", sorted(OWN_CARDS.glob("*/README.md")), ids=lambda path: path.parent.name)
def test_no_card_of_our_own_seems_to_contradict_itself(card: Path) -> None:
    facts = facts_of(card.read_text(encoding="utf-8"))
    values: dict[tuple[str, Subject, str | None], set[Decimal]] = {}
    for figure in facts.figures:
        dataset = figure.dataset if figure.place == "table" else None
        values.setdefault((figure.quantity, figure.subject, dataset), set()).add(figure.value)
    assert values
    assert {key: found for key, found in values.items() if len(found) > 1} == {}


def test_an_empty_card_states_nothing() -> None:
    facts = facts_of("# A title\n\nWords only.\n")
    assert spans_of(facts) == []
    assert facts.repo_id is None


@given(cards | st.lists(_PHRASES, max_size=12).map(" ".join) | st.lists(_PHRASES, max_size=12).map("\n\n".join))
def test_facts_stand_where_they_say(card: str) -> None:
    facts = facts_of(card)
    for span in spans_of(facts):
        assert 0 <= span.start <= span.end <= len(card)
    for figure in (*facts.figures, *(figure for row in facts.sweep for figure in row.figures)):
        text = written(card, figure.span)
        if figure.place != "metadata" and figure.span.end - figure.span.start < 20:
            assert decimal_of(text) == figure.value


@pytest.mark.parametrize(
    "piece",
    [
        *("accuracy 0.9 ", "size from 1 MB to 2 MB ", "less than 1% a a a loss ", "12 of 30 layers kept in fp32. "),
        *(
            "layers fall back to fp32: 'x.y' ",
            "calibration data set 3 samples ",
            "@misc{\n",
            "](",
            "**a.b.c** ",
            "<",
            "'",
        ),
        *("huggingface.co/a/b ", "versions of `a/b` ", "post-training static quantization ", "1,111,", "a.", " "),
    ],
)
def test_time_grows_with_the_length_of_a_line(piece: str) -> None:
    assert_linear(lambda length: partial(find_facts, _of_one_line(piece * (length // len(piece)))), few=12_500)


def _of_one_line(text: str) -> Document:
    """A card of one line, in each kind of block."""
    span = Span(0, len(text))
    cell = Cell(text, text, span)
    blocks: list[Block] = [
        Paragraph(text, text, span),
        Table((cell, cell), ((cell, cell),), span),
        CodeBlock("python", text, span, span, ((0, 0),)),
        HtmlBlock(text, span),
    ]
    section = Section(Heading(1, text, span), span, tuple(blocks), (text,))
    return Document(text, text, "plain", Span(0, 0), None, (section,))
