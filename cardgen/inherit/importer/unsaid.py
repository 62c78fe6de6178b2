"""What the front matter of a card says under keys that cardgen writes itself, and the manifest does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cardgen.inherit.importer.card import SourceCard
from cardgen.inherit.importer.identity import Identity
from cardgen.inherit.importer.measured import name_in_metadata
from cardgen.inherit.importer.report import Ledger
from cardgen.inherit.importer.tokens import marks
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


def tell_unsaid(card: SourceCard, texts: Iterable[str], identity: Identity, ledger: Ledger) -> None:
    """Tell every value that stands nowhere in the manifest, those of one key together.

    Args:
        card: the card.
        texts: what the manifest's entries hold.
        identity: what the card is of.
        ledger: hears it.
    """
    front = card.document.front_matter
    if front is None:
        return
    said = set(texts)
    said.update(name for text in tuple(said) for name in _QUOTED.findall(text))
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


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
