"""README.md as it is to stand on the Hub: the new card, with what people edited there."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from cardgen.errors import FindingsError, HubError
from cardgen.lint.engine import lint
from cardgen.publish.gate import EDITS_WRONG
from cardgen.publish.hub import Hub
from cardgen.publish.marker import MARKER, RENDERED
from cardgen.publish.merge.base import last_rendered
from cardgen.publish.merge.card import merge_card
from cardgen.publish.merge.model import Merged
from cardgen.publish.merge.sections import UnmergeableError
from cardgen.publish.plan import DIFF_LINES, README, RemoteState


@dataclass(frozen=True)
class Target:
    """What is merged with."""

    repo_id: str
    revision: str
    remote: RemoteState
    """What is there."""


@dataclass(frozen=True)
class Edited:
    """A card that people edited on the Hub."""

    base: str
    """As cardgen last rendered it."""
    theirs: str
    """As it stands there."""


def edited(hub: Hub, target: Target, ours: str) -> Edited | None:
    """The card on the Hub; ``None`` where it was not edited, is the new one, or was never written by cardgen.

    Raises:
        HubError: where it cannot be read, or what cardgen last wrote is lost.
    """
    remote = target.remote
    there = remote.files.get(README)
    if there is None or remote.readme is None or remote.marker is None or remote.readme == ours.encode():
        return None
    pushed = remote.marker.files.get(README)
    if pushed and there.holds(pushed.sha256, pushed.blob) and RENDERED not in remote.marker.files:
        return None
    theirs = _read(remote.readme, target)
    return Edited(last_rendered(hub, target.repo_id, remote), theirs)


def edited_beside(hub: Hub, target: Target, request: RemoteState) -> Edited | None:
    """The card of a branch that people edited since a pull request started from it; ``None`` where they did not.

    Args:
        hub: the client.
        target: the branch.
        request: what the pull request holds.

    Raises:
        HubError: where it cannot be read, or what cardgen last wrote is lost.
    """
    there = target.remote
    readme = there.files.get(README)
    if there.head is None or there.marker is None or there.readme is None or readme is None or request.head is None:
        return None
    led = hub.history(target.repo_id, request.head)
    start = next((commit for commit in hub.history(target.repo_id, there.head) if commit in led), None)
    if start is None or start == there.head or hub.file_at(target.repo_id, README, start) == readme:
        return None
    pushed = there.marker.files.get(README)
    if pushed and readme.holds(pushed.sha256, pushed.blob) and RENDERED not in there.marker.files:
        return None
    theirs = _read(there.readme, target)
    if hub.file_at(target.repo_id, MARKER, start) != there.files.get(MARKER):
        return Edited(last_rendered(hub, target.repo_id, there), theirs)
    return Edited(_read(hub.texts(target.repo_id, start, (README,)).get(README, b""), target), theirs)


def with_edits(card: Edited, target: Target, ours: str, prose: Collection[str], *, allow_wrong: bool = False) -> Merged:
    """The new card with the edits on the Hub.

    Args:
        card: what was edited.
        target: where.
        ours: the new card.
        prose: a person's words, as they stand in the manifest.
        allow_wrong: whether lint may find errors that the edits bring.

    Raises:
        HubError: where edits conflict with what cardgen writes.
        FindingsError: where the card would be wrong with these edits.
    """
    try:
        merged = merge_card(card.base, card.theirs, ours, prose)
    except UnmergeableError as error:
        raise HubError(
            f"README.md of {target.repo_id} ({target.revision}) was edited, and cannot be merged with the new card: "
            f"line {error.line}: {error.why}. Nothing was changed.",
            remedy="Correct it on the Hub, then push again.",
        ) from error
    if merged.conflicts:
        raise _conflict(merged, target)
    faults = tuple(_faults(merged, ours))
    if faults and not allow_wrong:
        raise FindingsError(
            f"README.md of {target.repo_id} ({target.revision}) was edited, and with these edits the card is wrong. "
            "Nothing was changed.\n" + "\n".join(faults),
            remedy=f"Correct it on the Hub, then push again. Or publish all the same: --allow {EDITS_WRONG}",
        )
    return replace(merged, wrong=bool(faults))


def _read(readme: bytes, target: Target) -> str:
    try:
        text = readme.decode()
    except UnicodeDecodeError as error:
        line = readme.count(b"\n", 0, error.start) + 1
        raise HubError(
            f"README.md of {target.repo_id} ({target.revision}) was edited and is no longer UTF-8: line {line} has the "
            f"byte 0x{readme[error.start]:02X}. Nothing was changed.",
            remedy="Save it as UTF-8 on the Hub, then push again.",
        ) from error
    if not text.strip("\ufeff \t\r\n"):
        raise HubError(
            f"Somebody emptied README.md of {target.repo_id} ({target.revision}). Nothing was changed.",
            remedy="To have the card written anew, delete README.md on the Hub, and push again.",
        )
    return text


def _conflict(merged: Merged, target: Target) -> HubError:
    lines = "\n".join(map(str, merged.conflicts)).splitlines()
    rest = len(lines) - DIFF_LINES
    shown = lines[:DIFF_LINES] + ([f"… and {rest} more lines"] if rest > 0 else [])
    return HubError(
        f"README.md of {target.repo_id} ({target.revision}) was edited where cardgen writes something else. Nothing "
        "was changed.\n" + "\n".join(shown),
        remedy="Figures, tables and code come from evidence: change the manifest or measure again. Where your words "
        "are to stay, put them into the manifest (`cardgen pull` does); then undo the edit on the Hub, and push again.",
    )


def _faults(merged: Merged, ours: str) -> Iterator[str]:
    known = {(found.rule, found.message) for found in lint(ours, README).findings}
    for found in lint(merged.text, README).told:
        if found.severity == "error" and (found.rule, found.message) not in known:
            yield f"line {found.line}: {found.message} [{found.rule}]"
