from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cardgen.errors import GithubError
from cardgen.retry import ATTEMPTS
from cardgen.review.diff.change import Comparison
from cardgen.review.github.comment import ACTIONS_BOT, MARKER
from cardgen.review.github.event import Event, Job
from cardgen.review.github.publish import publish
from cardgen.review.github.report import SUMMARY_SIZE, CardCheck, Review
from tests.github_server import Fault, GithubServer
from tests.review.diff.formats.comparisons import HOSTILE, change, many

HEAD = "1" * 40
BASE = "0" * 40
CHANGED = Review((Comparison("a", "main", "here", (change(1, "breaking"),)),), (), BASE)
CALM = replace(CHANGED, comparisons=(Comparison("a", "main", "here", ()),))


@pytest.fixture
def job(github: GithubServer, tmp_path: Path) -> Job:
    event = Event("acme/models", 7, BASE, "main", HEAD, fork=False)
    return Job(
        event, github.url, "https://github.com/acme/models/actions/runs/1", tmp_path / "s.md", None, github.token
    )


def run(job: Job, review: Review, author: str = ACTIONS_BOT) -> tuple[str | None, list[str]]:
    """The comment's address, and what was said."""
    told: list[str] = []
    return publish(job, review, author=author, say=told.append), told


def summary(job: Job) -> str:
    assert job.summary is not None
    return job.summary.read_text(encoding="utf-8")


def test_one_comment_is_made_and_kept_up_to_date(github: GithubServer, job: Job) -> None:
    address, told = run(job, CHANGED)
    (comment,) = github.comments
    assert (address, told) == (comment["html_url"], [])
    assert comment["body"].startswith(f"{MARKER}\n### 1 of 1 card changed: 1 breaking")
    assert run(job, CALM)[0] == address
    assert [each["body"] for each in github.comments] == [f"{MARKER}\n### nothing changed in 1 card\n"]
    assert len(github.sent("POST")) == 1 + 2  # and a status each
    run(job, CALM)
    assert len(github.sent("PATCH")) == 1


def test_nothing_to_say_makes_no_comment(github: GithubServer, job: Job) -> None:
    assert run(job, CALM)[0] is None
    assert not github.comments
    assert github.statuses[0]["state"] == "success"


def test_ours_is_found_among_pages_of_others(github: GithubServer, job: Job) -> None:
    for number in range(150):
        github.write_comment(f"{number}", "somebody")
    ours = github.write_comment(f"{MARKER}\nold", ACTIONS_BOT)
    for number in range(150):
        github.write_comment(f"{number}", ACTIONS_BOT)
    run(job, CHANGED)
    assert len(github.comments) == 301
    assert "1 breaking" in ours["body"]


def test_what_others_wrote_stays_whatever_it_begins_with(github: GithubServer, job: Job) -> None:
    forged = github.write_comment(f"{MARKER}\nforged", "octocat")
    quoted = github.write_comment(f"> {MARKER}\nquoted", ACTIONS_BOT)
    gone = github.write_comment(f"{MARKER}\nof an account that is gone", "ghost")
    gone["user"] = None
    run(job, CHANGED)
    assert [each["body"].splitlines()[-1] for each in (forged, quoted, gone)] == [
        "forged",
        "quoted",
        "of an account that is gone",
    ]
    assert len(github.comments) == 4


def test_of_two_that_ran_at_once_one_comment_stays(github: GithubServer, job: Job) -> None:
    first, _second = (github.write_comment(f"{MARKER}\nold", ACTIONS_BOT) for _each in range(2))
    run(job, CHANGED)
    assert github.comments == [first]


def test_another_token_writes_as_another_author(github: GithubServer, job: Job) -> None:
    github.login = "review-bot"
    run(job, CHANGED, "review-bot")
    run(job, CALM, "review-bot")
    assert len(github.comments) == 1


def test_the_commit_is_marked(github: GithubServer, job: Job) -> None:
    run(job, CHANGED)
    (status,) = github.statuses
    assert status == {
        "commit": HEAD,
        "state": "failure",
        "context": "cardgen review",
        "description": "1 open; 1 of 1 card changed: 1 breaking",
        "target_url": job.run_url,
    }
    run(job, replace(CHANGED, decided=lambda *_each: "accepted"))
    run(job, replace(CALM, checks=(CardCheck("a", ("it is stale",)), CardCheck("b", ()))))
    assert [each["state"] for each in github.statuses[1:]] == ["success", "failure"]
    assert github.statuses[-1]["description"].startswith("1 of 2 cards fail the check")


def test_a_forks_token_leaves_the_review_in_the_summary(github: GithubServer, job: Job) -> None:
    github.may_write = False
    address, told = run(replace(job, event=replace(job.event, fork=True)), CHANGED)
    assert (address, github.comments, github.statuses) == (None, [], [])
    assert len([line for line in told if "Resource not accessible" in line]) == 2
    assert summary(job).startswith("> The token of this job may not comment, since the pull request comes from a fork.")
    assert "1 of 1 card changed: 1 breaking" in summary(job)


def test_without_a_token_nothing_is_asked(github: GithubServer, job: Job) -> None:
    _address, told = run(replace(job, token=""), CHANGED)
    assert told == ["there is no token: the review is in the job's summary"]
    assert not github.requests
    assert summary(job).startswith("> The token of this job may not comment; the workflow can grant it")


def test_a_merge_queue_has_a_status_and_no_comment(github: GithubServer, job: Job) -> None:
    run(replace(job, event=replace(job.event, number=None)), CHANGED)
    assert [request.path for request in github.requests] == [f"/repos/acme/models/statuses/{HEAD}"]
    assert summary(job).startswith("### 1 of 1 card changed")


@pytest.mark.parametrize(
    "fault",
    [
        Fault("POST", "/comments"),
        Fault("POST", "/comments", 502),
        Fault("POST", "/comments", 502, done=True),
        Fault("POST", "/comments", done=True),
        Fault("POST", "/comments", 429, headers={"Retry-After": "0"}),
        Fault("GET", "/comments", 500),
        Fault("POST", "/statuses", 503),
    ],
    ids=["closed", "502", "502-done", "closed-done", "limit", "list", "status"],
)
def test_what_is_lost_is_asked_again_and_makes_no_second_comment(github: GithubServer, job: Job, fault: Fault) -> None:
    github.faults.append(fault)
    address, told = run(job, CHANGED)
    assert [comment["html_url"] for comment in github.comments] == [address]
    assert len(github.statuses) == 1
    assert len(told) == 1
    assert f"asking again (2 of {ATTEMPTS})" in told[0]


def test_what_never_comes_fails_and_the_summary_holds_it(github: GithubServer, job: Job) -> None:
    github.faults.append(Fault("GET", "/comments", 500, times=99))
    told: list[str] = []
    with pytest.raises(GithubError, match="500"):
        publish(job, CHANGED, author=ACTIONS_BOT, say=told.append)
    assert len(told) == ATTEMPTS - 1
    assert len(github.statuses) == 1
    assert "1 breaking" in summary(job)
    assert github.token not in " ".join(told)


def test_the_summary_is_added_to_and_kept_under_its_limit(github: GithubServer, job: Job) -> None:
    assert job.summary is not None
    job.summary.write_text("x" * 900_000, encoding="utf-8")
    run(job, replace(CHANGED, comparisons=tuple(many(1000, 20))))
    text = summary(job)
    assert text.startswith("xxx")
    assert 950_000 < len(text.encode()) <= SUMMARY_SIZE
    assert "did not fit here" in text


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_card_says_is_taken(github: GithubServer, job: Job, text: str) -> None:
    comparisons = (Comparison(text, "main", "here", (change(1, "breaking", text),), text),)
    checks = tuple(CardCheck(text, (text * 50,)) for _each in range(100))
    run(job, replace(CHANGED, comparisons=comparisons, checks=checks, notes=(text,)))
    assert len(github.comments) == 1


def test_the_largest_comment_is_taken(github: GithubServer, job: Job) -> None:
    checks = tuple(CardCheck(f"card-{number}", ("ü|" * 400,)) for number in range(1000))
    run(job, replace(CHANGED, comparisons=tuple(many(1000, 7, "<𝒳> " * 300)), checks=checks))
    assert "more, which `cardgen check` tells" in github.comments[0]["body"]
