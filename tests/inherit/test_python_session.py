from __future__ import annotations

import pytest

from cardgen.inherit.python_session import is_session, typed


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        (">>> f(\n    1,\n    2)\n>>> y\n3", "f(|    1,|    2)|y|"),
        (">>> x = [\n  1]\nprinted\n", "x = [|  1]||"),
        (">>> def f():\n    return 1\n\n>>> f()\n1", "def f():|    return 1||f()|"),
        (">>> for x in y:\n...     print(x)\n...\n1\n2", "for x in y:|    print(x)||||".removesuffix("|") + ""),
        (">>> print(')(')  # (\n)(\n>>> 1", "print(')(')  # (||1"),
        ("  >>> a\n  ... b\n  out", "a|b|"),
        (">>> f(1,\n>>> g()\nout", "f(1,|g()|"),
    ],
)
def test_what_was_typed_and_no_more(shown: str, kept: str) -> None:
    lines = shown.split("\n")
    assert is_session(lines)
    assert "|".join(line[begin:] for line, begin in zip(lines, typed(lines), strict=True)) == kept


def test_a_listing_is_no_session() -> None:
    assert not is_session(["x >>> 1", "...", ""])
