from __future__ import annotations

import pytest

from cardgen.card.words.machine import other_work, waiting


@pytest.mark.parametrize(
    ("loads", "cores", "text"),
    [
        ([None, None], 2, ""),
        ([0.44], 2, "Other work took 0.4 of 2 processors meanwhile."),
        ([0.44], None, "Other work took 0.4 processors meanwhile."),
        ([1.0, 0.04], 4, "Other work took 0.0 to 1.0 of 4 processors meanwhile."),
        ([0.44, None], 2, "Other work took 0.4 of 2 processors meanwhile, where that is known."),
    ],
)
def test_other_work(loads: list[float | None], cores: int | None, text: str) -> None:
    assert other_work(loads, cores) == text


@pytest.mark.parametrize(
    ("spinning", "text"),
    [
        ([None], ""),
        ([], ""),
        ([False, False], "Threads that waited for work did not spin."),
        ([True], "Threads that waited for work spun."),
        ([True, None], "Threads that waited for work spun, where that is known."),
        ([True, False], "Threads that waited for work spun in some runs and not in others."),
    ],
)
def test_waiting(spinning: list[bool | None], text: str) -> None:
    assert waiting(spinning) == text
