"""Repositories of git and their clones, as the jobs of GitHub Actions find them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_ENVIRON = {
    **os.environ,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "A Person",
    "GIT_AUTHOR_EMAIL": "person@example.org",
    "GIT_AUTHOR_DATE": "2026-11-01T12:00:00Z",
    "GIT_COMMITTER_NAME": "A Person",
    "GIT_COMMITTER_EMAIL": "person@example.org",
    "GIT_COMMITTER_DATE": "2026-11-01T12:00:00Z",
}


class Checkout:
    """A folder that git is used in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def new(cls, folder: Path) -> Checkout:
        """A repository with the branch ``main`` and nothing in it."""
        folder.mkdir(parents=True)
        made = cls(folder)
        made.git("init", "--quiet", "--initial-branch=main")
        return made

    def git(self, *arguments: str) -> str:
        """What git prints."""
        command = ["git", "-C", str(self.folder), *arguments]
        return subprocess.run(command, env=_ENVIRON, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, **files: str) -> str:
        """A commit with these files, by stem."""
        for name, text in files.items():
            (self.folder / f"{name}.txt").write_text(text, encoding="utf-8")
        return self.commit_all("Change " + ", ".join(files))

    def commit_all(self, message: str) -> str:
        """A commit of all that there is."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def open_pull_request(self, number: int, branch: str) -> str:
        """Keep a branch, and what merging it gives, as GitHub does for a pull request; the commit of the latter."""
        self.git("update-ref", f"refs/pull/{number}/head", branch)
        self.git("checkout", "--quiet", "--detach", "main")
        self.git("merge", "--quiet", "--no-edit", branch)
        merged = self.git("rev-parse", "HEAD")
        self.git("update-ref", f"refs/pull/{number}/merge", merged)
        self.git("checkout", "--quiet", "main")
        return merged

    def checked_out(self, folder: Path, what: str, depth: int | None = 1) -> Checkout:
        """A clone as actions/checkout makes it: one commit of one reference, unless all are asked for."""
        clone = Checkout.new(folder)
        clone.git("remote", "add", "origin", self.folder.as_uri())
        everything = ["+refs/heads/*:refs/remotes/origin/*", f"+{what}:refs/remotes/pull"]
        asked = [f"--depth={depth}", f"+{what}:refs/remotes/pull"] if depth else everything
        clone.git("fetch", "--quiet", "--no-tags", "origin", *asked)
        clone.git("checkout", "--quiet", "--detach", "refs/remotes/pull")
        return clone
