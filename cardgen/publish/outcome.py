"""What is asked of a push, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from cardgen.publish.hub import DEFAULT_BRANCH, Commit
from cardgen.publish.plan import PublishPlan
from cardgen.publish.signing import Signer

Log = Callable[[str], None]


@dataclass(frozen=True)
class PushOptions:
    """What the command line says."""

    revision: str = DEFAULT_BRANCH
    message: str | None = None
    private: bool = False
    """For a repository that is made by this push."""
    create_pr: bool = False
    dry_run: bool = False
    replace: str | None = None
    """Name of another manifest, whose model on the Hub is to make room."""
    allow: frozenset[str] = frozenset()
    """Rules of the gate that may be published against."""
    tag: str | None = None
    """To give to the commit that holds it all."""
    signer: Signer | None = None
    """Signs what is published, where it is to be signed."""
    against: frozenset[str] = frozenset()
    """Those that the card is published against; the commit's message names them."""


@dataclass(frozen=True)
class Outcome:
    """What a push did, or would do."""

    status: Literal["planned", "unchanged", "pushed"]
    plan: PublishPlan
    commit: Commit | None
    """``None`` for a plan."""
    verified: bool = False
    """Whether the Hub was asked afterwards what it serves."""
    faults: tuple[str, ...] = ()
    """What it does not serve, or read, as it was sent."""
