from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.errors import DecisionsError
from cardgen.review.decisions.decision import FILES, Decision, Decisions
from cardgen.review.decisions.file import parse_decisions
from cardgen.review.decisions.merge import merge_decisions

A, B, C = (
    Decision(digit * 12, "accepted", "score-worse", "variants.x.f1", "worse", "noise", "A <a@b>") for digit in "abc"
)
NOTHING = Decisions("")
STATES = st.sampled_from([None, A, replace(A, verdict="rejected"), replace(A, reason="another")])


def of(*decisions: Decision | None) -> Decisions:
    return Decisions("", {each.fingerprint: each for each in decisions if each is not None})


def parsed(text: str) -> dict[str, Decision]:
    return dict(parse_decisions(text.encode(), "one.yaml").by_fingerprint)


def test_what_either_side_decided_is_kept_also_between_neighbours() -> None:
    merged = merge_decisions(NOTHING, of(A, C), of(B))
    assert merged.conflicts == ()
    assert list(parsed(merged.text).values()) == [A, B, C]


def test_what_either_side_took_away_is_gone() -> None:
    merged = merge_decisions(of(A, B, C), of(A, C), of(B, C))
    assert (merged.conflicts, list(parsed(merged.text).values())) == ((), [C])


def test_decisions_both_ways_are_a_conflict_that_a_reader_is_told_of() -> None:
    merged = merge_decisions(NOTHING, of(A, B), of(A, replace(B, verdict="rejected")))
    assert merged.conflicts == (B.fingerprint,)
    with pytest.raises(DecisionsError, match="is a line that git left there"):
        parsed(merged.text)
    kept = "".join(line for line in merged.text.splitlines(keepends=True) if line[0] not in "<=>")
    with pytest.raises(DecisionsError, match="is decided both ways"):
        parsed(kept)


def test_the_same_decision_on_two_states_is_no_conflict() -> None:
    ended = replace(A, reviewed=dict.fromkeys(FILES, "ab" * 32))
    for ours, theirs in ((A, ended), (ended, A)):
        merged = merge_decisions(of(A), of(ours), of(theirs))
        assert (merged.conflicts, parsed(merged.text)) == ((), {A.fingerprint: ended})


@given(STATES, STATES, STATES)
def test_a_merge_is_the_same_from_either_side_and_loses_nothing(
    base: Decision | None, ours: Decision | None, theirs: Decision | None
) -> None:
    merged = merge_decisions(of(base), of(ours), of(theirs))
    assert merged.conflicts == merge_decisions(of(base), of(theirs), of(ours)).conflicts
    if merged.conflicts:
        assert ours != theirs
        assert base not in (ours, theirs)
    else:
        (found,) = parsed(merged.text).values() or (None,)
        assert found == (theirs if ours == base else ours)
