"""What the Hub holds of a card, read once for the gate and for the commit's message."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cardgen.publish.hub import Hub
    from cardgen.review.state import State


class Published:
    """The cards that a Hub holds, each commit read at most once.

    People's edits of README.md count for nothing here: a push keeps them, so that it changes nothing about them.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._states: dict[tuple[str, str], State] = {}

    def at(self, repo_id: str, commit: str) -> State:
        """The card of a repository at a commit.

        Raises:
            CardgenError: where it holds no card of cardgen's, or that cannot be read.
        """
        from dataclasses import replace

        from cardgen.review.sides.hub import state_on_hub

        found = self._states.get((repo_id, commit))
        if found is None:
            found = replace(state_on_hub(f"{repo_id}@{commit}", self._hub), card_edited=False)
            self._states[repo_id, commit] = found
        return found

    def now(self, repo_id: str, revision: str) -> State | None:
        """The card at a branch or pull request; ``None`` where that is no card of cardgen's yet.

        Raises:
            CardgenError: where it cannot be read.
        """
        remote = self._hub.read(repo_id, revision)
        if remote.head is None or "evidence.json" not in remote.files:
            return None
        return self.at(repo_id, remote.head)
