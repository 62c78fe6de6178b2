"""What the Hub read from a card's front matter, beside what stands there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cardgen.inherit.parse import parse_card


@dataclass(frozen=True)
class ParsedCard:
    """A card as the Hub shows it to those who search and filter."""

    data: Mapping[str, Any]
    """Keys of front matter, without model-index."""
    tags: tuple[str, ...]
    """Those of the card, and those that the Hub makes of other keys, such as ``base_model:quantized:owner/name``."""
    model_index: Sequence[Any]
    """As the Hub keeps it; empty where it keeps none."""


def misread(card: str, parsed: ParsedCard) -> Iterator[str]:
    """What the Hub read otherwise than it stands in the card.

    Args:
        card: text of README.md.
        parsed: what the Hub says of it.
    """
    front = parse_card(card).front_matter
    data: Mapping[str, Any] = front.data if front else {}
    for key in ("base_model", "license", "pipeline_tag"):
        if _listed(parsed.data.get(key)) != _listed(data.get(key)):
            yield f"the Hub reads {_told(parsed.data.get(key))} for `{key}`, and the card says {_told(data.get(key))}"
    missing = [tag for tag in _listed(data.get("tags")) if tag not in parsed.tags]
    if missing:
        yield f"the Hub does not show the tags {', '.join(map(str, missing))}"
    yield from _relation(data, parsed.tags)
    if _scores(parsed.model_index) != _scores(_listed(data.get("model-index"))):
        yield "the Hub's model-index does not hold the scores of the card's"


def _relation(data: Mapping[str, Any], tags: Sequence[str]) -> Iterator[str]:
    """The Hub says by a tag how a model comes from its base model, which it guesses where the card does not say."""
    relation = data.get("base_model_relation")
    if not any(tag.startswith("base_model:") for tag in tags):
        return
    for name in _listed(data.get("base_model")):
        wanted = f"base_model:{relation}:{name}" if relation else f"base_model:{name}"
        if wanted not in tags:
            yield f"the Hub does not show the tag {wanted}"


def _scores(index: Sequence[Any]) -> list[tuple[str, str, str]]:
    """Type, name and value of each metric."""
    return sorted(
        (str(metric.get("type")), str(metric.get("name")), str(metric.get("value")))
        for model in index
        for result in model.get("results") or ()
        for metric in result.get("metrics") or ()
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _told(value: Any) -> str:
    return ", ".join(f"`{item}`" for item in _listed(value)) or "nothing"
