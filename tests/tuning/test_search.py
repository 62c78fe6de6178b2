from __future__ import annotations

import math
import random
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.records.results.tune import Candidate
from cardgen.tuning.goal import Goal
from cardgen.tuning.search import Found, ToleranceError, search
from tests.tuning.subjects import FP32_SCORE, NumberSubject, costs, named

GOAL = Goal(FP32_SCORE, 0.01)


def most(count: int) -> float:
    """Candidates that a search over ``count`` modules may take."""
    return 3 + math.log2(count)


def chosen(found: Found) -> list[str]:
    assert found.chosen.accepted
    assert found.chosen in found.candidates
    return list(found.chosen.fp32_modules)


@given(count=st.integers(1, 200))
def test_plain_int8_that_is_good_enough_is_all_that_is_tried(count: int) -> None:
    subject = NumberSubject(named(count), lambda _kept: 0.895)
    assert chosen(search(subject, GOAL)) == []
    assert subject.ran == [frozenset()]
    assert subject.asked_ranking == 0


@given(count=st.integers(2, 200), data=st.data())
def test_the_shortest_list_is_found_with_few_evaluations(count: int, data: st.DataObject) -> None:
    needed = data.draw(st.integers(1, count - 1))
    names = named(count)
    subject = NumberSubject(names, lambda kept: 0.9 if kept.issuperset(names[:needed]) else 0.8, stops=True)
    assert chosen(search(subject, GOAL)) == names[:needed]
    assert len(subject.ran) <= most(count)


@given(losses=st.lists(st.floats(1e-6, 0.05), min_size=2, max_size=200))
def test_modules_that_each_cost_their_share(losses: list[float]) -> None:
    names = named(len(losses))
    share = dict(zip(names, sorted(losses, reverse=True), strict=True))
    subject = NumberSubject(names, costs(share), noise=share.__getitem__)
    goal = Goal(FP32_SCORE, 0.01)
    if share[names[-1]] > goal.allowed:
        with pytest.raises(ToleranceError):
            search(subject, goal)
        return
    found = search(subject, goal)
    kept = len(chosen(found))
    assert len(subject.ran) <= most(len(losses))
    if kept:
        left = sum(share[name] for name in names[kept - 1 :])
        assert left > goal.allowed, "one module fewer would have done"


def test_one_bad_layer_of_fifty_takes_two_evaluations_and_few_sensitive_ones_not_many_more() -> None:
    names = named(50)
    for bad, evaluations in ((1, 2), (2, 5), (10, 7)):
        share = {name: 0.02 if index < bad else 1e-5 for index, name in enumerate(names)}
        subject = NumberSubject(names, costs(share), noise=share.__getitem__)
        assert chosen(search(subject, GOAL)) == names[:bad]
        assert len(subject.ran) <= evaluations


@given(count=st.integers(3, 200), data=st.data())
def test_what_the_ranking_put_too_high_is_given_back(count: int, data: st.DataObject) -> None:
    names = named(count)
    place = data.draw(st.integers(1, count - 2))
    subject = NumberSubject(names, lambda kept: 0.9 if names[place] in kept else 0.8)
    found = chosen(search(subject, GOAL))
    assert names[place] in found
    assert len(found) < place + 1 or place == 0 or len(subject.ran) >= math.floor(most(count)) - 1
    assert len(subject.ran) <= most(count)


@given(count=st.integers(1, 60), seed=st.integers(0, 10**6), stops=st.booleans())
def test_scores_without_any_order_never_give_what_fails(count: int, seed: int, stops: bool) -> None:
    names = named(count)

    def scored(kept: frozenset[str]) -> float:
        return random.Random(f"{seed} {sorted(kept)}").choice([0.8, 0.88, 0.895, 0.9, math.nan])

    subject = NumberSubject(names, scored, stops=stops)
    tried: list[Candidate] = []
    try:
        found = search(subject, GOAL, keep=tried.append)
    except ToleranceError:
        assert not any(GOAL.met(scored(kept)) for kept in subject.ran)
        assert not any(candidate.accepted for candidate in tried)
    else:
        assert found.chosen.score == scored(frozenset(found.chosen.fp32_modules))
        assert GOAL.met(found.chosen.score)
        assert [frozenset(each.fp32_modules) for each in found.candidates] == subject.ran
    assert len(subject.ran) <= most(count) + 3


@given(count=st.integers(2, 80), needed=st.integers(1, 79), killed=st.integers(0, 12))
def test_a_search_that_was_stopped_goes_on_where_it_was(count: int, needed: int, killed: int) -> None:
    names = named(count)

    def subject() -> NumberSubject:
        return NumberSubject(names, lambda kept: 0.9 if kept.issuperset(names[: min(needed, count - 1)]) else 0.8)

    whole: list[Candidate] = []
    found = search(subject(), GOAL, keep=whole.append)
    assert tuple(whole) == found.candidates
    rest: list[Candidate] = []
    second = subject()
    assert search(second, GOAL, known=whole[:killed], keep=rest.append) == found
    assert rest == whole[killed:]
    assert len(second.ran) == len(rest)


@given(
    losses=st.lists(st.floats(1e-6, 0.05), min_size=2, max_size=80),
    first=st.floats(0.001, 0.2),
    second=st.floats(0.001, 0.2),
    stops=st.booleans(),
)
def test_what_was_tried_for_another_tolerance_changes_the_way_and_not_the_end(
    losses: list[float], first: float, second: float, stops: bool
) -> None:
    names = named(len(losses))
    share = dict(zip(names, losses, strict=True))

    def tuned(tolerance: float, known: list[Candidate]) -> tuple[list[tuple[tuple[str, ...], bool]], list[set[str]]]:
        """What was gone through, and whether accepted; none where the tolerance is out of reach. What ran for it."""
        subject = NumberSubject(names, costs(share), noise=share.__getitem__, stops=stops)
        way: list[tuple[tuple[str, ...], bool]] = []
        with suppress(ToleranceError):
            found = search(subject, Goal(FP32_SCORE, tolerance), tuple(known), known.append)
            way = [(each.fp32_modules, each.accepted) for each in found.candidates]
        return way, [set(kept) for kept in subject.ran]

    fresh, all_that_ran = tuned(second, [])
    known: list[Candidate] = []
    tuned(first, known)
    scored = [set(each.fp32_modules) for each in known if each.score is not None]
    again, ran = tuned(second, known)
    assert again == fresh
    assert all(kept in all_that_ran and kept not in scored for kept in ran)
    assert set() in scored, "of plain INT8 at least the score is known"


def test_a_trial_that_was_stopped_is_tried_again_where_it_could_pass() -> None:
    names = named(9)
    strict, kind = Goal(FP32_SCORE, 0.01), Goal(FP32_SCORE, 0.1)
    noise = {name: 1.0 if name == names[0] else 0.001 for name in names}
    subject = NumberSubject(names, lambda kept: 0.9 if names[0] in kept else 0.85, noise=noise.__getitem__, stops=True)
    plain = Candidate(fp32_modules=(), score=0.5, samples=9, seconds=1, accepted=False)
    stopped = Candidate(fp32_modules=(names[0],), score=None, bound=0.88, samples=4, seconds=1, accepted=False)
    known = (plain, stopped)
    assert chosen(search(subject, kind, known)) == [names[0]]
    assert subject.ran == [frozenset([names[0]])]
    subject.ran.clear()
    assert chosen(search(subject, strict, known)) != [names[0]]
    assert frozenset([names[0]]) not in subject.ran


def test_a_tolerance_out_of_reach_says_the_best_reached() -> None:
    names = named(8)
    subject = NumberSubject(names, lambda kept: 0.8 + 0.01 * len(kept), stops=True)
    with pytest.raises(ToleranceError) as caught:
        search(subject, Goal(FP32_SCORE, 0.0001))
    tried = len(subject.ran)
    assert f"No fallback of {tried} that were tried reaches 0.89991" in caught.value.message
    assert "with 0 modules in FP32, scores 0.8, and FP32 0.9" in caught.value.message, "the others were stopped early"
    assert caught.value.detail.splitlines()[0] == "0.8: 0 in FP32: none"
    assert any("stopped, 0.87 at best: 7 in FP32" in line for line in caught.value.detail.splitlines())
    assert caught.value.exit_code == 4


def test_a_last_module_that_was_ranked_too_low_is_not_the_end() -> None:
    names = named(6)
    subject = NumberSubject(names, lambda kept: 0.9 if names[-1] in kept else 0.8)
    assert names[-1] in chosen(search(subject, GOAL))


def test_one_module_leaves_nothing_to_keep() -> None:
    with pytest.raises(ToleranceError, match="with 0 modules in FP32"):
        search(NumberSubject(["only"], lambda _kept: 0.8), GOAL)


def test_a_score_that_is_no_number_fails_and_is_no_reason_to_stop() -> None:
    names = named(10)
    subject = NumberSubject(names, lambda kept: 0.9 if names[0] in kept else math.nan)
    found = search(subject, GOAL)
    assert chosen(found) == [names[0]]
    assert found.candidates[0].score is None
    assert found.candidates[0].fault == "the score is not a number"
    with pytest.raises(ToleranceError, match="none of them has a score"):
        search(NumberSubject(names, lambda _kept: math.nan), GOAL)


def test_modules_without_a_number_for_noise_come_first() -> None:
    names = named(20)
    noise = {name: None if index < 3 else 0.001 for index, name in enumerate(names)}
    subject = NumberSubject(names, lambda kept: 0.9 if kept.issuperset(names[:3]) else 0.5, noise=noise.__getitem__)
    assert chosen(search(subject, GOAL)) == names[:3]
    assert subject.ran[1] == frozenset(names[:3])


def test_lower_may_be_better() -> None:
    names = named(16)
    goal = Goal(baseline=12.0, tolerance=0.05, higher_is_better=False)
    assert goal.limit == pytest.approx(12.6)
    subject = NumberSubject(names, lambda kept: 12.0 + sum(1.0 for name in names[:4] if name not in kept))
    assert chosen(search(subject, goal)) == names[:4]


@pytest.mark.parametrize(
    ("goal", "limit"),
    [
        (Goal(0.9, 0.01), 0.891),
        (Goal(0.9, 0.01, absolute=True), 0.89),
        (Goal(-0.2, 0.1), -0.22),
        (Goal(0.0, 0.1), 0.0),
        (Goal(20.0, 0.01, higher_is_better=False), 20.2),
        (Goal(20.0, 0.5, absolute=True, higher_is_better=False), 20.5),
    ],
)
def test_the_limit_is_where_the_goal_ends(goal: Goal, limit: float) -> None:
    assert goal.limit == pytest.approx(limit)
    worse = -1 if goal.higher_is_better else 1
    assert goal.met(limit)
    assert goal.met(goal.baseline)
    assert not goal.met(limit + worse * 1e-9)
    assert not goal.met(None)
    assert not goal.met(math.nan)
    assert not goal.met(worse * math.inf)


@given(right=st.integers(0, 5000), samples=st.integers(1, 5000), tolerance=st.sampled_from([0.01, 0.001, 0.1, 0.05]))
def test_a_whole_number_of_samples_meets_the_goal_as_people_count(right: int, samples: int, tolerance: float) -> None:
    right = min(right, samples)
    goal = Goal(right / samples, tolerance)
    per_mille = round(tolerance * 1000)
    fewest = -(-right * (1000 - per_mille) // 1000)
    assert goal.met(fewest / samples)
    assert fewest == 0 or not goal.met((fewest - 1) / samples)
