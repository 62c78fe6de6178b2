"""Collections: found by title or address, made once, and given an item once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cardgen.manifest.publish import is_slug

if TYPE_CHECKING:
    from huggingface_hub import HfApi


@dataclass(frozen=True)
class Listing:
    """A repository's place in a collection."""

    slug: str
    """The end of the collection's address."""
    added: bool
    """Whether it was put there now."""


def list_in_collection(api: HfApi, repo_id: str, collection: str, *, note: str, private: bool) -> Listing:
    """Put a model repository into a collection, unless it is there; whatever people changed there stays.

    It may be asked again where an answer was lost: all is looked up before anything is made.

    Args:
        api: the client's.
        repo_id: the repository.
        collection: its title, where it is the repository's owner's, or its address.
        note: to stand beside the item, where it is new.
        private: for a collection that is made now.
    """
    slug = collection if is_slug(collection) else _slug(api, repo_id.partition("/")[0], collection, private=private)
    found = api.get_collection(slug)
    if any((item.item_type, item.item_id) == ("model", repo_id) for item in found.items):
        return Listing(found.slug, added=False)
    api.add_collection_item(found.slug, repo_id, "model", note=note, exists_ok=True)
    return Listing(found.slug, added=True)


def _slug(api: HfApi, owner: str, title: str, *, private: bool) -> str:
    for one in api.list_collections(owner=owner):
        if one.title == title:
            return one.slug
    return api.create_collection(title, namespace=owner, private=private, exists_ok=True).slug
