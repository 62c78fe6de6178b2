"""Collections: a title, an owner, and the repositories that it groups."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.hub_server.handler import Request, Response
from tests.hub_server.repository import DATE, RefusedError

MAX_TITLE = 59
"""Characters."""


@dataclass
class Collection:
    """A collection of one owner."""

    slug: str
    title: str
    owner: str
    description: str = ""
    private: bool = False
    items: list[tuple[str, str, str]] = field(default_factory=list)
    """Type, id and note of each."""


def listed(request: Request, names: dict[str, str]) -> Response:
    """``GET /api/collections?owner=…``."""
    owners = request.query.get("owner", [])
    found = [one for one in request.hub.collections.values() if not owners or one.owner in owners]
    views = [_view(collection) for collection in found if _may_see(request, collection)]
    return Response.of([{key: value for key, value in view.items() if key != "position"} for view in views])


def create(request: Request, names: dict[str, str]) -> Response:
    """``POST /api/collections``."""
    asked = request.json()
    _may_write(request, asked["namespace"])
    if not 0 < len(asked["title"]) <= MAX_TITLE:
        raise RefusedError(400, f'"title" length must be less than or equal to {MAX_TITLE} characters long')
    words = re.sub(r"[^a-z0-9]+", "-", asked["title"].lower()).strip("-")
    for known in request.hub.collections.values():
        if (known.owner, known.title) == (asked["namespace"], asked["title"]):
            return Response.of({"error": "This collection already exists", "slug": known.slug}, 409)
    slug = f"{asked['namespace']}/{words}-{len(request.hub.collections):024x}"
    made = Collection(
        slug, asked["title"], asked["namespace"], asked.get("description", ""), asked.get("private", False)
    )
    request.hub.collections[slug] = made
    return Response.of(_view(made))


def details(request: Request, names: dict[str, str]) -> Response:
    """``GET /api/collections/<slug>``."""
    return Response.of(_view(_find(request, names)))


def add_item(request: Request, names: dict[str, str]) -> Response:
    """``POST /api/collections/<slug>/items``."""
    collection = _find(request, names)
    _may_write(request, collection.owner)
    asked = request.json()
    item = asked["item"]
    if (item["type"], item["id"]) not in request.hub.repositories:
        raise RefusedError(404, "Item not found")
    if any((kind, name) == (item["type"], item["id"]) for kind, name, _ in collection.items):
        raise RefusedError(409, "This item is already in the collection")
    collection.items.append((item["type"], item["id"], asked.get("note", "")))
    return Response.of(_view(collection))


def _find(request: Request, names: dict[str, str]) -> Collection:
    found = request.hub.collections.get(names["slug"])
    if found is None or not _may_see(request, found):
        raise RefusedError(404, "Collection not found")
    return found


def _may_see(request: Request, collection: Collection) -> bool:
    account = request.account
    return not collection.private or (account is not None and collection.owner in (account.name, *account.orgs))


def _may_write(request: Request, owner: str) -> None:
    if request.account is None:
        raise RefusedError(401, "Invalid username or password.")
    if not request.account.may_write(f"{owner}/any"):
        raise RefusedError(403, f"You don't have the rights to write to collections of {owner}.")


def _view(collection: Collection) -> dict[str, Any]:
    return {
        "slug": collection.slug,
        "title": collection.title,
        "description": collection.description,
        "owner": {"name": collection.owner, "type": "user"},
        "items": [
            {
                "_id": f"{number:024x}",
                "id": name,
                "type": kind,
                "position": number,
                "note": {"text": note, "html": note} if note else None,
            }
            for number, (kind, name, note) in enumerate(collection.items)
        ],
        "lastUpdated": DATE,
        "gating": False,
        "private": collection.private,
        "theme": "orange",
        "upvotes": 0,
        "position": 0,
    }
