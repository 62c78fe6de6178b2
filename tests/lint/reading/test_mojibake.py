from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.lint.reading.mojibake import find_misread


def meant(text: str) -> list[str]:
    return [misread.meant for misread in find_misread(text)]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Intel® Neural Compressor", "cp1252"),
        ("Intel® Neural Compressor", "cp1257"),
        ("Intel® Neural Compressor", "mac-roman"),
        ("Intel® Neural Compressor", "latin-1"),
        ("the card’s own “words” – here", "cp1252"),
        ("the card’s own “words” – here", "latin-1"),
        ("a café, a señor, a naïve Zoë", "cp1252"),
        ("50 € per ticket…", "cp1252"),
        ("better → faster", "latin-1"),
        ("checked ✅ and 🤗", "latin-1"),
        ("🤗\u202fTransformers, an invisible\u200bspace", "cp1252"),
        ("русский язык", "latin-1"),
        ("日本語", "latin-1"),
    ],
)
def test_text_that_was_read_in_another_encoding(text: str, encoding: str) -> None:
    assert meant(text) == []
    wrong = "".join(bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in text.encode() if byte < 256)
    signs = "".join(char for char in text if not char.isascii())
    assert "".join(meant(wrong)).replace(" ", "") == signs


@pytest.mark.parametrize(
    "text",
    [
        "Élysée, Ångström, Ünïcödé, naïve, São Paulo, MAÇÃ",
        "«C’est l’été», dit-il; «BEAUTÉ»… „Größe“ – »HÄMÄ« ÅÄÖ",
        "RĪGĀ» un “JŪRMALĀ”",
        "RĂŞINĂ ŞI ŢARĂ",
        "Việt Nam, CHÂU Á, ÂM NHẠC",
        "Ärger, Öl, Übung, Straße",
        "привет «мир» — Ёлка",
        "√π and ¬p ∨ q, ± 0.5 °C, 20 µm, 3 × 4",
        "日本語 中文 한국어 🤗 ✅ → ≤",
        "Intel® Neural Compressor™ © 2022",
    ],
)
def test_text_as_people_write_it(text: str) -> None:
    assert meant(text) == []


def test_where_it_stands() -> None:
    (misread,) = find_misread("by Intel\u00c2\u00ae, 2022")
    assert (misread.start, misread.end, misread.meant) == (8, 10, "®")


@given(st.text(max_size=200))
def test_places_lie_in_the_text_and_do_not_overlap(text: str) -> None:
    end = 0
    for misread in find_misread(text):
        assert end <= misread.start < misread.end <= len(text)
        end = misread.end
