"""The collection that a manifest names: what is published is listed there."""

from __future__ import annotations

from textwrap import shorten

from cardgen.card.assemble import card_place
from cardgen.card.facts.joined import stored_in
from cardgen.catalog.backends import ELSEWHERE
from cardgen.errors import HubError
from cardgen.manifest.model import LoadedManifest, Variant
from cardgen.publish.hub import Hub
from cardgen.publish.hub.collecting import Listing
from cardgen.publish.hub.errors import NotAllowedError, RepositoryNotFoundError
from cardgen.records.inspected import InspectedRecord

MAX_NOTE = 500
"""Characters: the Hub takes no more."""


def list_published(loaded: LoadedManifest, hub: Hub, *, private: bool) -> Listing | None:
    """List what a manifest published in the collection that it names; ``None`` where it names none.

    Args:
        loaded: the manifest.
        hub: the client.
        private: for a collection that is made now.

    Raises:
        HubError: where the Hub refuses; what is published is published all the same.
    """
    repo_id, collection = loaded.repo_id, loaded.manifest.publish.collection
    if collection is None:
        return None
    try:
        return hub.list_in_collection(repo_id, collection, note=_note(loaded), private=private)
    except HubError as error:
        raise HubError(
            f"{repo_id} is published, but is not in its collection `{collection}`: {error.message}",
            remedy=_remedy(error, repo_id),
        ) from None


def _note(loaded: LoadedManifest) -> str:
    evidence = card_place(loaded).read_evidence()
    forms = (
        f"{name}: {_form(variant, evidence.inspected_of(name))}"
        for name, variant in loaded.manifest.variants.items()
        if loaded.variant in (None, name)
    )
    return shorten("; ".join(forms), MAX_NOTE, placeholder=" …")


def _form(variant: Variant, inspected: InspectedRecord | None) -> str:
    if inspected is not None:
        return stored_in(inspected) or "quantized"
    if variant.backend == ELSEWHERE.name:
        return variant.scheme or "quantized"
    return "FP32 export" if variant.approach == "none" else f"INT8, {variant.approach}"


def _remedy(error: HubError, repo_id: str) -> str:
    if isinstance(error, NotAllowedError):
        owner = repo_id.partition("/")[0]
        return f"Use a token that may write collections of {owner}, or list it there by hand; then push again."
    if isinstance(error, RepositoryNotFoundError):
        return "Correct `publish.collection`, and push again."
    return error.remedy
