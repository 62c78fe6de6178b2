"""What the front matter of a card says under keys that cardgen writes itself, and the manifest does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from cardgen.inherit.importer.card import SourceCard
from cardgen.inherit.importer.identity import Identity
from cardgen.inherit.importer.measured import name_in_metadata
from cardgen.inherit.importer.report import Ledger
from cardgen.inherit.importer.tokens import marks
from cardgen.inherit.manifest_text import Comment, Entry, Value
from cardgen.patterns import regex

_KEYS = ("base_model", "base_model_relation", "pipeline_tag", "model-index")
_FIGURE = ("metrics", "value")
"""The end of a figure's path: figures that no variant has are told with their quantity."""
_MOST = 3
"""Values of one key that are shown; of more, their number."""
_LONGEST = 60
_QUOTED = regex("“([^”]*)”")
"""Names that a note gives."""

Path = tuple[str | int, ...]


def tell_unsaid(card: SourceCard, entries: Iterable[Entry | Comment], identity: Identity, ledger: Ledger) -> None:
    """Tell every value that stands nowhere in the manifest, those of one key together.

    Args:
        card: the card.
        entries: the manifest's.
        identity: what the card is of.
        ledger: hears it.
    """
    front = card.document.front_matter
    if front is None:
        return
    said = {text for entry in entries for text in _texts(entry)}
    said |= {identity.repo_id.rpartition("/")[2], identity.task, "", *_told_otherwise(card)}
    unsaid: dict[str, tuple[Path, dict[str, None]]] = {}
    for key in _KEYS:
        for path, value in _leaves(front.data.get(key), (key,)):
            text = " ".join(str(value).split())
            if text in said or _is_number_of_figure(path, value) or (path[-1], text) in _MEANT:
                continue
            name = ".".join(part for part in path[1:] if isinstance(part, str))
            unsaid.setdefault(f"{name} of {key}" if name else key, (path, {}))[1][text] = None
    for name, (path, values) in unsaid.items():
        shown = ", ".join(f"`{_short(text)}`" for text in list(values)[:_MOST])
        more = f" and {len(values) - _MOST} more" if len(values) > _MOST else ""
        ledger.add("left out", f"{name}: {shown}{more}, which a manifest does not say", card.key_line(*path))


_MEANT = frozenset({("base_model_relation", "quantized"), ("verified", "False")})
"""What the new card says in any case."""


def _told_otherwise(card: SourceCard) -> Iterator[str]:
    """Values that are told already: refused, or put right."""
    for refusal in card.metadata.refused:
        yield refusal.value
    for told in card.facts.figures:
        if told.place == "metadata":
            yield from (told.quantity, "" if name_in_metadata(told) else told.label)


def _is_number_of_figure(path: Path, value: object) -> bool:
    at_end = len(path) > len(_FIGURE) and (path[-3], path[-1]) == _FIGURE
    return at_end and bool(marks(str(value)))


def _leaves(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*path, index))
    elif value is not None:
        yield path, value


def _texts(value: Value | Entry | Comment) -> Iterator[str]:
    """Every scalar of a manifest, as text."""
    if isinstance(value, Entry):
        yield from _texts(value.value)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value
        yield from _QUOTED.findall(value)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, int | float | Decimal):
        yield str(value)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
