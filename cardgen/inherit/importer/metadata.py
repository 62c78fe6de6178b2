"""Front matter of somebody's card, as far as a manifest takes it over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cardgen.catalog.hub_names import id_fault
from cardgen.catalog.languages import language_fault
from cardgen.catalog.licenses import LICENSES

_LISTS = frozenset(
    ("license", "license_name", "license_link", "language", "datasets", "tags", "base_model", "pipeline_tag")
)


@dataclass(frozen=True)
class Refusal:
    """A value of front matter that a manifest does not take."""

    key: str
    value: str
    reason: str


@dataclass(frozen=True)
class CardMetadata:
    """What is valid, and what is not."""

    license: str | None
    license_name: str | None
    license_link: str | None
    language: tuple[str, ...]
    datasets: tuple[str, ...]
    tags: tuple[str, ...]
    base_models: tuple[str, ...]
    pipeline_tag: str | None
    refused: tuple[Refusal, ...]


Path = tuple[str | int, ...]
Written = Callable[[Path], str | None]


def read_metadata(data: Mapping[str, Any], written: Written = lambda _path: None) -> CardMetadata:
    """Sort the front matter of a card into what a manifest may hold and what it may not.

    Args:
        data: the front matter.
        written: how a value is written there, which YAML may read as a truth value (``no``), number or date.
    """
    refused: list[Refusal] = []
    data = {key: _as_written(value, (key,), written, refused) for key, value in data.items() if key in _LISTS}
    license_id, name, link = _license(data, refused)
    return CardMetadata(
        license=license_id,
        license_name=name,
        license_link=link,
        language=_valid(data, "language", language_fault, refused),
        datasets=_valid(data, "datasets", id_fault, refused),
        tags=_valid(data, "tags", _tag_fault, refused),
        base_models=_valid(data, "base_model", id_fault, refused),
        pipeline_tag=_one_text(data.get("pipeline_tag", ())),
        refused=tuple(refused),
    )


def _as_written(value: object, path: Path, written: Written, refused: list[Refusal]) -> tuple[str, ...]:
    """A value that may be one text or a list of them."""
    found: list[str] = []
    for index, item in enumerate(value) if isinstance(value, list) else [(None, value)]:
        at = path if index is None else (*path, index)
        if isinstance(item, list | dict):
            refused.append(Refusal(str(path[0]), " ".join(str(item).split()), "is not one text"))
        elif item is not None:
            found.append(item if isinstance(item, str) else written(at) or str(item))
    return tuple(text for item in found if (text := item.strip()))


def _valid(data: Mapping[str, tuple[str, ...]], key: str, fault: Any, refused: list[Refusal]) -> tuple[str, ...]:
    kept: dict[str, None] = {}
    for item in data.get(key, ()):
        found = fault(item)
        if found:
            refused.append(Refusal(key, item, found[0]))
        else:
            kept[item] = None
    return tuple(kept)


def _tag_fault(tag: str) -> tuple[str, str] | None:
    return ("is not one line of text", "") if not tag.isprintable() else None


def _license(data: Mapping[str, tuple[str, ...]], refused: list[Refusal]) -> tuple[str | None, str | None, str | None]:
    given = data.get("license", ())
    name, link = _one_text(data.get("license_name", ())), _one_text(data.get("license_link", ()))
    if len(given) > 1:
        refused.append(Refusal("license", ", ".join(given), "names several licences"))
    elif given and given[0] not in LICENSES:
        refused.append(Refusal("license", given[0], "is not a licence identifier of the Hub"))
    elif given and given[0] == "other" and not (name and link):
        refused.append(Refusal("license", "other", "needs license_name and license_link, which the card lacks"))
    elif given and given[0] == "other":
        return given[0], name, link
    license_id = given[0] if len(given) == 1 and given[0] in LICENSES and given[0] != "other" else None
    if name:
        refused.append(Refusal("license_name", name, "goes with `license: other` only"))
    if link and license_id is None:
        refused.append(Refusal("license_link", link, "goes with a licence of the Hub only"))
    return license_id, None, link if license_id else None


def _one_text(value: Sequence[str]) -> str | None:
    return value[0] if len(value) == 1 and value[0].isprintable() else None
