from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cardgen.errors import UsageError
from cardgen.review.github.event import Event, read_job

BASE, HEAD = "0" * 40, "1" * 40


def pull_request(**head: Any) -> dict[str, Any]:
    repository = {"full_name": "acme/models"}
    return {
        "action": "synchronize",
        "pull_request": {
            "number": 7,
            "base": {"sha": BASE, "ref": "main", "repo": repository},
            "head": {"sha": HEAD, "ref": "tune", "repo": repository, **head},
        },
    }


def environ(folder: Path, payload: object, name: str = "pull_request", **others: str) -> dict[str, str]:
    event = folder / "event.json"
    event.write_text(payload if isinstance(payload, str) else json.dumps(payload), encoding="utf-8")
    return {
        "GITHUB_EVENT_NAME": name,
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_REPOSITORY": "acme/models",
        "GITHUB_RUN_ID": "11",
        "GITHUB_TOKEN": "ghs_secret",
        **others,
    }


def test_a_pull_request(tmp_path: Path) -> None:
    job = read_job(environ(tmp_path, pull_request(), GITHUB_STEP_SUMMARY="summary.md"))
    assert job.event == Event("acme/models", 7, BASE, "main", HEAD, fork=False)
    assert (job.api_url, job.summary, job.output) == ("https://api.github.com", Path("summary.md"), None)
    assert job.run_url == "https://github.com/acme/models/actions/runs/11"
    assert "ghs_secret" not in repr(job)


@pytest.mark.parametrize("repository", [{"full_name": "octocat/models"}, None], ids=["fork", "gone"])
def test_a_fork(tmp_path: Path, repository: object) -> None:
    assert read_job(environ(tmp_path, pull_request(repo=repository))).event.fork


def test_a_merge_queue(tmp_path: Path) -> None:
    group = {"base_sha": BASE, "base_ref": "refs/heads/main", "head_sha": HEAD, "head_ref": "refs/heads/gh-readonly"}
    job = read_job(environ(tmp_path, {"merge_group": group}, "merge_group"))
    assert job.event == Event("acme/models", None, BASE, "main", HEAD, fork=False)


@pytest.mark.parametrize(
    ("payload", "name", "message"),
    [
        (pull_request(), "pull_request_target", "what a stranger sends"),
        ({"ref": "refs/heads/main", "before": BASE, "after": HEAD}, "push", "nothing that could be reviewed"),
        ("{", "pull_request", "cannot be read"),
        (pull_request(sha="main; rm"), "pull_request", "cannot be read"),
        (pull_request(sha="--upload-pack=x"), "pull_request", "cannot be read"),
        ([], "pull_request", "cannot be read"),
    ],
    ids=["target", "push", "json", "commit", "option", "list"],
)
def test_what_cannot_be_reviewed(tmp_path: Path, payload: object, name: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_job(environ(tmp_path, payload, name))


def test_outside_a_job() -> None:
    with pytest.raises(UsageError, match="no job of GitHub Actions"):
        read_job({"HOME": "/root"})


def test_an_event_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_job({**environ(tmp_path, {}), "GITHUB_EVENT_PATH": str(tmp_path / "gone.json")})
