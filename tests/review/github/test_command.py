"""What a job of GitHub Actions sees of `cardgen github`, from real repositories and a GitHub on loopback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.github_server import Fault, GithubServer
from tests.pages import Page
from tests.review.github.checkouts import Checkout

PULL = "refs/pull/7/merge"


@dataclass(frozen=True)
class Run:
    """What came of a step."""

    code: int
    log: str
    commands: tuple[str, ...]
    """The workflow commands that the runner obeys."""
    summary: str
    outputs: dict[str, str]
    folder: Path


@pytest.fixture
def origin(tmp_path: Path) -> Checkout:
    """A pull request that changes a licence and a score, after which the base went on."""
    made = Checkout.new(tmp_path / "origin")
    made.card("one")
    made.card("two")
    made.commit()
    made.git("checkout", "--quiet", "-b", "tune")
    made.card("one", {"onnx": 0.8}, metadata={"license": "mit", "language": ["en"]})
    made.commit()
    made.git("checkout", "--quiet", "main")
    made.card("two", title="Another title")
    made.commit()
    made.open_pull_request(7, "tune")
    return made


def review(
    checkout: Checkout, origin: Checkout, github: GithubServer, *, repository: str = "acme/models", **environ: str
) -> Run:
    """Run the step of a job in a checkout."""
    place = checkout.folder.parent
    payload: dict[str, Any] = {
        "pull_request": {
            "number": 7,
            "base": {"sha": origin.git("rev-parse", "main"), "ref": "main"},
            "head": {
                "sha": origin.git("rev-parse", "refs/pull/7/head"),
                "ref": "tune",
                "repo": {"full_name": repository},
            },
        }
    }
    (place / "event.json").write_text(json.dumps(payload), encoding="utf-8")
    (place / "summary.md").touch()
    run = subprocess.run(
        [sys.executable, "-m", "cardgen", "github"],
        cwd=checkout.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("GIT")},
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_EVENT_PATH": str(place / "event.json"),
            "GITHUB_REPOSITORY": "acme/models",
            "GITHUB_API_URL": github.url,
            "GITHUB_RUN_ID": "11",
            "GITHUB_STEP_SUMMARY": str(place / "summary.md"),
            "GITHUB_OUTPUT": str(place / "output.txt"),
            "GITHUB_TOKEN": github.token,
            **environ,
        },
    )
    assert github.token not in run.stdout
    output = place / "output.txt"
    outputs = dict(line.split("=", 1) for line in output.read_text().splitlines()) if output.exists() else {}
    summary = (place / "summary.md").read_text(encoding="utf-8")
    return Run(run.returncode, run.stdout, tuple(obeyed(run.stdout)), summary, outputs, checkout.folder)


def obeyed(log: str) -> list[str]:
    """The commands in a log that a runner obeys: those that stand where they are not stopped."""
    found, stopped = [], ""
    for line in (line.strip() for line in log.splitlines()):
        if stopped:
            stopped = "" if line == f"::{stopped}::" else stopped
        elif line.startswith("::stop-commands::"):
            stopped = line.removeprefix("::stop-commands::")
        elif line.startswith("::"):
            found.append(line)
    assert not stopped
    return found


@pytest.mark.parametrize("depth", [1, None])
def test_only_what_the_branch_changes_is_told(
    origin: Checkout, github: GithubServer, tmp_path: Path, depth: int | None
) -> None:
    run = review(origin.checked_out(tmp_path / "clone", PULL, depth), origin, github)
    (comment,) = github.comments
    assert run.code == 1
    assert "### 1 of 1 card changed" in comment["body"]
    assert "the licence is mit, not apache-2.0" in comment["body"]
    assert "Another title" not in comment["body"]
    assert "2 cards checked: they say what their evidence says." in comment["body"]
    assert run.summary == comment["body"].partition("\n")[2]
    assert run.outputs["comment"] == comment["html_url"]
    assert int(run.outputs["open"]) >= 1
    assert github.statuses[0]["state"] == "failure"
    assert github.statuses[0]["commit"] == origin.git("rev-parse", "refs/pull/7/head")
    (licence,) = [command for command in run.commands if "title=license-changed" in command]
    manifest = (run.folder / "manifests" / "one.yaml").read_text(encoding="utf-8").splitlines()
    place = re.match(r"::error file=manifests/one\.yaml,line=(\d+),", licence)
    assert place
    assert "license: mit" in manifest[int(place[1]) - 1]
    page = (run.folder / "build" / "review" / "changes.html").read_text(encoding="utf-8")
    assert Page(page, "h2").texts == ["one"]
    pages = run.folder / "build" / "review"
    assert [path.parent.name for path in sorted(pages.glob("cards/*/changes.html"))] == ["one"]
    assert [path.parent.name for path in sorted(pages.glob("cards/*/index.html"))] == ["one", "two"]


def test_a_second_push_brings_the_comment_up_to_date(origin: Checkout, github: GithubServer, tmp_path: Path) -> None:
    review(origin.checked_out(tmp_path / "first" / "clone", PULL), origin, github)
    origin.git("checkout", "--quiet", "tune")
    origin.card("one")
    origin.commit()
    origin.git("checkout", "--quiet", "main")
    origin.open_pull_request(7, "tune")
    run = review(origin.checked_out(tmp_path / "second" / "clone", PULL), origin, github)
    (comment,) = github.comments
    assert run.code == 0
    assert "changed: " not in comment["body"]
    assert [status["state"] for status in github.statuses] == ["failure", "success"]


def test_a_card_that_is_stale_fails(origin: Checkout, github: GithubServer, tmp_path: Path) -> None:
    origin.git("checkout", "--quiet", "tune")
    origin.write("cards/two/README.md", "Written by hand: @octocat\n::error::forged\n")
    origin.commit()
    origin.git("checkout", "--quiet", "main")
    origin.git("reset", "--quiet", "--hard", "main~1")
    origin.open_pull_request(7, "tune")
    run = review(origin.checked_out(tmp_path / "clone", PULL), origin, github)
    assert run.code == 1
    assert "#### Check" in github.comments[0]["body"]
    assert "fail the check" in github.statuses[0]["description"]


def test_a_fork(origin: Checkout, github: GithubServer, tmp_path: Path) -> None:
    github.may_write = False
    run = review(origin.checked_out(tmp_path / "clone", PULL), origin, github, repository="octocat/models")
    assert run.code == 1
    assert not github.comments
    assert run.summary.startswith("> The token of this job may not comment")
    assert "the licence is mit, not apache-2.0" in run.summary
    assert "403" in run.log
    assert run.outputs["comment"] == ""
    assert [command for command in run.commands if command.startswith("::error file=")]


def test_a_base_that_was_forced(origin: Checkout, github: GithubServer, tmp_path: Path) -> None:
    origin.git("checkout", "--quiet", "--orphan", "other")
    origin.commit("Begin anew")
    origin.git("branch", "--quiet", "--force", "main", "other")
    run = review(origin.checked_out(tmp_path / "clone", "refs/pull/7/head"), origin, github)
    assert "have no commit in common: compared as they are" in run.log
    assert "have no commit in common" in github.comments[0]["body"]


def test_manifests_that_cannot_be_read(origin: Checkout, github: GithubServer, tmp_path: Path) -> None:
    origin.git("checkout", "--quiet", "tune")
    origin.write("manifests/two.yaml", "repo_id: a/b\nbase_model: '::error::forged'\n::stop: [\n")
    origin.write("cards/one/evidence.json", '{"version": 999}\n')
    origin.commit()
    origin.git("checkout", "--quiet", "main")
    origin.git("reset", "--quiet", "--hard", "main~1")
    origin.open_pull_request(7, "tune")
    run = review(origin.checked_out(tmp_path / "clone", PULL), origin, github)
    body = github.comments[0]["body"]
    assert run.code == 3
    assert "#### Not compared" in body
    assert body.count("manifests/two.yaml") >= 1
    assert "2 of 2 cards fail the check" in github.statuses[0]["description"]
    assert not [command for command in run.commands if "forged" in command and not command.startswith("::error file=")]


def test_what_was_accepted_in_the_branch_may_be_merged(origin: Checkout, github: GithubServer, tmp_path: Path) -> None:
    origin.git("checkout", "--quiet", "tune")
    command = [sys.executable, "-m", "cardgen", "review", "accept", "--all", "--base", "main", "--reason", "We agreed."]
    subprocess.run(command, cwd=origin.folder, check=True, capture_output=True)
    origin.commit()
    origin.git("checkout", "--quiet", "main")
    origin.open_pull_request(7, "tune")
    run = review(origin.checked_out(tmp_path / "clone", PULL), origin, github)
    assert (run.code, run.outputs["open"]) == (0, "0")
    assert "the licence is mit, not apache-2.0 (" in github.comments[0]["body"]
    assert ", accepted)" in github.comments[0]["body"]
    assert github.statuses[0]["state"] == "success"


def test_a_decision_on_what_is_no_longer_there_is_a_note(
    origin: Checkout, github: GithubServer, tmp_path: Path
) -> None:
    origin.git("checkout", "--quiet", "tune")
    command = [sys.executable, "-m", "cardgen", "review", "accept", "--all", "--base", "main", "--reason", "We agreed."]
    subprocess.run(command, cwd=origin.folder, check=True, capture_output=True)
    origin.card("one", {"onnx": 0.8})
    origin.commit()
    origin.git("checkout", "--quiet", "main")
    origin.open_pull_request(7, "tune")
    review(origin.checked_out(tmp_path / "clone", PULL), origin, github)
    assert "is on a change that is not there any more: the licence is mit" in github.comments[0]["body"]


def test_decisions_that_cannot_be_read_are_told_in_the_comment(
    origin: Checkout, github: GithubServer, tmp_path: Path
) -> None:
    review(origin.checked_out(tmp_path / "first" / "clone", PULL), origin, github)
    origin.git("checkout", "--quiet", "tune")
    origin.write("reviews/one.yaml", "<<<<<<< ours\n- @octocat\n=======\n>>>>>>> theirs\n")
    origin.commit()
    origin.git("checkout", "--quiet", "main")
    origin.open_pull_request(7, "tune")
    run = review(origin.checked_out(tmp_path / "second" / "clone", PULL), origin, github)
    (comment,) = github.comments
    assert run.code == 3
    assert "### nothing could be compared\n\n- " in comment["body"]
    assert "reviews/one.yaml" in comment["body"]
    assert github.statuses[-1]["state"] == "failure"


def test_a_github_that_is_away(origin: Checkout, github: GithubServer, tmp_path: Path) -> None:
    github.faults.append(Fault("GET", "/comments", 502, times=99))
    run = review(origin.checked_out(tmp_path / "clone", PULL), origin, github)
    assert run.code == 6
    assert "asking again" in run.log
    assert "the licence is mit, not apache-2.0" in run.summary


def test_outside_a_job(origin: Checkout, github: GithubServer) -> None:
    run = review(origin, origin, github, GITHUB_EVENT_NAME="")
    assert run.code == 2
    assert "this is no job of GitHub Actions" in run.log
    assert not github.requests
