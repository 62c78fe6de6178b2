"""What changed in the settings of a project's review: milder ones let more pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardgen.review.diff.change import SEVERITIES, Change
from cardgen.review.diff.compare import in_order
from cardgen.review.diff.rules import RULES, change
from cardgen.review.settings import Settings

_MILDNESS: Final = ("note", "notable", "breaking", "never")
"""Of what fails a review, the strictest first."""


def settings_changes(old: Settings, new: Settings) -> tuple[Change, ...]:
    """What lets more pass, or less, than it did; judged by the old settings.

    Args:
        old: as they were.
        new: as they are.
    """
    return in_order(
        Change(each.rule, each.place, old.severity(each.rule), each.arguments) for each in _changes(old, new)
    )


def _changes(old: Settings, new: Settings) -> Iterator[Change]:
    if old.fail_on != new.fail_on:
        milder = _MILDNESS.index(new.fail_on) > _MILDNESS.index(old.fail_on)
        yield _change(milder, "fail_on", old.fail_on, new.fail_on)
    if old.before_push != new.before_push:
        yield _change(old.before_push, "before_push", *(str(each.before_push).lower() for each in (old, new)))
    for rule in RULES:
        was, now = old.severity(rule), new.severity(rule)
        if was != now:
            yield _change(SEVERITIES.index(now) > SEVERITIES.index(was), f"severities.{rule}", was, now)


def _change(milder: bool, setting: str, old: str, new: str) -> Change:
    rule = "settings-milder" if milder else "settings-stricter"
    return change(rule, f"review.{setting}", setting=setting, old=old, new=new)
