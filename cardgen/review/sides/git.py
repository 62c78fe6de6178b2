"""git, asked so that it only reads: it starts no program that a repository names, fetches nothing, writes nothing."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cardgen.errors import ComparisonError, shown

_COMMAND = (
    "git",
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",
    "-c",
    "core.fsmonitor=false",  # else the program that a repository's configuration names would be started
    "-c",
    "user.useConfigOnly=true",  # else git makes a name and an address up, from those of the machine
)
_ENVIRON = {
    "LC_ALL": "C",  # messages are looked into
    "GIT_ALLOW_PROTOCOL": "",  # a partial clone would fetch what it lacks
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",  # the index is not refreshed
    "GIT_TERMINAL_PROMPT": "0",
}
_MAIN = ("main", "master")
_SHALLOW = "Fetch the rest: `git fetch --unshallow`, or `fetch-depth: 0` for actions/checkout."


def environ() -> dict[str, str]:
    """The environment variables of a git that only reads."""
    return {**os.environ, **_ENVIRON}


def command(folder: Path, *arguments: str) -> list[str]:
    """The command line of a git that only reads."""
    return [*_COMMAND, "-C", str(folder), *arguments]


@dataclass(frozen=True)
class Repository:
    """A repository of git, as a folder in it is used to ask."""

    folder: Path
    """Where git is started."""
    top: Path
    """What paths in commits start from: the folder of the working tree, or the repository itself where it is bare."""
    bare: bool
    shallow: bool

    @classmethod
    def around(cls, folder: Path) -> Repository:
        """The repository that a folder is in.

        Raises:
            ComparisonError: where it is in none, or there is no git.
        """
        asked = ("rev-parse", "--is-bare-repository", "--is-shallow-repository", "--absolute-git-dir")
        run = _run(folder, *asked)
        if run.returncode:
            raise _not_usable(folder, _said(run))
        bare, shallow, git = run.stdout.decode(errors="surrogateescape").splitlines()
        if bare == "true":
            return cls(folder, Path(git), bare=True, shallow=shallow == "true")
        run = _run(folder, "rev-parse", "--show-toplevel")
        if run.returncode:  # inside .git
            raise _not_usable(folder, _said(run))
        top = run.stdout.decode(errors="surrogateescape").removesuffix("\n")
        return cls(folder, Path(top), bare=False, shallow=shallow == "true")

    def path_of(self, path: Path) -> str:
        """A path of the disk as it is written in commits; it begins with ``../`` where it is outside."""
        within = os.path.relpath(path.absolute(), self.top)
        if within.startswith(".."):  # git names the top without links, by which the path may lead there
            within = os.path.relpath(path.absolute().parent.resolve() / path.name, self.top)
        return within.replace(os.sep, "/")

    def commit(self, revision: str) -> str:
        """The commit that a revision names, as hex digits.

        Raises:
            ComparisonError: where git does not know it.
        """
        if not revision or revision.startswith("-") or not revision.isprintable():
            raise ComparisonError(f"{revision!r} is no revision of git", remedy="Name a branch, a tag or a commit.")
        run = self.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", check=False)
        if run.returncode == 0:
            return run.stdout.decode().strip()
        if not self.run("rev-list", "--all", "--max-count=1").stdout:
            remedy = "Commit what there is, so that there is something to compare with."
            raise ComparisonError(f"the repository {shown(self.top)} has no commit yet", remedy=remedy)
        named = "A branch of the remote is named origin/NAME."
        if self.shallow:
            message = f"git does not know the revision {revision}: this is a shallow clone, which lacks most commits"
            raise ComparisonError(message, remedy=f"{_SHALLOW} {named}")
        message, remedy = f"git does not know the revision {revision}", "`git branch --all` tells what there is."
        raise ComparisonError(message, remedy=f"{remedy} {named}")

    def main_branch(self) -> str:
        """What work is compared with where nobody says: the remote's main branch, else the one here, else HEAD.

        Raises:
            ComparisonError: where this clone knows one branch of the remote and works on that, so that it would be
                compared with itself.
        """
        run = self.run("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD", check=False)
        named = run.stdout.decode(errors="replace").strip()
        for name in (*([named] if named else []), "origin/main", "origin/master", "main", "master"):
            known = self.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}", check=False)
            if known.returncode == 0:
                self._refuse_itself(name)
                return name
        return "HEAD"

    def _refuse_itself(self, base: str) -> None:
        head = self.run("symbolic-ref", "--quiet", "--short", "HEAD", check=False)
        here = head.stdout.decode(errors="replace").strip()
        if base != f"origin/{here}" or here in _MAIN:
            return
        fetched = self.run("config", "--get-all", "remote.origin.fetch", check=False).stdout
        if fetched and b"*" not in fetched:
            raise ComparisonError(
                f"this clone knows no other branch of the remote than {here}, on which it is",
                remedy="Fetch what it is to be compared with, such as `git fetch origin main:main`; --base names it.",
            )

    def merge_base(self, one: str, other: str) -> str:
        """The best common ancestor of two commits; of several that are as good, the one that git takes.

        Raises:
            ComparisonError: where they have none, as far as this clone knows.
        """
        run = self.run("merge-base", one, other, check=False)
        if run.returncode == 0:
            return run.stdout.decode().strip()
        short = f"{one[:10]} and {other[:10]}"
        if self.shallow:
            raise ComparisonError(f"a shallow clone does not tell where {short} parted", remedy=_SHALLOW)
        remedy = f"Compare the two as they are: `{one[:10]}..{other[:10]}`."
        raise ComparisonError(f"{short} have no common ancestor", remedy=remedy)

    def listing(self, commit: str) -> Iterator[tuple[str, str]]:
        """Path, from the top, and git's hash of the content, of all files of a commit, links among them."""
        for told in self._paths("ls-tree", "-r", "-z", "--full-tree", commit):
            what, _, path = told.partition("\t")
            _mode, kind, content = what.split(" ")
            if kind == "blob":
                yield path, content

    def listing_here(self) -> Iterator[str]:
        """Paths of all files of the working tree that git knows, or would take; some of them may be gone."""
        return self._paths("ls-files", "-z", "--cached", "--others", "--exclude-standard")

    def changed(self, old: str, new: str) -> Iterator[str]:
        """Paths that are not the same in two commits."""
        return self._paths("diff-tree", "-r", "-z", "--name-only", "--no-renames", old, new)

    def renamed(self, old: str, new: str | None) -> dict[str, str]:
        """What git takes for renamed: paths before to paths after. Without ``new``, in its index.

        Of the working tree itself it is not asked: to compare files there, it would start the filters that a
        repository names.
        """
        which = ("diff-tree", "-r", old, new) if new else ("diff-index", "--cached", old)
        options = ("-z", "--raw", "-M", "--diff-filter=R", "--no-ext-diff", "--no-textconv")
        told = list(self._paths(which[0], *options, *which[1:]))
        return {before: after for _status, before, after in zip(told[::3], told[1::3], told[2::3], strict=True)}

    def submodule_of(self, commit: str, path: str) -> str | None:
        """The submodule that a path of a commit lies in."""
        parts = path.split("/")
        around = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
        for told in self._paths("ls-tree", "-z", "--full-tree", commit, "--", *around):
            mode, _, rest = told.partition(" ")
            if mode == "160000":
                return rest.partition("\t")[2]
        return None

    def identity(self) -> str:
        """Name and address that git would write into a commit: ``A Person <person@example.org>``.

        Raises:
            ComparisonError: where git is told none.
        """
        run = self.run("var", "GIT_AUTHOR_IDENT", check=False)
        if run.returncode:
            remedy = "Tell it with `git config user.name` and `git config user.email`."
            raise ComparisonError("git does not know who you are", remedy=remedy)
        return run.stdout.decode(errors="replace").rpartition(">")[0] + ">"

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        """Ask git something.

        Raises:
            ComparisonError: where it fails, and ``check`` is set.
        """
        run = _run(self.top if not self.bare else self.folder, *arguments)
        if check and run.returncode:
            said = _said(run)
            remedy = "`git fsck` tells what is wrong with the repository."
            if "promisor" in said or "not allowed" in said:
                remedy = "This clone is partial. Fetch the rest: `git fetch --refetch --no-filter`."
            raise ComparisonError(f"git {arguments[0]} failed: {said}", remedy=remedy)
        return run

    def _paths(self, *arguments: str) -> Iterator[str]:
        content = self.run(*arguments).stdout.decode(errors="surrogateescape")
        return (path for path in content.split("\0") if path)


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            command(folder, *arguments), stdin=subprocess.DEVNULL, capture_output=True, check=False, env=environ()
        )
    except FileNotFoundError as error:
        raise ComparisonError("there is no git on the PATH", remedy="Install git.") from error


def _said(run: subprocess.CompletedProcess[bytes]) -> str:
    lines = run.stderr.decode(errors="replace").strip().splitlines()
    return (lines[0] if lines else f"it ended with {run.returncode}").removeprefix("fatal: ")


def _not_usable(folder: Path, said: str) -> ComparisonError:
    if "dubious ownership" in said:
        return ComparisonError(
            f"git does not use the repository around {shown(folder)}, which is another user's",
            remedy="Where you trust it: `git config --global --add safe.directory FOLDER`.",
        )
    if "not a git repository" in said:
        remedy = "Run this in a repository; two folders are compared by `cardgen diff OLD NEW`."
        return ComparisonError(f"{shown(folder)} is in no repository of git", remedy=remedy)
    return ComparisonError(f"git cannot use {shown(folder)}: {said}", remedy="Run this in the repository's folder.")
