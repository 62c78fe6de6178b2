from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.errors import ComparisonError
from cardgen.review.github.event import Event
from cardgen.review.github.history import common_ancestor
from tests.review.github.checkouts import Checkout

PULL = "refs/pull/7/merge"


@pytest.fixture
def origin(tmp_path: Path) -> Checkout:
    """Two branches that parted after the third commit of ``main``."""
    made = Checkout.new(tmp_path / "origin")
    for number in range(3):
        made.change(main=str(number))
    made.git("checkout", "--quiet", "-b", "tune")
    for number in range(3):
        made.change(tune=str(number))
    made.git("checkout", "--quiet", "main")
    for number in range(3, 6):
        made.change(main=str(number))
    made.open_pull_request(7, "tune")
    return made


def event(origin: Checkout, *, fork: bool = False) -> Event:
    return Event("acme/models", 7, origin.git("rev-parse", "main"), "main", origin.git("rev-parse", "tune"), fork)


def found(checkout: Checkout, event: Event) -> tuple[str, list[str]]:
    told: list[str] = []
    return common_ancestor(checkout.folder, event, told.append), told


@pytest.mark.parametrize("depth", [1, 2, None])
def test_where_the_branches_parted(origin: Checkout, tmp_path: Path, depth: int | None) -> None:
    parted = origin.git("rev-parse", "main~3")
    assert found(origin.checked_out(tmp_path / "clone", PULL, depth), event(origin)) == (parted, [])


def test_a_branch_that_parted_long_ago(origin: Checkout, tmp_path: Path) -> None:
    for number in range(60):
        origin.change(main=f"again {number}")
    origin.open_pull_request(7, "tune")
    clone = origin.checked_out(tmp_path / "clone", PULL)
    assert found(clone, event(origin)) == (origin.git("merge-base", "main", "tune"), [])
    assert clone.git("rev-list", "--count", origin.git("rev-parse", "main")) == "66"


def test_the_branch_of_a_fork(origin: Checkout, tmp_path: Path) -> None:
    of_fork = event(origin, fork=True)
    origin.git("branch", "--quiet", "-D", "tune")
    clone = origin.checked_out(tmp_path / "clone", PULL)
    assert found(clone, of_fork) == (origin.git("rev-parse", "main~3"), [])


def test_a_base_that_was_forced_elsewhere_is_still_what_the_event_says(origin: Checkout, tmp_path: Path) -> None:
    before, parted = event(origin), origin.git("rev-parse", "main~3")
    origin.git("reset", "--quiet", "--hard", "main~4")
    origin.change(main="written anew")
    assert found(origin.checked_out(tmp_path / "clone", PULL), before) == (parted, [])


def test_a_base_that_is_gone_for_good(origin: Checkout, tmp_path: Path) -> None:
    before = event(origin)
    clone = origin.checked_out(tmp_path / "clone", "refs/pull/7/head")
    origin.git("reset", "--quiet", "--hard", "main~4")
    origin.change(main="written anew")
    for name in (PULL, "ORIG_HEAD"):
        origin.git("update-ref", "-d", name)
    origin.git("reflog", "expire", "--expire=now", "--all")
    origin.git("gc", "--quiet", "--prune=now")
    now = origin.git("rev-parse", "main")
    told = f"main was written anew: compared with where it is now, {now[:10]}"
    assert found(clone, before) == (origin.git("merge-base", "main", "tune"), [told])


def test_histories_that_have_nothing_in_common(origin: Checkout, tmp_path: Path) -> None:
    origin.git("checkout", "--quiet", "--orphan", "other")
    origin.change(other="of itself")
    origin.git("branch", "--quiet", "--force", "main", "other")
    clone = origin.checked_out(tmp_path / "clone", "refs/pull/7/head")
    base, told = found(clone, event(origin))
    assert base == origin.git("rev-parse", "main")
    assert told[0].endswith("have no commit in common: compared as they are")


def test_a_commit_that_nobody_has(origin: Checkout, tmp_path: Path) -> None:
    clone = origin.checked_out(tmp_path / "clone", PULL)
    lost = Event("acme/models", 7, origin.git("rev-parse", "main"), "main", "f" * 40, fork=False)
    with pytest.raises(ComparisonError, match="the commit ffffffffff cannot be fetched") as error:
        common_ancestor(clone.folder, lost, print)
    assert "fetch-depth: 0" in error.value.remedy


def test_a_base_that_nobody_has(origin: Checkout, tmp_path: Path) -> None:
    clone = origin.checked_out(tmp_path / "clone", PULL)
    lost = Event("acme/models", 7, "f" * 40, "gone", origin.git("rev-parse", "tune"), fork=False)
    with pytest.raises(ComparisonError, match="neither ffffffffff nor the branch gone can be fetched"):
        common_ancestor(clone.folder, lost, print)
