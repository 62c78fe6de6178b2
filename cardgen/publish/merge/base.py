"""The card as cardgen rendered it when it last pushed to a repository."""

from __future__ import annotations

import hashlib

from cardgen.errors import HubError
from cardgen.publish.hub import Hub
from cardgen.publish.marker import RENDERED, PushedFile
from cardgen.publish.plan import README, RemoteState

MOST_COMMITS = 200
"""Commits that are looked through for the last one of cardgen's own; each takes a request."""


def last_rendered(hub: Hub, repo_id: str, remote: RemoteState) -> str:
    """The text of the card, without what people edited on the Hub before or after.

    A push that merged edits left it beside README.md; after any other it is README.md, in the newest commit that holds
    the one that the marker names.

    Args:
        hub: the client.
        repo_id: owner/name.
        remote: what is there now, with a marker.

    Raises:
        HubError: where neither is there any more.
    """
    assert remote.marker is not None
    assert remote.head is not None
    kept = remote.marker.files.get(RENDERED)
    if kept is not None:
        return _as_pushed(hub.texts(repo_id, remote.head, (RENDERED,)).get(RENDERED, b""), kept, repo_id)
    pushed = remote.marker.files.get(README)
    for commit in hub.history(repo_id, remote.head)[:MOST_COMMITS] if pushed else ():
        there = hub.file_at(repo_id, README, commit)
        if pushed and there is not None and there.holds(pushed.sha256, pushed.blob):
            return _as_pushed(hub.texts(repo_id, commit, (README,))[README], pushed, repo_id)
    raise _lost(repo_id)


def _as_pushed(content: bytes, pushed: PushedFile, repo_id: str) -> str:
    if hashlib.sha256(content).hexdigest() != pushed.sha256:
        raise _lost(repo_id)
    return content.decode()


def _lost(repo_id: str) -> HubError:
    return HubError(
        f"README.md of {repo_id} was edited, and the card that cardgen last wrote there is not to be found any more: "
        "nobody can tell what was edited. Nothing was changed.",
        remedy="Take over what you want to keep (words: `prose` in the manifest), delete README.md on the Hub, where "
        "history keeps it, and push again.",
    )
