"""Front matter of an imported card: what goes into ``metadata``, and what its model-index says of the evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardgen.catalog.hub_names import id_fault
from cardgen.catalog.suggest import nearest
from cardgen.inherit.document import Span
from cardgen.inherit.importer.card import SourceCard
from cardgen.inherit.importer.mend import meant_tag
from cardgen.inherit.importer.report import Ledger
from cardgen.inherit.manifest_text import Entry, Value
from cardgen.manifest.model import Metadata
from cardgen.manifest.rules.metadata import PASSED_ON, WRITTEN_BY_CARDGEN
from cardgen.patterns import regex

_TAKEN = {"license", "license_name", "license_link", "language", "datasets", "tags", *WRITTEN_BY_CARDGEN}
_CONTROL = regex(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


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
        if refusal.key != "base_model":
            ledger.add("left out", f"{refusal.key}: {refusal.value}, which {refusal.reason}", _line(card, refusal.key))
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
            ledger.add("left out", f"the key {key} of the front matter", _line(card, key))
    _tell_metrics(card, ledger)
    return lines


def _mended_tags(card: SourceCard, tags: tuple[str, ...], ledger: Ledger) -> tuple[str, ...]:
    mended: list[str] = []
    for tag in tags:
        meant = meant_tag(tag)
        if meant is not None:
            ledger.add("mended", f"the tag `{tag}` is `{meant}`", _line(card, "tags"))
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
        ledger.add("left out", text, _line(card, "metrics"))


def _line(card: SourceCard, key: str) -> int | None:
    front = card.document.front_matter
    if front is None or card.moved_lines is not None:
        return None
    place = front.places.get((key,))
    return card.line(place) if isinstance(place, Span) else None


def _plain(value: object) -> Value:
    """A value that YAML of a manifest can hold; ``None`` for one that it cannot, or that is empty."""
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value if value.strip() and not _CONTROL.search(value) else None
    if isinstance(value, list):
        items = [_plain(item) for item in value]
        return None if None in items or not items else items
    if isinstance(value, dict):
        pairs = {str(key): _plain(inner) for key, inner in value.items()}
        return None if None in pairs.values() or not pairs else pairs
    return None


def scored_dataset(card: SourceCard, ledger: Ledger) -> tuple[Value, list[Entry]]:
    """What the figures were measured on.

    Returns:
        A reported entry's ``dataset``, or ``None`` where it is not known or is the evaluation's; and a manifest's
        ``evaluation``, empty where the card does not tell the split.
    """
    front = card.document.front_matter
    told = _indexed(front.data if front else {})
    if told is not None:
        name, found_id = _text(told.get("name")), _text(told.get("type"))
        valid = found_id if found_id and id_fault(found_id) is None else None
        config, split = _text(told.get("config")), _text(told.get("split"))
        if valid and split:
            pairs = (("id", valid), ("name", name), ("config", config), ("split", split))
            return None, [Entry("dataset", {key: value for key, value in pairs if value})]
        shown = name or found_id
        if shown:
            pairs = (("name", shown), ("id", valid or ""), ("config", config), ("split", split))
            return {key: value for key, value in pairs if value}, []
    datasets = [name for name in card.metadata.datasets if id_fault(name) is None]
    if len(datasets) == 1 and any(figure.place == "table" for figure in card.facts.figures):
        text = f"the figures are of {datasets[0]}, the only dataset that the card names; it gives no split"
        ledger.add("assumed", text, _line(card, "datasets"))
        return {"name": datasets[0], "id": datasets[0]}, []
    return None, []


def _indexed(front: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The dataset of a model-index that has one."""
    index = front.get("model-index")
    found: list[Mapping[str, Any]] = []
    for model in index if isinstance(index, list) else ():
        results = model.get("results") if isinstance(model, dict) else None
        for result in results if isinstance(results, list) else ():
            dataset = result.get("dataset") if isinstance(result, dict) else None
            if isinstance(dataset, dict) and dataset not in found:
                found.append(dataset)
    return found[0] if len(found) == 1 else None


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) and value.isprintable() else ""
