from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given, settings

from cardgen.records.evidence_file import dump_evidence, parse_evidence
from cardgen.review.diff.change import Change, Comparison
from cardgen.review.diff.compare import compare
from cardgen.review.diff.rules import RULES
from cardgen.review.diff.words import headline, sentence, subject, values
from tests.review.diff.mirror import mirrored
from tests.review.diff.mutated import Recipe, recipes


def told(changes: Comparison | tuple[Change, ...]) -> list[tuple[str, str, str]]:
    found = changes.changes if isinstance(changes, Comparison) else changes
    return sorted((change.fingerprint, change.rule, repr(sorted(change.arguments.items()))) for change in found)


@settings(max_examples=150, deadline=None)
@given(recipes, recipes)
def test_what_changed_one_way_is_the_mirror_of_the_other(one: Recipe, other: Recipe) -> None:
    old, new = one.state(), other.state()
    there, back = compare(old, new), compare(new, old)
    assert told(back) == told(tuple(map(mirrored, there.changes)))
    assert (there.error is None) == (back.error is None)


@settings(max_examples=100, deadline=None)
@given(recipes)
def test_a_state_compared_with_itself_has_no_changes(recipe: Recipe) -> None:
    state = recipe.state()
    assert compare(state, state).changes == ()


@settings(max_examples=50, deadline=None)
@given(recipes)
def test_evidence_that_was_written_and_read_has_no_changes(recipe: Recipe) -> None:
    state = recipe.state()
    assume(state.evidence is not None)
    assert state.evidence is not None
    written = parse_evidence(dump_evidence(state.evidence).encode(), "evidence.json").evidence
    assert compare(state, replace(state, evidence=written)).changes == ()


@settings(max_examples=50, deadline=None)
@given(recipes)
def test_a_card_that_is_new_is_the_mirror_of_one_that_is_gone(recipe: Recipe) -> None:
    state = recipe.state()
    assert told(compare(state, None)) == told(tuple(map(mirrored, compare(None, state).changes)))


@settings(max_examples=100, deadline=None)
@given(recipes, recipes)
def test_every_change_can_be_said_in_a_line(one: Recipe, other: Recipe) -> None:
    found = compare(one.state(), other.state())
    for change in found.changes:
        line = sentence(change)
        assert line == line.strip() != ""
        assert "\n" not in line
        assert "{" not in RULES[change.rule].sentence.format_map(_Everything())
        assert "\n" not in subject(change)
        values(change)
    assert "\n" not in headline(found)


class _Everything(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return name
