"""Agreement, flips and divergence of two models' answers, beside independent computations."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, softmax
from scipy.stats import entropy, norm

from cardgen.evaluation.scoring import fidelity
from cardgen.evaluation.scoring.fidelity import (
    divergence,
    fidelity_of,
    sigmoid_divergences,
    softmax_divergences,
)
from cardgen.evaluation.scoring.statistics import wilson_interval
from cardgen.evaluation.task import TASKS, Outcomes, load_task, no_fidelity
from cardgen.evaluation.tasks import classification, generation, multi_label_classification, question_answering

LOGITS = st.floats(-30, 30, width=32)


@st.composite
def two_models(draw: st.DrawFn) -> tuple[Outcomes, Outcomes]:
    """Answers of two models to the same samples, each with its logits."""
    samples, labels = draw(st.integers(2, 12)), draw(st.integers(2, 5))
    expected = draw(st.lists(st.integers(0, labels - 1), min_size=samples, max_size=samples))
    rows = st.lists(
        st.lists(LOGITS, min_size=labels, max_size=labels).map(lambda row: np.array(row, np.float32)),
        min_size=samples,
        max_size=samples,
    )
    names = tuple(f"label {label}" for label in range(labels))
    models = []
    for _model in range(2):
        logits = draw(rows)
        models.append(Outcomes(expected, [int(row.argmax()) for row in logits], logits, names))
    return models[0], models[1]


@given(models=two_models())
@settings(deadline=None, max_examples=60)
def test_flips_are_the_difference_of_what_is_right(models: tuple[Outcomes, Outcomes]) -> None:
    variant, baseline = models
    found = classification.fidelity(variant, baseline)
    pairs = list(zip(variant.expected, variant.predicted, baseline.predicted, strict=True))
    right = [sum(expected == answer for expected, answer, _ in pairs), sum(e == other for e, _, other in pairs)]
    assert found.units == len(pairs)
    assert found.same.count == sum(answer == other for _, answer, other in pairs)
    assert found.lost is not None
    assert found.gained is not None
    assert found.gained.count - found.lost.count == right[0] - right[1]
    assert found.lost.count + found.gained.count <= found.units - found.same.count
    for share in (found.same, found.lost, found.gained):
        assert share.low <= share.count / found.units <= share.high
        assert share.interval == "wilson"
        assert (share.low, share.high) == pytest.approx(_wilson(share.count, found.units), abs=1e-12)


@given(models=two_models())
@settings(deadline=None, max_examples=60)
def test_divergence_is_that_of_scipy_and_of_labels_by_hand(models: tuple[Outcomes, Outcomes]) -> None:
    variant, baseline = models
    assert variant.logits is not None
    assert baseline.logits is not None
    one, other = (np.array(each.logits, np.float64) for each in (variant, baseline))
    found = softmax_divergences(variant.logits, baseline.logits)
    assert found == pytest.approx(entropy(softmax(other, -1), softmax(one, -1), axis=-1), rel=1e-6, abs=1e-9)
    assert (found >= 0).all()
    p, q = expit(other), expit(one)
    by_hand = [
        sum(entropy([a, 1 - a], [b, 1 - b]) for a, b in zip(*pair, strict=True)) for pair in zip(p, q, strict=True)
    ]
    sets = sigmoid_divergences(variant.logits, baseline.logits)
    assert sets == pytest.approx(by_hand, rel=1e-4, abs=1e-6)
    assert (sets >= 0).all()
    told = classification.fidelity(variant, baseline).divergence
    assert told is not None
    assert told.mean == pytest.approx(found.mean())
    assert told.low <= told.mean <= told.high
    assert told.median <= told.p99 <= told.largest
    assert (told.units, told.unknown, told.likeliest) == (len(found), 0, None)


@given(models=two_models())
@settings(deadline=None, max_examples=30)
def test_a_model_is_itself(models: tuple[Outcomes, Outcomes]) -> None:
    model, _other = models
    found = classification.fidelity(model, model)
    assert found.same.count == found.units
    assert found.lost is not None
    assert found.gained is not None
    assert (found.lost.count, found.gained.count) == (0, 0)
    assert found.divergence is not None
    assert found.divergence.mean == found.divergence.largest == 0


@given(models=two_models())
@settings(deadline=None, max_examples=30)
def test_either_way_round_flips_change_places(models: tuple[Outcomes, Outcomes]) -> None:
    there, back = classification.fidelity(*models), classification.fidelity(*reversed(models))
    assert (there.same, there.lost, there.gained) == (back.same, back.gained, back.lost)


def test_choices_of_different_numbers_are_told_together() -> None:
    """Multiple choice: a question has as many logits as it has answers."""
    variant = Outcomes([0, 2, 1], [0, 1, 1], [[2.0, 1.0], [0.0, 3.0, 1.0], [0.0, 1.0]])
    baseline = Outcomes([0, 2, 1], [0, 2, 0], [[2.0, 1.0], [0.0, 1.0, 3.0], [1.0, 0.0]])
    found = classification.fidelity(variant, baseline)
    assert (found.same.count, found.lost, found.gained) == (1, found.gained, found.lost)
    assert found.divergence is not None
    assert found.divergence.largest == pytest.approx(
        entropy(softmax([0.0, 1.0, 3.0]), softmax([0.0, 3.0, 1.0])), rel=1e-9
    )


def test_samples_are_looked_at_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    one, other = (list(rng.normal(size=(11, 6)).astype(np.float32)) for _ in range(2))
    at_once = softmax_divergences(one, other)
    monkeypatch.setattr(fidelity, "_CELLS", 4 * 6)
    assert softmax_divergences(one, other).tolist() == at_once.tolist()


def test_sets_of_labels_are_the_same_as_a_whole() -> None:
    names = ("a", "b", "c")
    variant = Outcomes([[0], [0, 1], [], [2]], [[0], [0], [], [1, 2]], [[1, -1, -1]] * 4, names)
    baseline = Outcomes([[0], [0, 1], [], [2]], [[0], [0, 1], [1], [1, 2]], [[1, -1, -1]] * 4, names)
    found = multi_label_classification.fidelity(variant, baseline)
    assert found.lost is not None
    assert found.gained is not None
    assert (found.same.count, found.lost.count, found.gained.count) == (2, 1, 1)
    assert found.divergence is not None
    assert found.divergence.mean == 0


def test_answers_in_words_are_right_by_the_rules_of_squad() -> None:
    expected = [["the Nile"], ["1912", "in 1912"], ["red"]]
    variant = Outcomes(expected, ["Nile", "1913", "red"])
    baseline = Outcomes(expected, ["the Nile", "1912", "red"])
    found = question_answering.fidelity(variant, baseline)
    assert found.lost is not None
    assert found.gained is not None
    assert (found.same.count, found.lost.count, found.gained.count) == (1, 1, 0)
    assert found.divergence is None


def test_of_texts_it_is_told_how_many_are_the_same() -> None:
    variant, baseline = Outcomes(["a", "b", "c"], ["x", "y", "z"]), Outcomes(["a", "b", "c"], ["x", "y", "Z"])
    found = generation.fidelity(variant, baseline)
    assert (found.same.count, found.units, found.lost, found.gained, found.divergence) == (2, 3, None, None, None)


def test_words_of_one_text_go_together() -> None:
    """Eight words of one text that all flip say less than eight of as many texts."""
    owners = np.repeat(np.arange(40), 10)
    clustered = owners < 8
    spread = np.arange(400) % 5 == 0
    right = np.ones(400, np.bool_)
    found = [
        fidelity_of(~flipped, (right & ~flipped, right), unit="word", owners=owners) for flipped in (clustered, spread)
    ]
    widths = []
    for each in found:
        assert each.lost is not None
        assert each.lost.count == 80
        assert each.lost.interval == "bootstrap"
        assert each.lost.low <= 0.2 <= each.lost.high
        widths.append(each.lost.high - each.lost.low)
    assert widths[0] > 3 * widths[1]


def test_no_flip_in_few_texts_is_not_sure() -> None:
    """Resampling texts of which none flipped would give an interval of no width."""
    owners = np.repeat(np.arange(12), 50)
    same = np.ones(600, np.bool_)
    found = fidelity_of(same, (same, same), unit="word", owners=owners)
    assert found.lost is not None
    assert found.lost.high == pytest.approx(wilson_interval(0, 12).high)
    assert found.same.low == pytest.approx(wilson_interval(12, 12).low)


@pytest.mark.parametrize(
    ("p", "q", "expected"),
    [
        ([0.0, -math.inf], [math.log(0.5), math.log(0.5)], math.log(2)),
        ([math.log(0.5), math.log(0.5)], [0.0, -math.inf], math.inf),
        ([0.0, -math.inf], [0.0, -math.inf], 0.0),
        ([math.nan, 0.0], [0.0, 0.0], math.inf),
    ],
)
def test_what_is_impossible(p: list[float], q: list[float], expected: float) -> None:
    assert divergence(np.array([p]), np.array([q])) == pytest.approx([expected])


def test_infinite_logits_are_left_out_and_counted() -> None:
    logits = [[1.0, 0.0], [math.inf, 0.0], [0.0, 1.0]]
    outcomes = Outcomes([0, 0, 1], [0, 0, 1], logits)
    found = classification.fidelity(outcomes, outcomes).divergence
    assert found is not None
    assert (found.mean, found.units, found.unknown) == (0, 2, 1)
    never = Outcomes([0, 0], [0, 0], [[math.inf, 0.0]] * 2)
    assert classification.fidelity(never, never).divergence is None


def _wilson(count: int, samples: int) -> tuple[float, float]:
    """Wilson's interval by its formula."""
    z, share = norm.ppf(0.975), count / samples
    middle = share + z**2 / (2 * samples)
    half = z * math.sqrt(share * (1 - share) / samples + z**2 / (4 * samples**2))
    return max(0.0, (middle - half) / (1 + z**2 / samples)), min(1.0, (middle + half) / (1 + z**2 / samples))


@pytest.mark.parametrize("name", TASKS)
def test_every_task_says_whether_answers_can_be_the_same(name: str) -> None:
    """An answer to one sample, given by the same model twice."""
    task = load_task(name)
    if name in ("text-regression", "sentence-similarity"):
        assert task.fidelity(Outcomes([0.5], [0.4]), Outcomes([0.5], [0.4])) is None
    else:
        assert task.fidelity.__module__.startswith("cardgen.evaluation.tasks.")
        assert task.fidelity is not no_fidelity
