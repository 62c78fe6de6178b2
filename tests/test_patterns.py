from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cardgen
from cardgen.patterns import regex

ROOMS = ("catalog", "manifest", "card", "inherit", "lint")


def patterns_in(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, dict):
        yield from patterns_in(tuple(value.values()))
    elif isinstance(value, tuple):
        for item in value:
            yield from patterns_in(item)
    elif type(value) is type(regex("")):
        yield value


@pytest.mark.parametrize("room", ROOMS)
def test_every_pattern_can_be_compiled(room: str) -> None:
    found = 0
    for module in pkgutil.walk_packages(cardgen.__path__, "cardgen."):
        if module.name.startswith(f"cardgen.{room}."):
            for value in vars(importlib.import_module(module.name)).values():
                for pattern in patterns_in(value):
                    assert pattern.pattern is not None
                    found += 1
    assert found


def test_a_wrong_pattern_is_told_when_it_is_used() -> None:
    wrong = regex("(")
    with pytest.raises(re.error, match="unterminated subpattern"):
        wrong.search("")


@given(st.text("ab1 ", max_size=20))
def test_it_finds_what_re_finds(text: str) -> None:
    later, now = regex("(?P<word>[AB]+)(1)?", re.IGNORECASE), re.compile("(?P<word>[AB]+)(1)?", re.IGNORECASE)
    for _ in range(2):  # the first time compiles
        assert (later.pattern, later.flags, later.groups) == (now.pattern, now.flags, now.groups)
        assert [match.regs for match in later.finditer(text)] == [match.regs for match in now.finditer(text)]
        assert later.findall(text) == now.findall(text)
        assert later.split(text) == now.split(text)
        assert later.sub("<\\g<word>>", text) == now.sub("<\\g<word>>", text)
        for one, other in ((later.search, now.search), (later.match, now.match), (later.fullmatch, now.fullmatch)):
            found, known = one(text, 1), other(text, 1)
            assert (found and found.regs) == (known and known.regs)


REPORT = """
import sys
import cardgen.review.check.card
from cardgen.patterns import regex
kind = type(regex(""))
for module in [module for name, module in sys.modules.items() if name.startswith("cardgen.")]:
    for name, value in vars(module).items():
        if type(value) is kind and "search" in vars(value):
            print(module.__name__, name)
"""


def test_importing_all_that_a_check_takes_compiles_none() -> None:
    run = subprocess.run([sys.executable, "-c", REPORT], capture_output=True, text=True, check=True)
    assert run.stdout == ""
