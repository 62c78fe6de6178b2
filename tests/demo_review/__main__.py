"""``make demo-review``: reviews a branch as the action does, and prints the comment. Nothing is sent anywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

from cardgen.review.github.event import Event
from cardgen.review.github.pages import CHANGES, write_pages
from cardgen.review.github.review import review_of
from tests.demo_review.branches import ROOT, write_branch, write_main

FOLDER = ROOT / "build" / "demo-review"
_ENVIRON = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A Person",
    "GIT_AUTHOR_EMAIL": "person@example.org",
    "GIT_COMMITTER_NAME": "A Person",
    "GIT_COMMITTER_EMAIL": "person@example.org",
    "GIT_AUTHOR_DATE": "2026-11-27T12:00:00Z",
    "GIT_COMMITTER_DATE": "2026-11-27T12:00:00Z",
}


def make_repository(folder: Path) -> Event:
    """A repository with ``main`` and, checked out, the branch that is to be merged."""

    def git(*arguments: str) -> str:
        run = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            env={**os.environ, **_ENVIRON},
            check=True,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        return run.stdout.strip()

    def commit(message: str) -> str:
        git("add", "--all")
        git("commit", "--quiet", "--message", message)
        return git("rev-parse", "HEAD")

    folder.mkdir(parents=True)
    git("init", "--quiet", "--initial-branch=main")
    write_main(folder)
    base = commit("Build the card")
    git("checkout", "--quiet", "-b", "tune")
    write_branch(folder)
    return Event("your-name/models", 1, base, "main", commit("Keep two more modules in FP32"), fork=False)


def main(folder: Path = FOLDER) -> None:
    """Make the repository anew, review it, and leave comment and page beside it."""
    shutil.rmtree(folder, ignore_errors=True)
    event = make_repository(folder / "repository")
    with chdir(folder / "repository"):
        reviewed = review_of(event, print)
        write_pages(reviewed, folder / "pages")
    comment = reviewed.review.text()
    (folder / "comment.md").write_text(comment, encoding="utf-8")
    sys.stdout.write(comment)
    sys.stderr.write(
        f"\nThis is the comment of a pull request that merges `tune` into `main` of {_shown(folder / 'repository')}.\n"
        "Its figures were measured by two builds of the demo. Nothing was sent anywhere.\n"
        f"The comment:  {_shown(folder / 'comment.md')}\nThe page:     {_shown(folder / 'pages' / CHANGES)}\n"
        f"The card:     {_shown(folder / 'pages' / 'index.html')}\n"
    )


def _shown(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


if __name__ == "__main__":
    main()
