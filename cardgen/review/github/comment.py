"""The one comment of a pull request that is kept up to date."""

from __future__ import annotations

from typing import Any

from cardgen.review.github.api import Api

MARKER = "<!-- cardgen:review -->"
"""How the comment begins, where nobody sees it."""
ACTIONS_BOT = "github-actions[bot]"
"""Who writes with the token of a job."""


def keep_comment(api: Api, repository: str, number: int, body: str, *, author: str, wanted: bool = True) -> str | None:
    """Write the comment, or bring it up to date; comments of others are left alone, whatever they begin with.

    It is looked for anew each time, so that asking again after a lost answer makes no second one.

    Args:
        api: where.
        repository: ``owner/name``.
        number: of the pull request.
        body: without the marker.
        author: who the token writes as.
        wanted: whether a comment is made where there is none yet.

    Returns:
        Its address; ``None`` where there is none.

    Raises:
        GithubError: where GitHub does not take it.
    """
    text = f"{MARKER}\n{body}"
    comments = f"/repos/{repository}/issues/{number}/comments"
    ours = [comment for comment in api.pages(comments) if _is_ours(comment, author)]
    if not ours:
        return _address(api.ask("POST", comments, {"body": text})) if wanted else None
    kept, *others = ours
    if kept["body"] != text:
        kept = api.ask("PATCH", f"/repos/{repository}/issues/comments/{kept['id']}", {"body": text})
    for other in others:  # two runs at once may each have made one
        api.ask("DELETE", f"/repos/{repository}/issues/comments/{other['id']}")
    return _address(kept)


def _is_ours(comment: dict[str, Any], author: str) -> bool:
    user = comment.get("user") or {}  # none where an account is gone
    return user.get("login") == author and str(comment.get("body") or "").startswith(MARKER)


def _address(comment: dict[str, Any]) -> str:
    return str(comment["html_url"])
