"""The tables of rules in docs/review.md. ``python -m tests.review.diff.rules_page`` writes them anew."""

from __future__ import annotations

from collections.abc import Sequence

from cardgen.review.diff.rules import AREAS, RULES, Rule
from tests.lint.asking import ROOT

PAGE = ROOT / "docs" / "review.md"
START = "## The kinds of change\n"


def tables() -> str:
    """A heading and a table per area."""
    return "\n".join(
        f"### {title}\n\n| rule | severity | what happened | the other way round |\n|---|---|---|---|\n{_rows(rules)}"
        for area, title in AREAS.items()
        if (rules := [rule for rule in RULES.values() if rule.area == area])
    )


def _rows(rules: Sequence[Rule]) -> str:
    return "".join(
        f"| `{rule.id}` | {rule.severity} | {rule.title.replace('|', chr(92) + '|')} | {_mirror(rule)} |\n"
        for rule in rules
    )


def _mirror(rule: Rule) -> str:
    return "the same" if rule.mirror == rule.id else f"`{rule.mirror}`"


if __name__ == "__main__":
    before, _start, _old = PAGE.read_text(encoding="utf-8").partition(START)
    PAGE.write_text(f"{before}{START}\n{tables()}", encoding="utf-8")
