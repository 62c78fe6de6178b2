"""Repositories of git and their clones, as the jobs of GitHub Actions find them."""

from __future__ import annotations

from pathlib import Path

from tests.review.repository import CardRepository


class Checkout(CardRepository):
    """A repository on GitHub, or a clone of one."""

    def change(self, **files: str) -> str:
        """A commit that changes these files, named by stem."""
        for name, text in files.items():
            self.write(f"{name}.txt", text)
        return self.commit()

    def open_pull_request(self, number: int, branch: str) -> None:
        """Keep a branch, and what merging it gives, as GitHub does for a pull request."""
        self.git("update-ref", f"refs/pull/{number}/head", branch)
        self.git("checkout", "--quiet", "--detach", "main")
        self.git("merge", "--quiet", "--no-edit", branch)
        self.git("update-ref", f"refs/pull/{number}/merge", "HEAD")
        self.git("checkout", "--quiet", "main")

    def checked_out(self, folder: Path, what: str, depth: int | None = 1) -> Checkout:
        """A clone as actions/checkout makes it: so many commits of one reference, or all of everything."""
        clone = Checkout.new(folder)
        clone.git("remote", "add", "origin", self.folder.as_uri())
        everything = ["+refs/heads/*:refs/remotes/origin/*", f"+{what}:refs/remotes/pull"]
        asked = [f"--depth={depth}", f"+{what}:refs/remotes/pull"] if depth else everything
        clone.git("fetch", "--quiet", "--no-tags", "origin", *asked)
        clone.git("checkout", "--quiet", "--detach", "refs/remotes/pull")
        return clone
