"""What a job of GitHub Actions is about: the environment and the event that GitHub gives it.

Source: GitHub's documentation, "Variables reference" and "Webhook events and payloads".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError

from cardgen.errors import UsageError
from cardgen.reading import CONFIG_BYTES, read_bytes

_Commit = Annotated[str, Field(pattern=r"^[0-9a-f]{40,64}$")]


class _Repository(BaseModel):
    full_name: str


class _End(BaseModel):
    sha: _Commit
    ref: str
    repo: _Repository | None = None
    """``None`` where the fork is gone."""


class _PullRequest(BaseModel):
    number: int
    base: _End
    head: _End


class _MergeGroup(BaseModel):
    base_sha: _Commit
    base_ref: str
    head_sha: _Commit


class _Payload(BaseModel):
    pull_request: _PullRequest | None = None
    merge_group: _MergeGroup | None = None


@dataclass(frozen=True)
class Event:
    """What is reviewed."""

    repository: str
    """``owner/name``, that of the base."""
    number: int | None
    """Of the pull request; ``None`` in a merge queue, which has no comments."""
    base: str
    """The commit that the base branch was at."""
    base_branch: str
    head: str
    """The last commit of what is to be merged."""
    fork: bool
    """Whether it comes from another repository, so that the job's token may only read."""


@dataclass(frozen=True)
class Job:
    """Where a job runs, and what it is given."""

    event: Event
    api_url: str
    run_url: str
    """The page of this run."""
    summary: Path | None
    """What is appended to this file is shown on that page."""
    output: Path | None
    """Lines ``name=value`` in this file are outputs of the step."""
    token: str = field(repr=False)
    """Empty where there is none."""


def read_job(environ: Mapping[str, str]) -> Job:
    """What the environment variables say.

    Raises:
        UsageError: outside a job, or in one of another kind of event.
    """
    repository = environ.get("GITHUB_REPOSITORY", "")
    server = environ.get("GITHUB_SERVER_URL", "https://github.com")
    return Job(
        event=_read_event(environ, repository),
        api_url=environ.get("GITHUB_API_URL", "https://api.github.com"),
        run_url=f"{server}/{repository}/actions/runs/{environ.get('GITHUB_RUN_ID', '')}",
        summary=_path(environ.get("GITHUB_STEP_SUMMARY")),
        output=_path(environ.get("GITHUB_OUTPUT")),
        token=environ.get("GITHUB_TOKEN", ""),
    )


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


def _read_event(environ: Mapping[str, str], repository: str) -> Event:
    name, path = environ.get("GITHUB_EVENT_NAME"), environ.get("GITHUB_EVENT_PATH")
    if not name or not path or not repository:
        remedy = "On your own machine, use `cardgen check` and `cardgen diff --base main`."
        raise UsageError("this is no job of GitHub Actions: it sets GITHUB_EVENT_PATH and the like", remedy=remedy)
    if name == "pull_request_target":
        message = "pull_request_target gives what a stranger sends a token that may write, so that it is not used here"
        raise UsageError(message, remedy="Run on `pull_request`; for forks the review is in the job's summary.")
    try:
        payload = _Payload.model_validate_json(read_bytes(Path(path), CONFIG_BYTES))
    except (OSError, ValidationError) as error:
        raise UsageError(f"the event that GITHUB_EVENT_PATH names cannot be read: {error}") from error
    if payload.pull_request is not None:
        pull = payload.pull_request
        fork = pull.head.repo is None or pull.head.repo.full_name.lower() != repository.lower()
        return Event(repository, pull.number, pull.base.sha, pull.base.ref, pull.head.sha, fork)
    if payload.merge_group is not None:
        group = payload.merge_group
        branch = group.base_ref.removeprefix("refs/heads/")
        return Event(repository, None, group.base_sha, branch, group.head_sha, fork=False)
    raise UsageError(f"the event {name} changes nothing that could be reviewed", remedy="Run on `pull_request`.")
