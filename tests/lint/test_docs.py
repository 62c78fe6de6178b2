from __future__ import annotations

from cardgen.lint.registry import RULES
from tests.lint.rules_page import FAMILIES, PAGE, START, tables


def test_documentation_lists_every_rule_as_it_is() -> None:
    _before, _start, listed = PAGE.read_text(encoding="utf-8").partition(START)
    assert listed.strip() == tables().strip(), "run `python -m tests.lint.rules_page`"


def test_every_rule_belongs_to_a_family() -> None:
    assert [rule for _family, rules in FAMILIES for rule in rules] == list(RULES)
