"""What the figures of a card were measured on, each dataset with its configuration, split and revision."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from cardgen.catalog.hub_names import id_fault
from cardgen.inherit.facts.hub import same_model
from cardgen.inherit.facts.model import Figure
from cardgen.inherit.importer.card import SourceCard
from cardgen.inherit.importer.report import Ledger
from cardgen.inherit.importer.scale import FACTORS
from cardgen.inherit.manifest_text import Entry, Value
from cardgen.patterns import regex

Path = tuple[str | int, ...]

_RESULT = 4
"""Parts of the path of a result: ``("model-index", 0, "results", 0)``."""
_UNTOLD = regex(r"[\W_]+")
_FOR_CALIBRATION = regex(r"calibrat|imatrix", re.IGNORECASE)
_ADDRESS = regex(r"https?://[^/ ]+\S*")


class Data(NamedTuple):
    """A dataset as a card's model-index gives it; what it does not give is empty."""

    name: str = ""
    id: str = ""
    config: str = ""
    split: str = ""
    revision: str = ""

    def entry(self, name: str = "") -> dict[str, Value]:
        """As a reported entry's ``dataset``, under another name where one is given."""
        pairs = {**self._asdict(), "name": name or self.name or self.id}
        return {key: value for key, value in pairs.items() if value}

    def names(self) -> set[str]:
        """What a table may call it: its name, id or configuration, in the form that :func:`_alike` gives."""
        told = (self.name, self.id, self.id.rpartition("/")[2], self.config)
        return {_alike(name) for name in told if name}


@dataclass(frozen=True)
class ScoredOn:
    """What each figure of a card was measured on."""

    common: Value = None
    """A reported entry's ``dataset`` for figures that do not say it; ``None`` where none is known or it is that of
    :attr:`evaluation`."""
    evaluation: list[Entry] = field(default_factory=list)
    """A manifest's ``evaluation``; empty where the card has several datasets, or does not tell the split."""
    indexed: Mapping[Path, Data] = field(default_factory=dict)
    """The path of a result in the front matter, to its dataset."""
    sources: Mapping[Path, dict[str, Value]] = field(default_factory=dict)
    """The path of a result in the front matter, to who reports it by its own words."""
    every: frozenset[Data] = frozenset()
    """The datasets of the model-index."""
    by_name: Mapping[str, list[Data]] = field(default_factory=dict)
    """What a table may call them, to those that it may mean."""
    by_value: Mapping[tuple[str, Decimal], frozenset[Data]] = field(default_factory=dict)
    """A metric and its value in the model-index, to the datasets that they are of."""

    own: int = 0
    """Which model of the model-index the card is of."""

    def of(self, figure: Figure) -> Value:
        """A reported entry's ``dataset`` for a figure."""
        data = self.data_of(figure)
        if figure.place == "table" and figure.dataset:
            return (data or Data()).entry(figure.dataset)
        return data.entry() if data is not None and len(self.every) > 1 else self.common

    def data_of(self, figure: Figure) -> Data | None:
        """The dataset of the model-index that a figure is of; ``None`` where that is not known."""
        if figure.place == "metadata":
            return self.indexed.get(figure.metadata_path[:_RESULT])
        if figure.dataset:
            called = self.by_name.get(_alike(figure.dataset), [])
            return called[0] if len(called) == 1 else None
        if len(self.every) == 1:
            return next(iter(self.every))
        if not self.by_value:
            return None
        values = (figure.value * factor for factor in FACTORS)
        equal: frozenset[Data] = frozenset().union(
            *(self.by_value.get((figure.quantity, value), ()) for value in values)
        )
        return next(iter(equal)) if len(equal) == 1 else None

    def source_of(self, figure: Figure) -> dict[str, Value] | None:
        """Who reports a figure of the model-index, where that says so itself."""
        return self.sources.get(figure.metadata_path[:_RESULT]) if figure.place == "metadata" else None


def scored_on(card: SourceCard, ledger: Ledger, *, exported: bool = False) -> ScoredOn:
    """Find out what the figures of a card were measured on.

    Args:
        card: the card.
        ledger: hears what was taken for granted.
        exported: whether it is of an export, whose manifest has no evaluation: each of its figures says its dataset.
    """
    front = card.document.front_matter
    results = dict(indexed_results(front.data if front else {}))
    indexed = {path: data for path, result in results.items() if (data := _data(result)) != Data()}
    sources = {path: source for path, result in results.items() if (source := _source(result))}
    every = frozenset(indexed.values())
    values: dict[tuple[str, Decimal], set[Data]] = {}
    for figure in card.facts.figures:
        if figure.place == "metadata" and (of := indexed.get(figure.metadata_path[:_RESULT])):
            values.setdefault((figure.quantity, figure.value), set()).add(of)
    by_name: dict[str, list[Data]] = {}
    for data in every:
        for name in data.names():
            by_name.setdefault(name, []).append(data)
    by_value = {key: frozenset(found) for key, found in values.items()}
    common, evaluation = _common(card, every, ledger, exported=exported)
    return ScoredOn(common, evaluation, indexed, sources, every, by_name, by_value, _own(card))


def _own(card: SourceCard) -> int:
    """The model of the model-index that is named like the card's repository; else the first."""
    front, repo_id = card.document.front_matter, card.facts.repo_id
    index = front.data.get("model-index") if front else None
    for at, model in enumerate(index if isinstance(index, list) and repo_id else ()):
        name = model.get("name") if isinstance(model, dict) else None
        if isinstance(name, str) and repo_id and same_model(name, repo_id):
            return at
    return 0


def _common(card: SourceCard, every: frozenset[Data], ledger: Ledger, *, exported: bool) -> tuple[Value, list[Entry]]:
    if len(every) == 1:
        (data,) = every
        if exported or not (data.id and data.split):
            return data.entry() if data.name or data.id else None, []
        pairs = data._asdict()
        told = {key: pairs[key] for key in ("id", "name", "config", "split", "revision") if pairs[key]}
        return None, [Entry("dataset", told)]
    datasets = [name for name in card.metadata.datasets if id_fault(name) is None and not _FOR_CALIBRATION.search(name)]
    if (
        not every
        and not exported
        and len(datasets) == 1
        and any(figure.place == "table" for figure in card.facts.figures)
    ):
        text = f"the figures are of {datasets[0]}, the only dataset that the card names; it gives no split"
        ledger.add("assumed", text, card.key_line("datasets"))
        return {"name": datasets[0], "id": datasets[0]}, []
    return None, []


def indexed_results(front: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The results of a model-index with their paths in the front matter."""
    index = front.get("model-index")
    for at, model in enumerate(index if isinstance(index, list) else ()):
        results = model.get("results") if isinstance(model, dict) else None
        for number, result in enumerate(results if isinstance(results, list) else ()):
            if isinstance(result, dict):
                yield ("model-index", at, "results", number), result


def _source(result: Mapping[str, Any]) -> dict[str, Value] | None:
    told = result.get("source")
    url = _text(told.get("url")) if isinstance(told, dict) else ""
    if not isinstance(told, dict) or not _ADDRESS.fullmatch(url):
        return None
    return {"name": _text(told.get("name")) or url, "url": url}


def _data(result: Mapping[str, Any]) -> Data:
    told = result.get("dataset")
    if not isinstance(told, dict):
        return Data()
    name, found_id = _text(told.get("name")), _text(told.get("type"))
    valid = found_id if found_id and id_fault(found_id) is None else ""
    more = [_text(told.get(key)) for key in ("config", "split", "revision")]
    return Data(name or ("" if valid else found_id), valid, *more)


def _text(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value.strip() if isinstance(value, str) and value.isprintable() else ""


def _alike(name: str) -> str:
    return _UNTOLD.sub("", name.lower())
