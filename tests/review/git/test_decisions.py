"""Decisions of two branches, merged by git with the driver."""

from __future__ import annotations

import pytest

from cardgen.errors import DecisionsError
from cardgen.review.decisions.decision import Decision, Verdict
from cardgen.review.decisions.file import read_decisions, write_decisions
from cardgen.review.sides.files import Disk
from tests.review.git.test_merge import Change, branches, git
from tests.review.git.test_merge import repository as repository  # noqa: PLC0414 - a fixture
from tests.review.repository import CardRepository

FILE = "reviews/one.yaml"


def decided(verdict: Verdict, *fingerprints: str) -> Change:
    """That these were decided on, beside what was decided before."""

    def change(repository: CardRepository) -> None:
        path = repository.folder / FILE
        made = {
            fingerprint: Decision(fingerprint, verdict, "score-worse", "variants.x.f1", "worse", "noise", "A <a@b>")
            for fingerprint in fingerprints
        }
        write_decisions(path, {**read_decisions(Disk(), path).by_fingerprint, **made}.values())

    return change


def test_both_made_the_file_and_decided_on_neighbours(repository: CardRepository) -> None:
    branches(repository, decided("accepted", "a" * 12, "c" * 12), decided("rejected", "b" * 12))
    run = git(repository, "merge", "--no-edit", "theirs")
    assert run.returncode == 0, run.stdout + run.stderr
    found = read_decisions(Disk(), repository.folder / FILE).by_fingerprint
    assert [(key, each.verdict) for key, each in found.items()] == [
        ("a" * 12, "accepted"),
        ("b" * 12, "rejected"),
        ("c" * 12, "accepted"),
    ]


def test_a_change_decided_both_ways_is_in_conflict(repository: CardRepository) -> None:
    branches(repository, decided("accepted", "a" * 12, "b" * 12), decided("rejected", "b" * 12))
    run = git(repository, "merge", "--no-edit", "theirs")
    assert run.returncode == 1
    assert f"reviews/one.yaml: both sides decided on {'b' * 12}, each otherwise." in run.stdout + run.stderr
    with pytest.raises(DecisionsError, match="is a line that git left there"):
        read_decisions(Disk(), repository.folder / FILE)


def test_what_is_only_called_so_is_merged_as_text(repository: CardRepository) -> None:
    path = "docs/reviews/book.yaml"
    repository.write(path, "stars: 5\n\nby: me\n\nof: it\n")
    repository.commit()
    branches(
        repository,
        lambda made: made.write(path, "stars: 4\n\nby: me\n\nof: it\n"),
        lambda made: made.write(path, "stars: 5\n\nby: me\n\nof: that\n"),
    )
    assert git(repository, "merge", "--no-edit", "theirs").returncode == 0
    assert (repository.folder / path).read_text() == "stars: 4\n\nby: me\n\nof: that\n"
