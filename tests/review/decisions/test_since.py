from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cardgen.errors import DecisionsError, SettingsError, UsageError
from cardgen.review.decisions.decide import Decided, decide_on
from cardgen.review.decisions.listing import listing_as_text
from cardgen.review.decisions.since import CardReview, Review, review_since
from cardgen.review.diff.change import Change
from cardgen.review.state import State
from tests.review.repository import AUTHOR, CardRepository

WORDS = {"prose": {"notes": "prose/notes.md"}}


def card(review: Review, name: str = "one") -> CardReview:
    (found,) = [each for each in review.cards if each.comparison.name == name]
    return found


def waiting(review: Review) -> list[tuple[str, str]]:
    return [(each.comparison.name, change.rule) for each in review.cards for change in open_changes(each)]


def open_changes(of: CardReview) -> list[Change]:
    return [change for change in of.comparison.changes if of.is_open(change)]


def accept(*fingerprints: str, reason: str = "it is so") -> tuple[Decided, ...]:
    return decide_on(review_since("main"), fingerprints or None, "accepted", reason=reason)


@pytest.fixture
def changed(repository: CardRepository) -> CardRepository:
    """A branch on which the scores of a card are worse, and its licence is another."""
    repository.git("checkout", "--quiet", "-b", "change")
    repository.card("one", {"onnx": 0.5}, metadata={"license": "mit"}, **WORDS)
    repository.commit()
    return repository


def test_nothing_changed_is_nothing_to_review(repository: CardRepository) -> None:
    review = review_since("main")
    assert (review.cards, review.exit_code) == ((), 0)


def test_what_is_bad_enough_waits_until_it_is_accepted(changed: CardRepository) -> None:
    review = review_since("main")
    assert review.exit_code == 1
    waits = open_changes(card(review))
    assert {change.severity for change in waits} == {"breaking"}
    decided = accept(*(change.fingerprint for change in waits))
    assert [(each.name, len(each.changes), each.ended) for each in decided] == [("one", len(waits), True)]
    review = review_since("main")
    assert (waiting(review), review.exit_code) == ([], 0)
    assert all(card(review).verdict(change) == "accepted" for change in waits)
    assert all(review.verdict("one", change) == "accepted" for change in waits)
    assert {each.by for each in card(review).decisions.by_fingerprint.values()} == {AUTHOR}


def test_another_severity_may_be_what_fails(changed: CardRepository) -> None:
    accept()
    review = review_since("main")
    assert [review.failing_on(each).exit_code for each in ("breaking", "notable", "note", "never")] == [0, 1, 1, 0]
    mild = next(change for change in card(review).comparison.changes if change.severity == "notable")
    assert (review.is_open("one", mild), review.failing_on("notable").is_open("one", mild)) == (False, True)


def test_some_may_be_accepted_and_the_others_stay_open(changed: CardRepository) -> None:
    waits = open_changes(card(review_since("main")))
    (decided,) = accept(waits[0].fingerprint)
    assert not decided.ended
    review = review_since("main")
    assert open_changes(card(review)) == waits[1:]
    assert card(review).decisions.by_fingerprint[waits[0].fingerprint].reviewed is None


def test_what_is_rejected_fails_however_mild_it_is(changed: CardRepository) -> None:
    accept()
    mild = next(change for change in card(review_since("main")).comparison.changes if change.severity != "breaking")
    decide_on(review_since("main"), [mild.fingerprint], "rejected", reason="no")
    review = review_since("main")
    assert open_changes(card(review)) == [mild]
    assert review.exit_code == 1
    decide_on(review, [mild.fingerprint], "accepted", reason="yes, after all")
    assert review_since("main").exit_code == 0


def test_a_change_that_moves_is_another_one_and_open_again(changed: CardRepository) -> None:
    accept()
    changed.card("one", {"onnx": 0.4}, metadata={"license": "mit"}, **WORDS)
    review = review_since("main")
    assert review.exit_code == 1
    assert {change.place for change in open_changes(card(review))} <= {
        change.place for change in card(review).comparison.changes if "onnx" in change.place
    }
    assert len(card(review).outdated) > 0


def test_the_base_that_moves_opens_it_again(changed: CardRepository) -> None:
    accept()
    changed.commit()
    changed.git("checkout", "--quiet", "main")
    changed.card("one", {"onnx": 0.7}, **WORDS)
    changed.commit()
    changed.git("checkout", "--quiet", "change")
    changed.git("merge", "--quiet", "--strategy-option=ours", "--no-edit", "main")
    assert review_since("main").exit_code == 1


def test_decisions_that_were_there_before_are_no_outdated_ones(changed: CardRepository) -> None:
    accept()
    changed.commit()
    changed.git("branch", "--force", "main")
    changed.card("one", {"onnx": 0.51}, metadata={"license": "mit"}, **WORDS)
    assert card(review_since("main")).outdated == ()


def test_decisions_on_a_change_that_was_taken_back_are_noted(changed: CardRepository) -> None:
    accept()
    changed.git("checkout", "--quiet", "main", "--", "manifests", "cards")
    review = review_since("main")
    assert review.exit_code == 0
    assert len(card(review).outdated) > 0
    assert card(review).comparison.changes == ()


def test_a_fingerprint_may_be_shortened(changed: CardRepository) -> None:
    waits = open_changes(card(review_since("main")))
    accept(*(change.fingerprint[:6] for change in waits))
    assert review_since("main").exit_code == 0


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("12345", "`12345` is too short: 6 digits at the least"),
        ("nothing", "`nothing` is no fingerprint of a change"),
        ("000000000000", "there is no change `000000000000` since the base"),
        ("0000000000000", "there is no change `0000000000000` since the base"),
    ],
)
def test_a_fingerprint_of_nothing_is_told_and_nothing_written(changed: CardRepository, given: str, told: str) -> None:
    known = open_changes(card(review_since("main")))[0].fingerprint
    with pytest.raises(UsageError, match=told):
        accept(known, given)
    assert not (changed.folder / "reviews").exists()


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_decision_needs_a_reason(changed: CardRepository, reason: str) -> None:
    with pytest.raises(UsageError, match="needs a reason"):
        accept(reason=reason)


def test_what_nobody_sees_is_shown_in_a_file_of_decisions(changed: CardRepository) -> None:
    changed.card("one", None, title="A \u202e title", **WORDS)
    review = review_since("main")
    (title,) = [change for change in card(review).comparison.changes if change.rule == "title-changed"]
    accept(title.fingerprint, reason="so\x1b[31m it\nis, \u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645")
    (decision,) = card(review_since("main")).decisions.by_fingerprint.values()
    assert "A U+202E title" in decision.change
    assert decision.reason == "soU+001B[31m it is, \u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    assert "\u202e" not in (changed.folder / "reviews/one.yaml").read_text(encoding="utf-8")
    assert "A U+202E title" in listing_as_text(review.failing_on("note"))


def test_a_change_of_two_cards_is_decided_on_once(changed: CardRepository) -> None:
    changed.card("two", metadata={"license": "mit"})
    review = review_since("main")
    licences = [
        change for name in ("one", "two") for change in card(review, name).comparison.changes if "licen" in change.rule
    ]
    assert len({change.fingerprint for change in licences}) == 1
    assert [each.name for each in accept(licences[0].fingerprint)] == ["one", "two"]


def test_commits_are_reviewed_and_not_decided_on(changed: CardRepository) -> None:
    accept()
    assert review_since("main...change").exit_code == 1  # the decisions are not committed
    with pytest.raises(UsageError, match="working tree"):
        decide_on(review_since("main...change"), None, "accepted", reason="r")
    changed.commit()
    assert review_since("main...change").exit_code == 0


def test_what_cannot_be_compared_fails_over_what_is_open(changed: CardRepository) -> None:
    changed.write("cards/two/evidence.json", "{")
    review = review_since("main")
    assert review.exit_code == 3
    assert card(review, "two").comparison.error is not None
    (decided,) = accept()
    assert decided.name == "one"
    assert review_since("main").exit_code == 3


def test_faulty_decisions_are_told_of_all_cards_at_once(changed: CardRepository) -> None:
    changed.card("two", {"onnx": 0.5})
    for name in ("one", "two"):
        changed.write(f"reviews/{name}.yaml", "<<<<<<< HEAD\n")
    with pytest.raises(DecisionsError) as caught:
        review_since("main")
    assert [problem.file for problem in caught.value.problems] == ["reviews/one.yaml", "reviews/two.yaml"]


def test_faulty_decisions_of_the_base_do_not_hinder_their_mending(changed: CardRepository) -> None:
    changed.git("checkout", "--quiet", "main")
    changed.write("reviews/one.yaml", "<<<<<<< HEAD\n")
    changed.commit()
    changed.git("checkout", "--quiet", "-b", "mended")
    changed.write("reviews/one.yaml", "")
    assert review_since("main").exit_code == 0


def test_other_folders_of_that_name_are_none_of_ours(repository: CardRepository) -> None:
    repository.write("docs/reviews/book.yaml", "- stars: 5\n")
    assert review_since("main").cards == ()


def test_decisions_of_two_branches_merge(changed: CardRepository) -> None:
    every = sorted(change.fingerprint for change in card(review_since("main")).comparison.changes)
    first, *between, last = every
    accept(*between)
    changed.commit()
    for name, fingerprint in (("a", first), ("b", last)):
        changed.git("checkout", "--quiet", "-b", name, "change")
        accept(fingerprint, reason=name)
        changed.commit()
    changed.git("merge", "--quiet", "--no-edit", "a")
    assert sorted(card(review_since("main")).decisions.by_fingerprint) == every


def test_settings_of_the_base_hold_and_milder_ones_are_told(changed: CardRepository) -> None:
    changed.write("cardgen.toml", '[review]\nfail_on = "never"\nseverities.score-worse = "note"\n')
    review = review_since("main")
    assert review.exit_code == 1
    assert ("cardgen.toml", "settings-milder") in waiting(review)
    assert ("one", "license-changed") in waiting(review)
    (mild,) = {change.severity for change in card(review, "cardgen.toml").comparison.changes}
    assert mild == "breaking"
    accept()
    assert review_since("main").exit_code == 0
    assert (changed.folder / "reviews/cardgen.toml.yaml").is_file()
    changed.commit()
    changed.git("branch", "--force", "main")
    changed.card("one", {"onnx": 0.1}, **WORDS)
    assert review_since("main").exit_code == 0


def test_stricter_settings_are_told_and_hold_from_the_next_change_on(repository: CardRepository) -> None:
    repository.git("checkout", "--quiet", "-b", "change")
    repository.write("pyproject.toml", '[tool.cardgen.review]\nfail_on = "note"\n')
    repository.write("manifests/prose/notes.md", "Other words.\n")
    review = review_since("main")
    assert [(each.comparison.name, change.rule) for each in review.cards for change in each.comparison.changes] == [
        ("one", "prose-changed"),
        ("pyproject.toml", "settings-stricter"),
    ]
    assert review.exit_code == 0
    repository.write("manifests/prose/notes.md", "What there is to say.\n")
    repository.commit()
    repository.git("branch", "--force", "main")
    repository.write("manifests/prose/notes.md", "Other words.\n")
    assert review_since("main").exit_code == 1


def test_settings_that_move_into_another_file_are_the_same(repository: CardRepository) -> None:
    repository.write("pyproject.toml", '[tool.cardgen.review]\nfail_on = "note"\n')
    repository.commit()
    (repository.folder / "pyproject.toml").unlink()
    repository.write("cardgen.toml", '[review]\nfail_on = "note"\n')
    assert review_since("HEAD").cards == ()


def test_settings_that_are_faulty_now_are_told(changed: CardRepository) -> None:
    changed.write("cardgen.toml", "[review]\nfailon = 1\n")
    with pytest.raises(SettingsError, match="did you mean `fail_on`"):
        review_since("main")


def test_settings_that_were_faulty_cannot_be_compared_and_the_defaults_hold(changed: CardRepository) -> None:
    changed.git("checkout", "--quiet", "main")
    changed.write("cardgen.toml", "[review]\nfailon = 1\n")
    changed.commit()
    changed.git("checkout", "--quiet", "-b", "mended")
    changed.write("cardgen.toml", "")
    changed.card("one", {"onnx": 0.5}, **WORDS)
    review = review_since("main")
    assert review.exit_code == 3
    assert "failon" in str(card(review, "cardgen.toml").comparison.error)
    assert waiting(review)


def test_cards_of_the_same_name_are_told_apart(changed: CardRepository) -> None:
    changed.write("inner/cardgen.toml", "")
    path = changed.write("inner/manifests/one.yaml", (changed.folder / "manifests/two.yaml").read_text())
    changed.build(path)
    names = [each.comparison.name for each in review_since("main").cards]
    assert sorted(names) == ["inner/one", "one"]
    accept()
    assert (changed.folder / "reviews/one.yaml").is_file()
    assert not (changed.folder / "inner/reviews").exists()  # a new card is a note


def test_a_card_that_is_gone_can_be_accepted(repository: CardRepository) -> None:
    (repository.folder / "manifests/two.yaml").unlink()
    review = review_since("HEAD")
    assert [rule for _name, rule in waiting(review)] == ["card-gone"]
    decide_on(review, None, "accepted", reason="nobody uses it")
    assert review_since("HEAD").exit_code == 0
    assert "reviewed:" not in (repository.folder / "reviews/two.yaml").read_text()


def test_a_card_that_is_removed_while_its_manifest_stays_is_told(repository: CardRepository) -> None:
    shutil.rmtree(repository.folder / "cards/two")
    assert ("two", "card-unbuilt") in waiting(review_since("HEAD"))


def test_a_state_is_known_by_what_was_reviewed(changed: CardRepository) -> None:
    accept()
    state = card(review_since("main")).state
    assert isinstance(state, State)
    ended = card(review_since("main")).decisions.by_fingerprint.values()
    assert {tuple((each.reviewed or {}).items()) for each in ended} == {tuple(state.sha256.items())}
    assert Path("reviews/one.yaml").read_text().count("reviewed:") == len(ended)
