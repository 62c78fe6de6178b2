"""What a push would do, from the local files and what the Hub holds. Pure: no file, network or clock."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cardgen.errors import HubError
from cardgen.publish.marker import MARKER, Marker

README = "README.md"

DIFF_LINES = 40
"""Lines of a diff that an error shows."""


@dataclass(frozen=True)
class LocalFile:
    """A file that is to be published."""

    path: str
    """POSIX path in the repository."""
    source: Path
    bytes: int
    sha256: str
    blob: str
    """Git's SHA-1 of the content as a blob: by this the Hub names what it does not keep in LFS."""


@dataclass(frozen=True)
class RemoteFile:
    """A file that the Hub holds."""

    blob: str
    """Git's SHA-1; of the pointer, for a file in LFS."""
    sha256: str | None
    """Known for files in LFS only."""

    def holds(self, sha256: str, blob: str) -> bool:
        """Whether this is the content with these two hashes."""
        return self.sha256 == sha256 if self.sha256 is not None else self.blob == blob


@dataclass(frozen=True)
class RemoteState:
    """What the Hub holds at the target revision, all read at one commit."""

    head: str | None
    """The commit; ``None`` where the repository does not exist."""
    branch_exists: bool
    """Whether the target revision is there; where it is not, this is ``main``, which it will start from."""
    files: Mapping[str, RemoteFile]
    readme: bytes | None
    """README.md; ``None`` where there is none."""
    marker: Marker | None
    """What cardgen wrote when it last pushed there."""


ABSENT = RemoteState(head=None, branch_exists=False, files={}, readme=None, marker=None)
"""A repository that does not exist."""


@dataclass(frozen=True)
class PlannedFile:
    """A local file, and how it stands to the Hub's."""

    local: LocalFile
    status: Literal["new", "changed", "unchanged"]


@dataclass(frozen=True)
class PublishPlan:
    """One commit, or nothing to do."""

    repo_id: str
    revision: str
    parent: str | None
    """The commit it is made on; ``None`` where the repository must be created first."""
    files: tuple[PlannedFile, ...]
    deletions: tuple[str, ...]
    """Files that cardgen published earlier and that no longer belong."""
    message: str
    readme_diff: str
    """Unified diff from the Hub's README.md to the new one; empty where they are equal."""
    kept: tuple[str, ...] = ()
    """What people wrote in README.md on the Hub, and the new one keeps."""
    deleted: tuple[str, ...] = ()
    """What people deleted there, and is not written again."""
    left: tuple[str, ...] = ()
    """Repositories of the manifest's variants that are none any more: nothing is done to them."""

    @property
    def changes(self) -> tuple[LocalFile, ...]:
        """The files that the commit holds."""
        return tuple(file.local for file in self.files if file.status != "unchanged")

    @property
    def empty(self) -> bool:
        """Whether the Hub has it all."""
        return not self.changes and not self.deletions


def plan_publish(
    repo_id: str,
    revision: str,
    local: Sequence[LocalFile],
    remote: RemoteState,
    *,
    manifest: str,
    readme: str,
    message: str,
    replaces: str | None = None,
    merged: bool = False,
) -> PublishPlan:
    """Compare what is to be published with what is there.

    A file on the Hub may be replaced only if it is what cardgen itself last pushed there, from the same manifest; so
    nobody's edit is lost, and no other model's files are.

    Args:
        repo_id: owner/name.
        revision: branch or pull request reference.
        local: everything that is to be there, the marker file included.
        remote: what is there.
        manifest: name of the manifest that is published.
        readme: text of the local README.md.
        message: first line of the commit.
        replaces: name of another manifest whose model is to make room for this one.
        merged: whether the local README.md holds what people edited in the one on the Hub.

    Raises:
        HubError: where files were put or edited there by somebody else, or are another manifest's.
    """
    if remote.marker and remote.marker.manifest not in (manifest, replaces):
        raise _occupied(repo_id, revision, remote.marker.manifest, manifest)
    pushed = remote.marker.files if remote.marker else {}
    planned = []
    foreign = []
    for file in sorted(local, key=lambda file: file.path):
        there = remote.files.get(file.path)
        if there is None:
            planned.append(PlannedFile(file, "new"))
        elif there.holds(file.sha256, file.blob):
            planned.append(PlannedFile(file, "unchanged"))
        else:
            planned.append(PlannedFile(file, "changed"))
            last = pushed.get(file.path)
            known = file.path == MARKER or (file.path == README and merged)
            if not known and not (last and there.holds(last.sha256, last.blob)):
                foreign.append(file.path)
    diff = unified_diff(remote.readme, readme)
    if foreign:
        raise _conflict(repo_id, revision, foreign, diff)
    kept = {file.path for file in local}
    deletions = tuple(
        sorted(
            path
            for path, last in pushed.items()
            if path not in kept and path in remote.files and remote.files[path].holds(last.sha256, last.blob)
        )
    )
    return PublishPlan(repo_id, revision, remote.head, tuple(planned), deletions, message, diff)


def unified_diff(theirs: bytes | None, ours: str) -> str:
    """Unified diff from the Hub's README.md, if there is one, to the local one."""
    if theirs is None:
        return ""
    there = theirs.decode(errors="replace").splitlines()
    lines = difflib.unified_diff(there, ours.splitlines(), "README.md on the Hub", "README.md here", lineterm="")
    return "\n".join(lines)


def _occupied(repo_id: str, revision: str, there: str, manifest: str) -> HubError:
    return HubError(
        f"{repo_id} ({revision}) holds the model that the manifest `{there}` published, and this is `{manifest}`: "
        "its card, evidence and weights would be replaced or deleted. Nothing was changed.",
        remedy=f"Give `{manifest}` a `repo_id` of its own; or, where it takes the place of the other, push with "
        f"--replace {there}.",
    )


def _conflict(repo_id: str, revision: str, foreign: Sequence[str], diff: str) -> HubError:
    names = ", ".join(foreign)
    message = f"{repo_id} ({revision}) holds what cardgen did not put there: {names}. Nothing was changed."
    if README in foreign and diff:
        lines = diff.splitlines()
        rest = len(lines) - DIFF_LINES
        shown = lines[:DIFF_LINES] + ([f"… and {rest} more lines"] if rest > 0 else [])
        message += "\n" + "\n".join(shown)
    return HubError(
        message,
        remedy="Take over what you want to keep (words: `prose` in the manifest), delete these files on the Hub, "
        "where history keeps them, and push again.",
    )
