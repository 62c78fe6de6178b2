"""Names on the Hub, in links and in text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from cardgen.catalog.hub_names import id_fault
from cardgen.patterns import regex

_LINK = regex(
    r"h(?:uggingface|f)\.co/(?P<kind>datasets/)?(?P<path>[A-Za-z0-9][\w.-]{0,200}(?:/[A-Za-z0-9][\w.-]{0,200})?)"
)
_PAGE = regex(
    r"(?:datasets|models|spaces|docs|papers|blog|collections|learn|tasks|join|settings|login|pricing|posts"
    r"|organizations|search|api|chat|new|welcome|course|huggingface\.js|exbert|inference-api|inference-endpoints)"
)
_BEFORE_HOST = frozenset("/ ([<\"'\n\t|=.")
_INSIDE = regex(r"(?:tree|blob|resolve|raw|discussions|commits?|viewer|settings|main|edit)")


class HubLink(NamedTuple):
    """An address of a model or dataset on the Hub."""

    id: str
    dataset: bool
    start: int
    """Where the id starts in the text that was searched."""
    end: int


def hub_links(text: str) -> Iterator[HubLink]:
    """The addresses of models and datasets in a text."""
    if "hf.co/" not in text and "huggingface.co/" not in text:
        return
    for found in _LINK.finditer(text):
        if found.start() and text[found.start() - 1] not in _BEFORE_HOST:
            continue
        owner, _, name = found["path"].partition("/")
        if not found["kind"] and _PAGE.fullmatch(owner):
            continue
        shown = owner if not name or _INSIDE.fullmatch(name) else found["path"]
        shown = shown.removesuffix(".git").rstrip(".-")
        if is_hub_id(shown):
            yield HubLink(shown, bool(found["kind"]), found.start("path"), found.start("path") + len(shown))


@lru_cache(maxsize=256)
def is_hub_id(text: str) -> bool:
    """Whether a text could be the id of a repository."""
    return bool(text) and id_fault(text) is None


def same_model(one: str, other: str) -> bool:
    """Whether two ids name one model, where either may lack its owner."""
    if "/" in one and "/" in other:
        return one.lower() == other.lower()
    return one.rpartition("/")[2].lower() == other.rpartition("/")[2].lower()
