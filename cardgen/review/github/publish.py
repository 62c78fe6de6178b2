"""Hands a review to GitHub, as far as the job's token may."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from cardgen.errors import GithubError
from cardgen.masking import masked
from cardgen.retry import read_again
from cardgen.review.github.api import Api, ForbiddenError, LostError
from cardgen.review.github.comment import keep_comment
from cardgen.review.github.event import Job
from cardgen.review.github.report import SUMMARY_SIZE, Review
from cardgen.review.github.status import set_status

T = TypeVar("T")

_OF_A_FORK = "The token of this job may not comment, since the pull request comes from a fork"
_OF_NOBODY = "The token of this job may not comment; the workflow can grant it `pull-requests: write`"


def publish(job: Job, review: Review, *, author: str, say: Callable[[str], None]) -> str | None:
    """Write the comment, the status and the summary.

    The summary is written whatever becomes of the others.

    Args:
        job: where.
        review: what is said.
        author: who the token writes as.
        say: hears what could not be done, and what was lost on the way.

    Returns:
        The comment's address; ``None`` where there is none.

    Raises:
        GithubError: where GitHub does not take what the token may do.
    """
    address, forbidden, failures = None, False, []
    if job.token:
        api = Api(job.api_url, job.token)
        for send in (_comment, _status):
            try:
                address = send(api, job, review, author, say) or address
            except ForbiddenError as error:
                say(f"{error.message}: the review is in the job's summary")
                forbidden = forbidden or send is _comment
            except GithubError as error:
                failures.append(error)
    else:
        say("there is no token: the review is in the job's summary")
        forbidden = True
    why = _OF_A_FORK if job.event.fork else _OF_NOBODY
    _summarize(job, review, f"> {why}. The review is shown here alone.\n\n" if forbidden and job.event.number else "")
    if failures:
        raise failures[0]
    return address


def _comment(api: Api, job: Job, review: Review, author: str, say: Callable[[str], None]) -> str | None:
    number = job.event.number
    if number is None:
        return None
    body = review.text()
    return _asked_again(
        lambda: keep_comment(api, job.event.repository, number, body, author=author, wanted=review.says_something),
        say,
    )


def _status(api: Api, job: Job, review: Review, _author: str, say: Callable[[str], None]) -> None:
    event = job.event
    _asked_again(lambda: set_status(api, event.repository, event.head, review.state, review.line, job.run_url), say)


def _asked_again(ask: Callable[[], T], say: Callable[[str], None]) -> T:
    return read_again(ask, lost=LostError, say=lambda told: say(masked(told)))


def _summarize(job: Job, review: Review, head: str) -> None:
    if job.summary is None:
        return
    used = job.summary.stat().st_size if job.summary.exists() else 0
    text = f"{head}{review.text(max(SUMMARY_SIZE - used - len(head), 0))}"
    with job.summary.open("a", encoding="utf-8") as file:
        file.write(text)
