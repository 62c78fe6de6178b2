"""The mark beside a commit."""

from __future__ import annotations

from typing import Literal

from cardgen.review.github.api import Api

CONTEXT = "cardgen review"
_DESCRIPTION = 140
"""Characters that GitHub takes."""

State = Literal["success", "failure"]


def set_status(api: Api, repository: str, commit: str, state: State, description: str, address: str) -> None:
    """Mark a commit.

    Args:
        api: where.
        repository: ``owner/name``.
        commit: 40 hex digits.
        state: whether it may be merged.
        description: a line; what is too long is cut.
        address: where there is more to read.

    Raises:
        GithubError: where GitHub does not take it.
    """
    if len(description) > _DESCRIPTION:
        description = f"{description[: _DESCRIPTION - 1]}…"
    content = {"state": state, "context": CONTEXT, "description": description, "target_url": address}
    api.ask("POST", f"/repos/{repository}/statuses/{commit}", content)
