"""Cards as people write them, with what lint finds on each: no finding comes or goes unseen.

``cards/NAME.md`` are INT8 models' cards of invented repositories, with the mistakes that people make; those named
``sound-*`` have none, or only lack what their findings name. ``cards/findings.txt`` lists line and rule of every
finding. It is lint's own output, which was read through once and is kept against regressions: it does not prove that
lint finds all that is wrong with them. A change of it is to be read finding by finding.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.engine import lint

CARDS = Path(__file__).parent / "cards"
NAMES = sorted(path.stem for path in CARDS.glob("*.md"))


def expected(name: str) -> list[tuple[int, str]]:
    lines = (CARDS / "findings.txt").read_text(encoding="utf-8").splitlines()
    found = [line.split() for line in lines if line.startswith(f"{name} ")]
    return sorted((int(line), rule) for _card, line, rule in found)


@pytest.mark.parametrize("name", NAMES)
def test_a_card_as_people_write_them(name: str) -> None:
    report = lint((CARDS / f"{name}.md").read_text(encoding="utf-8"), name)
    assert sorted({(finding.line, finding.rule) for finding in report.findings}) == expected(name)


def test_every_finding_is_of_a_card() -> None:
    lines = (CARDS / "findings.txt").read_text(encoding="utf-8").splitlines()
    assert {line.split()[0] for line in lines} <= set(NAMES)
