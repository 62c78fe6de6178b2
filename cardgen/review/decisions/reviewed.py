"""Is a card as it was when its review ended?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cardgen.errors import FindingsError, shown
from cardgen.manifest.model import LoadedManifest
from cardgen.review.decisions.decision import FILES
from cardgen.review.decisions.file import decisions_path, read_decisions
from cardgen.review.sides.files import Disk
from cardgen.review.sides.read import of_manifest


@dataclass(frozen=True)
class Approval:
    """That somebody accepted a card as it is."""

    by: tuple[str, ...]
    """Who did: names and addresses."""
    sha256: Mapping[str, str]
    """``manifest``, ``evidence`` and ``card`` to SHA-256 of the file's text, in UTF-8 with LF line ends."""


def reviewed(loaded: LoadedManifest) -> Approval:
    """That a card, as it lies on the disk, is the one whose review ended.

    A review ends with the decision by which no change is left that fails it. That decision names manifest, evidence and
    card by their hashes, and here they are held against the files. So what publishes calls this before it reads
    anything, publishes the files as they were then, and may hold what it has staged against ``sha256``: of the text of
    each file in UTF-8, with LF ends. What is made from these three, such as a leaderboard file, needs no more; weights
    are named by the evidence, with their hashes.

    Whether anybody was allowed to decide is not asked here: the file with the decisions is committed, and so reviewed
    as everything else in the repository is.

    Args:
        loaded: the manifest.

    Raises:
        FindingsError: where no decision ended a review of this card as it is.
        DecisionsError: where the file with the decisions is faulty.
        CardgenError: where manifest, evidence or card cannot be read.
    """
    path = decisions_path(loaded.root, loaded.name)
    decisions = read_decisions(Disk(), path)
    now = of_manifest(Disk(), loaded.path).sha256
    missing = [name for name in FILES if name not in now]
    ended = [each for each in decisions.by_fingerprint.values() if each.reviewed is not None]
    by = tuple(dict.fromkeys(each.by for each in ended if each.reviewed == now))
    if by and not missing:
        return Approval(by, now)
    if missing:
        message = f"{shown(loaded.path)}: there is no {' and no '.join(missing)} that could have been reviewed"
        raise FindingsError(message, remedy=f"Build the card: `cardgen build {loaded.path}`.")
    if not ended:
        message = f"{shown(path)} holds no decision that ended a review of {loaded.name}"
    else:
        message = f"{loaded.name} is not as it was when its review ended: {_moved(ended[-1].reviewed or {}, now)}"
    raise FindingsError(message, remedy="See what is open with `cardgen review`, and accept it.")


def _moved(then: Mapping[str, str], now: Mapping[str, str]) -> str:
    moved = [name for name in FILES if then.get(name) != now[name]]
    return f"{' and '.join(moved)} changed since"
