"""What others wrote is shown, and does nothing to a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.cli.boundary import say
from cardgen.cli.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", "a\u241b[31mb"),
        ("\x1b]0;title\x07", "\u241b]0;title\u2407"),
        ("a\rb", "a\u240db"),
        ("a\x7fb\x9b1m", "a\u2421b\ufffd1m"),
        ("\ta\r\nb\n", "\ta\r\nb\n"),
        ("größer 🤗", "größer 🤗"),
    ],
)
def test_control_characters_are_pictures(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_no_control_character_is_left(text: str) -> None:
    assert all(each in "\t\n\r" or each.isprintable() or ord(each) > 0x9F for each in visible(text))


def test_standard_error_is_given_none(capsys: pytest.CaptureFixture[str]) -> None:
    say("a heading \x1b]0;title\x07")
    assert capsys.readouterr().err == "a heading \u241b]0;title\u2407\n"
