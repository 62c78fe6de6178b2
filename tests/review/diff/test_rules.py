from __future__ import annotations

from string import Formatter

import pytest

from cardgen.review.diff.change import SEVERITIES
from cardgen.review.diff.rules import AREAS, RULES, Rule

EVERY = pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))


@EVERY
def test_a_rule_has_a_mirror_whose_mirror_it_is(rule: Rule) -> None:
    mirror = RULES[rule.mirror]
    assert RULES[mirror.mirror] is rule
    assert (mirror.area, mirror.unit) == (rule.area, rule.unit)


@EVERY
def test_what_is_breaking_one_way_is_not_so_the_other(rule: Rule) -> None:
    if rule.severity == "breaking" and rule.mirror != rule.id:
        assert RULES[rule.mirror].severity != "breaking"


@EVERY
def test_a_rule_can_be_read(rule: Rule) -> None:
    assert rule.severity in SEVERITIES
    assert rule.area in AREAS
    for text in (rule.title, rule.sentence):
        assert text == text.strip() != ""
        assert not text.endswith(".")
    assert all(name != "" for _text, name, _format, _conversion in Formatter().parse(rule.sentence))


def test_rules_are_named_once() -> None:
    assert list(RULES) == [rule.id for rule in RULES.values()]
    assert len({rule.title for rule in RULES.values()}) == len(RULES)
