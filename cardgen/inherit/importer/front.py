"""Front matter of an imported card: what goes into ``metadata``."""

from __future__ import annotations

import math

from cardgen.catalog.suggest import nearest
from cardgen.inherit.importer.card import SourceCard
from cardgen.inherit.importer.mend import meant_tag
from cardgen.inherit.importer.report import Ledger
from cardgen.inherit.manifest_text import Entry, Value
from cardgen.manifest.model import Metadata
from cardgen.manifest.rules.metadata import PASSED_ON, WRITTEN_BY_CARDGEN
from cardgen.patterns import regex

_TAKEN = {"license", "license_name", "license_link", "language", "datasets", "tags", *WRITTEN_BY_CARDGEN}
_CONTROL = regex(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def metadata_entries(card: SourceCard, ledger: Ledger) -> list[Entry]:
    """A manifest's ``metadata``; what it may not hold is told."""
    front = card.document.front_matter
    if front is None:
        return []
    if front.error:
        ledger.add("left out", f"the front matter, which cannot be read: {front.error}", card.line(front.span))
        return []
    metadata = card.metadata
    for refusal in metadata.refused:
        text = f"{refusal.key}: {refusal.value}, which {refusal.reason}"
        ledger.add("left out", text, card.key_line(refusal.key))
    lines: list[Entry] = []
    for key in ("license", "license_name", "license_link", "language", "datasets", "tags"):
        value: str | tuple[str, ...] | None = getattr(metadata, key)
        if value:
            lines.append(Entry(key, _mended_tags(card, metadata.tags, ledger) if key == "tags" else value))
    for key, value in front.data.items():
        if key in _TAKEN:
            continue
        plain = _plain(value)
        meant = nearest(key, (*Metadata.model_fields, *WRITTEN_BY_CARDGEN, *PASSED_ON), cutoff=0.8)
        if meant in (None, key) and plain is not None and key.isprintable() and key.strip():
            lines.append(Entry(key, plain))
        else:
            ledger.add("left out", f"the key {key} of the front matter", card.key_line(key))
    _tell_metrics(card, ledger)
    return lines


def _mended_tags(card: SourceCard, tags: tuple[str, ...], ledger: Ledger) -> tuple[str, ...]:
    mended: list[str] = []
    for tag in tags:
        meant = meant_tag(tag)
        if meant is not None:
            ledger.add("mended", f"the tag `{tag}` is `{meant}`", card.key_line("tags"))
        mended.append(meant or tag)
    return tuple(dict.fromkeys(mended))


def _tell_metrics(card: SourceCard, ledger: Ledger) -> None:
    front = card.document.front_matter
    given = front.data.get("metrics") if front else None
    names = [str(name) for name in given] if isinstance(given, list) else [str(given)] if given else []
    reported = {figure.quantity for figure in card.facts.figures}
    reported |= {figure.quantity for row in card.facts.sweep for figure in row.figures}
    if missing := [name for name in names if name not in reported]:
        text = f"metrics: {', '.join(missing)}, of which the card gives no figure by that name"
        ledger.add("left out", text, card.key_line("metrics"))


def _plain(value: object) -> Value:
    """A value that YAML of a manifest can hold; ``None`` for one that it cannot, or that is empty."""
    if isinstance(value, bool | int | float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return value if value.strip() and not _CONTROL.search(value) else None
    if isinstance(value, list):
        items = [_plain(item) for item in value]
        return None if None in items or not items else items
    if isinstance(value, dict):
        pairs = {str(key): _plain(inner) for key, inner in value.items()}
        return None if None in pairs.values() or not pairs else pairs
    return None
