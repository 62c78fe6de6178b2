"""Front matter of somebody's card, as far as a manifest takes it over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cardgen.catalog.hub_names import id_fault
from cardgen.catalog.languages import language_fault
from cardgen.catalog.licenses import LICENSES


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


def read_metadata(data: Mapping[str, Any]) -> CardMetadata:
    """Sort the front matter of a card into what a manifest may hold and what it may not."""
    refused: list[Refusal] = []
    license_id, name, link = _license(data, refused)
    return CardMetadata(
        license=license_id,
        license_name=name,
        license_link=link,
        language=_valid(data, "language", language_fault, refused),
        datasets=_valid(data, "datasets", id_fault, refused),
        tags=_valid(data, "tags", _tag_fault, refused),
        base_models=_valid(data, "base_model", id_fault, refused),
        pipeline_tag=_one_text(data.get("pipeline_tag")),
        refused=tuple(refused),
    )


def listed(value: object) -> tuple[str, ...]:
    """A value of front matter that may be one text or a list of them."""
    items: Sequence[object] = value if isinstance(value, list) else [value]
    return tuple(str(item).strip() for item in items if isinstance(item, str | int | float) and str(item).strip())


def _valid(data: Mapping[str, Any], key: str, fault: Any, refused: list[Refusal]) -> tuple[str, ...]:
    kept: dict[str, None] = {}
    for item in listed(data.get(key)):
        found = fault(item)
        if found:
            refused.append(Refusal(key, item, found[0]))
        else:
            kept[item] = None
    return tuple(kept)


def _tag_fault(tag: str) -> tuple[str, str] | None:
    return ("is not one line of text", "") if not tag.isprintable() else None


def _license(data: Mapping[str, Any], refused: list[Refusal]) -> tuple[str | None, str | None, str | None]:
    given = listed(data.get("license"))
    name, link = _one_text(data.get("license_name")), _one_text(data.get("license_link"))
    if len(given) > 1:
        refused.append(Refusal("license", ", ".join(given), "names several licences"))
    elif given and given[0] not in LICENSES:
        refused.append(Refusal("license", given[0], "is not a licence identifier of the Hub"))
    elif given and given[0] == "other" and not (name and link):
        refused.append(Refusal("license", "other", "needs license_name and license_link, which the card lacks"))
    elif given and given[0] == "other":
        return given[0], name, link
    license_id = given[0] if len(given) == 1 and given[0] in LICENSES and given[0] != "other" else None
    for key, value in (("license_name", name), ("license_link", link)):
        if value:
            refused.append(Refusal(key, value, "goes with `license: other` only"))
    return license_id, None, None


def _one_text(value: object) -> str | None:
    return value.strip() if isinstance(value, str) and value.strip() and value.isprintable() else None
