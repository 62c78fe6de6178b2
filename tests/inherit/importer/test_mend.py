from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.catalog.pipeline_tags import PIPELINE_TAGS
from cardgen.inherit.importer.mend import decode, joined_authors, meant_tag
from cardgen.inherit.importer.report import Ledger, Told
from cardgen.lint.reading.mojibake import find_misread


def test_what_was_decoded_wrongly_is_put_right_and_each_word_told_once() -> None:
    ledger = Ledger()
    assert decode("one\nAcmeÂ® and AcmeÂ®\r\ncafÃ©s", find_misread, ledger) == "one\nAcme® and Acme®\r\ncafés"
    assert ledger.entries == [
        Told("mended", "`AcmeÂ®` is `Acme®`, read in another encoding", 2),
        Told("mended", "`cafÃ©s` is `cafés`, read in another encoding", 3),
    ]


@given(st.text(st.characters(max_codepoint=0x7F)))
def test_plain_text_stays(text: str) -> None:
    ledger = Ledger()
    assert decode(text, find_misread, ledger) == text
    assert not ledger.entries


@pytest.mark.parametrize(
    ("tag", "meant"),
    [
        ("text-classfication", "text-classification"),
        ("text-clasification", "text-classification"),
        ("Text-Classification", "text-classification"),
        ("qeustion-answering", "question-answering"),
        ("fill-maks", "fill-mask"),
        ("text-classification", None),
        ("text-classifications", None),
        ("film-classification", None),
        ("int8", None),
        ("", None),
    ],
)
def test_tags_that_are_slips_of_a_task(tag: str, meant: str | None) -> None:
    assert meant_tag(tag) == meant


@given(st.sampled_from(sorted(PIPELINE_TAGS)), st.data())
def test_a_tag_never_becomes_another_than_the_one_that_lost_a_letter(tag: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(tag) - 1))
    assert meant_tag(tag[:at] + tag[at + 1 :]) in (tag, None)


@pytest.mark.parametrize(
    ("value", "joined"),
    [
        ("Ann Example, Bo Example", "Ann Example and Bo Example"),
        ("Ann B. Example, Jean-Luc O'Test, Émile van Dam,", "Ann B. Example and Jean-Luc O'Test and Émile van Dam"),
        ("Example, Ann", None),
        ("van Dam, Ann Maria", None),
        ("Ann Example, Jr", None),
        ("Ann Example and Bo Example", None),
        ("{Acme Labs}, Ann Example", None),
        ("Acme Labs, the whole company of it all", None),
        ("Ann Example", None),
        ("", None),
    ],
)
def test_authors_between_commas(value: str, joined: str | None) -> None:
    assert joined_authors(value) == joined
