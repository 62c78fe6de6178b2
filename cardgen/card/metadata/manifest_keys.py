"""Which key of the manifest decides what stands at a place of the front matter."""

from __future__ import annotations

from cardgen.card.metadata.fault import Keys
from cardgen.card.metadata.index_shape import INDEX
from cardgen.manifest.places import show_path
from cardgen.patterns import regex

EVIDENCE = "evidence"
"""What decides the figures: no key of the manifest, but a record."""

_PART = regex(r"\[(\d+)\]|([^.\[\]]+)")

_DECIDED_BY = {
    "pipeline_tag": "task",
    "base_model": "base_model.id",
    "base_model_relation": "variants",
    "metrics": "evaluation.metrics",
}
"""Keys of front matter that come from elsewhere than ``metadata``."""

_WHOLE = ("tags", "license")
"""Keys whose value may be more, or other, than what the manifest lists, so that an index would mislead."""

_IN_RESULT = (
    ("task", "task"),
    ("dataset.type", "evaluation.dataset.id"),
    ("dataset.name", "evaluation.dataset.name"),
    ("dataset.config", "evaluation.dataset.config"),
    ("dataset.split", "evaluation.dataset.split"),
    ("dataset.revision", "evaluation.dataset.revision"),
    ("dataset", "evaluation.dataset"),
    ("metrics[].value", EVIDENCE),
    ("metrics[].name", "variants"),
    ("metrics", "evaluation.metrics"),
    ("source", "repo_id"),
    ("", "evaluation"),
)
"""Places in one result of ``model-index``, the more exact before what is around it."""


def manifest_key(path: str | Keys) -> str | None:
    """The dotted key of the manifest that decides what stands at ``path``, so that a message can name its line.

    Args:
        path: of the front matter, as the Hub writes it (``model-index[0].results[0].dataset.split``) or as keys.

    Returns:
        Such as ``evaluation.dataset.split``; :data:`EVIDENCE` for a measured figure; ``None`` for no path at all.
    """
    keys = _keys(path) if isinstance(path, str) else path
    if not keys:
        return None
    if keys[0] == INDEX:
        return _index_key(keys[1:])
    if keys[0] in _DECIDED_BY:
        return _DECIDED_BY[str(keys[0])]
    return show_path(("metadata", *(keys[:1] if keys[0] in _WHOLE else keys)))


def _index_key(keys: Keys) -> str:
    """The key for a place in ``model-index``: an entry's index, then ``name`` or ``results``, its index, and on."""
    if keys[1:2] == ("name",):
        return "repo_id"
    inner = show_path(tuple("[]" if isinstance(key, int) else key for key in keys[3:])).replace(".[]", "[]")
    return next(key for place, key in _IN_RESULT if _is_within(inner, place))


def _is_within(inner: str, place: str) -> bool:
    return not place or inner == place or inner.startswith((f"{place}.", f"{place}["))


def _keys(path: str) -> Keys:
    return tuple(int(index) if index else name for index, name in _PART.findall(path))
