"""Repositories as the Hub keeps them: commits that hold files, branches that point to commits, pull requests."""

from __future__ import annotations

import hashlib
import itertools
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

RepoType = Literal["model", "dataset"]

GITATTRIBUTES = (
    "\n".join(
        f"*{suffix} filter=lfs diff=lfs merge=lfs -text"
        for suffix in (".bin", ".h5", ".onnx", ".parquet", ".pt", ".safetensors")
    )
    + "\n"
).encode()
"""The Hub's first commit in every repository is such a file (shortened)."""

LFS_SUFFIXES = (".bin", ".h5", ".onnx", ".parquet", ".pt", ".safetensors")
LFS_BYTES = 10_000_000
"""Files larger than this are stored with LFS whatever they are called."""

DATE = "2026-01-01T00:00:00.000Z"


class RefusedError(Exception):
    """A refusal, with the status and headers that the Hub answers with."""

    def __init__(self, status: int, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code


@dataclass(frozen=True)
class Blob:
    """The content of a file, in git or in LFS."""

    data: bytes
    lfs: bool

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def pointer(self) -> bytes:
        """What git holds for an LFS file."""
        return f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.sha256}\nsize {len(self.data)}\n".encode()

    @property
    def blob_id(self) -> str:
        """Git's SHA-1 of what git holds."""
        content = self.pointer if self.lfs else self.data
        return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()

    @property
    def etag(self) -> str:
        return self.sha256 if self.lfs else self.blob_id


@dataclass(frozen=True)
class Commit:
    """A state of all files, and how it came about."""

    oid: str
    parent: str | None
    title: str
    description: str
    author: str
    files: Mapping[str, Blob]


@dataclass
class Comment:
    """What somebody wrote in a discussion."""

    author: str
    text: str
    edited: bool = False


@dataclass
class PullRequest:
    """A request to merge ``refs/pr/<number>`` into a branch."""

    number: int
    title: str
    author: str
    target: str
    comments: list[Comment]
    """The first describes the request."""
    status: str = "open"

    @property
    def description(self) -> str:
        return self.comments[0].text


@dataclass
class Change:
    """What one commit request asks for."""

    title: str
    description: str = ""
    parent: str | None = None
    puts: dict[str, Blob] = field(default_factory=dict)
    deletes: list[str] = field(default_factory=list)


def upload_mode(path: str, size: int, sample: bytes) -> Literal["lfs", "regular"]:
    """Where the Hub wants a file: by suffix, by size, and LFS for what is not text."""
    lfs = path.endswith(LFS_SUFFIXES) or size > LFS_BYTES or b"\0" in sample
    return "lfs" if lfs and size else "regular"


class Repository:
    """One model or dataset repository. Safe to use from several threads."""

    def __init__(self, repo_id: str, repo_type: RepoType = "model", *, private: bool = False) -> None:
        self.repo_id = repo_id
        self.repo_type: RepoType = repo_type
        self.private = private
        self.gated = False
        self.granted: set[str] = set()
        """Users who may read it although it is gated, beside its owners."""
        self.commits: dict[str, Commit] = {}
        self.branches: dict[str, str] = {}
        self.tags: dict[str, str] = {}
        self.pull_requests: dict[int, PullRequest] = {}
        self.lfs: dict[str, bytes] = {}
        self.parts: dict[tuple[str, int], tuple[str, bytes]] = {}
        """Of objects that are being uploaded: ETag and content by SHA-256 and number."""
        self._serial = itertools.count()
        self._lock = threading.RLock()
        first = self._add(None, "initial commit", "", "system", {".gitattributes": Blob(GITATTRIBUTES, lfs=False)})
        self.branches["main"] = first.oid

    def resolve(self, revision: str) -> Commit:
        """The commit that a branch, tag, pull request reference or (abbreviated) hash names.

        Raises:
            RefusedError: 404 RevisionNotFound.
        """
        name = revision.removeprefix("refs/heads/")
        oid = self.branches.get(name) or self.tags.get(name) or name
        matches = [commit for commit in self.commits.values() if commit.oid.startswith(oid)]
        if len(oid) < 7 or len(matches) != 1:
            raise RefusedError(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        return matches[0]

    def file(self, revision: str, path: str) -> Blob:
        """One file at a revision.

        Raises:
            RefusedError: 404 RevisionNotFound or EntryNotFound.
        """
        files = self.resolve(revision).files
        if path not in files:
            raise RefusedError(404, "Entry not found", "EntryNotFound")
        return files[path]

    def commit(self, revision: str, change: Change, *, author: str) -> Commit:
        """Apply a change to a branch or pull request, whole or not at all.

        Raises:
            RefusedError: 412 when the head is not ``change.parent``; 404 for a revision or deleted file not there.
        """
        with self._lock:
            name = revision.removeprefix("refs/heads/")
            if name not in self.branches:
                raise RefusedError(404, f"Invalid rev id: {revision}", "RevisionNotFound")
            head = self.commits[self.branches[name]]
            if change.parent is not None and not head.oid.startswith(change.parent):
                raise RefusedError(412, "A commit has happened since. Please refresh and try again.")
            commit = self._add(head.oid, change.title, change.description, author, _applied(head.files, change))
            self.branches[name] = commit.oid
            return commit

    def open_pull_request(self, revision: str, change: Change, *, author: str) -> tuple[PullRequest, Commit]:
        """Open a pull request that holds a change, based on ``change.parent`` or the head of ``revision``."""
        with self._lock:
            if revision not in self.branches:
                raise RefusedError(404, f"Invalid rev id: {revision}", "RevisionNotFound")
            base = self.resolve(change.parent or revision)
            request = PullRequest(
                len(self.pull_requests) + 1,
                change.title,
                author,
                f"refs/heads/{revision}",
                [Comment(author, change.description)],
            )
            commit = self._add(base.oid, change.title, change.description, author, _applied(base.files, change))
            self.pull_requests[request.number] = request
            self.branches[f"refs/pr/{request.number}"] = commit.oid
            return request, commit

    def create_branch(self, name: str, start: str | None) -> None:
        """Point a new branch at a revision.

        Raises:
            RefusedError: 409 when it exists, 404 RevisionNotFound.
        """
        with self._lock:
            if name in self.branches:
                raise RefusedError(409, f"Reference already exists: refs/heads/{name}")
            self.branches[name] = self.resolve(start or "main").oid

    def create_tag(self, name: str, revision: str) -> None:
        """Point a new tag at a revision.

        Raises:
            RefusedError: 409 when it exists, 404 RevisionNotFound.
        """
        with self._lock:
            if name in self.tags:
                raise RefusedError(409, f"Reference already exists: refs/tags/{name}")
            self.tags[name] = self.resolve(revision).oid

    def merge(self, number: int, *, author: str) -> Commit:
        """Merge a pull request into its target, file by file.

        Raises:
            RefusedError: 409 where both sides changed a file, or it is not open.
        """
        with self._lock:
            request = self.pull_requests[number]
            theirs = self.history(request.target)
            ours = self.history(f"refs/pr/{number}")
            base = next(commit for commit in ours if commit in theirs).files
            head, wanted = theirs[0].files, ours[0].files
            changed = {path for path in {*base, *wanted} if base.get(path) != wanted.get(path)}
            if request.status != "open" or any(base.get(p) != head.get(p) != wanted.get(p) for p in changed):
                raise RefusedError(409, "This pull request cannot be merged.")
            change = Change(
                f"{request.title} (#{number})",
                puts={path: wanted[path] for path in changed if path in wanted},
                deletes=[path for path in changed if path not in wanted and path in head],
            )
            request.status = "merged"
            return self.commit(request.target, change, author=author)

    def put(self, files: Mapping[str, bytes], *, revision: str = "main", title: str = "edit") -> str:
        """Commit files as somebody else would; returns the commit's hash."""
        blobs = {
            path: Blob(data, upload_mode(path, len(data), data[:512]) == "lfs") for path, data in sorted(files.items())
        }
        self.lfs |= {blob.sha256: blob.data for blob in blobs.values() if blob.lfs}
        return self.commit(revision, Change(title, puts=blobs), author="somebody").oid

    def history(self, revision: str = "main") -> list[Commit]:
        """Commits from the head back to the first."""
        commits = [self.resolve(revision)]
        while (parent := commits[-1].parent) is not None:
            commits.append(self.commits[parent])
        return commits

    def front_matter(self, revision: str) -> dict[str, Any]:
        """The metadata block of README.md; empty where there is none that can be read."""
        readme = self.resolve(revision).files.get("README.md")
        lines = readme.data.decode(errors="replace").splitlines() if readme else []
        if lines[:1] != ["---"] or "---" not in lines[1:]:
            return {}
        try:
            data = yaml.safe_load("\n".join(lines[1 : lines.index("---", 1)]))
        except yaml.YAMLError:  # as people may have left it
            return {}
        return data if isinstance(data, dict) else {}

    def _add(self, parent: str | None, title: str, description: str, author: str, files: Mapping[str, Blob]) -> Commit:
        content = "".join(f"{path}\0{blob.blob_id}\0" for path, blob in sorted(files.items()))
        seed = f"{self.repo_type}\0{self.repo_id}\0{parent}\0{title}\0{next(self._serial)}\0{content}"
        oid = hashlib.sha1(seed.encode(), usedforsecurity=False).hexdigest()
        commit = Commit(oid, parent, title, description, author, dict(sorted(files.items())))
        self.commits[oid] = commit
        return commit


def _applied(files: Mapping[str, Blob], change: Change) -> dict[str, Blob]:
    after = dict(files)
    for path in change.deletes:
        inside = [name for name in after if name == path or name.startswith(path.rstrip("/") + "/")]
        if not inside:
            raise RefusedError(404, f"A file with this name doesn't exist: {path}", "EntryNotFound")
        for name in inside:
            del after[name]
    return after | change.puts
