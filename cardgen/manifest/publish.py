"""Where a manifest publishes, besides its `repo_id`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from cardgen.manifest.base import Listed, Section
from cardgen.patterns import regex

ExportFormat = Literal["every-eval-ever", "cyclonedx"]
"""Formats of other people that evidence can be given in."""

MAX_TITLE = 59
"""Characters of a collection's title: the Hub takes no more."""

_SLUG = regex(r"[^/\s]+/[^/\s]+-[0-9a-f]{24}")


class Publish(Section):
    """How what is published is laid out on the Hub."""

    repositories: Literal["one", "per-variant"] = Field(
        "one", description="All variants in one repository, or each in one of its own: `repo_id` and its name."
    )
    collection: str | None = Field(
        None,
        description="Title of a collection of the owner's that lists the repository, made if it is not there; or the "
        "end of an existing one's address, as owner/words-0123456789abcdef01234567.",
    )
    exports: Annotated[tuple[ExportFormat, ...], Listed] = Field(
        (), description="Formats to publish the evidence in beside the card: every-eval-ever, cyclonedx."
    )


def is_slug(collection: str) -> bool:
    """Whether a collection is named by its address: words of its title, and an id that stays when that is changed."""
    return _SLUG.fullmatch(collection) is not None
