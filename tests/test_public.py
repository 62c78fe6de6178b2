from __future__ import annotations

import pytest

import cardgen


@pytest.mark.parametrize("name", ["build", "check", "diff", "lint_card", "load_manifest", "push", "render"])
def test_public_names_are_there(name: str) -> None:
    assert name in cardgen.__all__
    for _ in range(2):  # a module of the same name would take the function's place once it is imported
        assert callable(getattr(cardgen, name))


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'bild'"):
        cardgen.bild  # noqa: B018 - it is the access that is tested
