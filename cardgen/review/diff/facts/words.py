"""A person's words by where they stand: sections of prose, details, a citation; of a card of others its sections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from cardgen.inherit.parse import parse_card
from cardgen.review.state import State


def words_of(state: State) -> Mapping[str, str]:
    """Place to text; without the sections of prose where nobody can say what they hold."""
    if state.manifest is None:
        return {}
    found = {f"prose.{section}": text for section, text in (state.prose or {}).items()}
    if state.manifest.details is not None:
        found |= dict(_fields("details", state.manifest.details))
    if state.manifest.citation is not None:
        citation = state.manifest.citation
        found["citation"] = f"@{citation.type}{{{', '.join([citation.key, *_pairs(citation.fields)])}}}"
    if state.evidence is not None and state.evidence.inherited is not None:
        found["inherited"] = state.evidence.inherited.text
    return found


def sections_of(card: str) -> Mapping[str, str]:
    """The sections of any card, by their headings; of two of one name, the second has a number."""
    found: dict[str, str] = {}
    for section in parse_card(card).sections:
        title = section.heading.title if section.heading else "head"
        text = card[section.span.start : section.span.end]
        name, count = f"sections.{title}", 2
        while name in found:
            name, count = f"sections.{title} {count}", count + 1
        found[name] = text
    return found


def _fields(place: str, section: BaseModel) -> Iterator[tuple[str, str]]:
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from _fields(f"{place}.{name}", value)
        elif value is not None:
            yield f"{place}.{name}", str(value)


def _pairs(fields: Mapping[str, str]) -> Iterator[str]:
    return (f"{name} = {value}" for name, value in sorted(fields.items()))
