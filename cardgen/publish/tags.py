"""Tags: given to the commit that holds it all, and never moved."""

from __future__ import annotations

from cardgen.errors import HubError
from cardgen.publish.hub import Hub
from cardgen.publish.plan import PublishPlan


def refuse_taken(hub: Hub, plan: PublishPlan, tag: str) -> None:
    """Refuse a tag that names another commit than the plan's will be, before anything is sent.

    Raises:
        HubError: where it is there.
    """
    if plan.parent is not None and not plan.empty and hub.tagged(plan.repo_id, tag) is not None:
        raise HubError(
            f"{plan.repo_id} has a tag {tag} already, and this would be another commit. Nothing was changed.",
            remedy="Name another --tag, or delete that one on the Hub.",
        )


def give(hub: Hub, repo_id: str, tag: str, commit: str) -> None:
    """Tag a commit, unless it has the tag.

    Raises:
        HubError: where another commit has it.
    """
    if (there := hub.tagged(repo_id, tag)) is None:
        hub.create_tag(repo_id, tag, commit)
        there = hub.tagged(repo_id, tag)
    if there != commit:
        raise HubError(
            f"{repo_id} holds it all in {commit}, but its tag {tag} names {there}.",
            remedy="Name another --tag, or delete that one on the Hub, and push again.",
        )
