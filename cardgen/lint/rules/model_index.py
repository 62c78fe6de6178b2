"""Does model-index say what was measured, and on what?"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cardgen.catalog.hub_names import id_fault
from cardgen.inherit.document import Paragraph
from cardgen.inherit.facts.model import Figure
from cardgen.inherit.facts.schemes import schemes_in
from cardgen.inherit.facts.words import names_model
from cardgen.inherit.remembered import for_one_card
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.naming import names_another
from cardgen.lint.reading.places import front_place, listed, metadata_of
from cardgen.lint.rules.inherited import is_inherited
from cardgen.patterns import regex

_NO_METRIC = frozenset({"size", "latency_ms", "samples_per_s"})
_NO_ID = frozenset({"custom", "private", "internal", "local", "other", "unknown", "json", "csv", "parquet", "text"})
"""What people write for data that are not on the Hub, and loaders of local files."""
_FILE = regex(r"\.(?:csv|tsv|json|jsonl|parquet|arrow|txt|zip)$", re.IGNORECASE)
_STATE = regex(r"\b(?:[0-9a-f]{40}|revision|sha-?256|commit)\b", re.IGNORECASE)
_SPLIT = regex(
    r"\bsplits?\b|_split\b"
    r"|\b(?:test|validation|dev|development|held-?out|eval|evaluation)[ -](?:sub)?(?:set|split|data(?:set)?)\b"
    r"|\b(?:test|validation|dev|held-?out)[ _-](?:results?|scores?|performance|metrics?|numbers|samples|examples"
    r"|accuracy|acc|f1|bleu|rouge\w{0,5}|wer|perplexity|loss)\b"
    r"|\b(?:on|of|for) (?:the )?(?:test|validation|dev)\b(?! of\b)|[(-](?:test|validation|dev)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class IndexedMetric:
    """One metric of a result, as read."""

    type: Any
    value: Any
    path: tuple[str | int, ...]


@dataclass(frozen=True)
class IndexedResult:
    """One result of model-index, as read: anything may be missing or of a wrong type."""

    path: tuple[str | int, ...]
    task_type: Any
    dataset: Mapping[str, Any]
    metrics: tuple[IndexedMetric, ...]


_ANOTHERS = regex(
    r"\bnot (?:those )?(?:of|for) this (?:export|model|version|conversion)\b"
    r"|\b(?:results|scores|figures)\b[^.\n]{0,40}\b(?:are|were) (?:those )?(?:of|reported (?:for|by|of)) the "
    r"(?:base|original|parent|fp32) (?:model|card)\b",
    re.IGNORECASE,
)
"""Words that make the results of a part another model's."""


def results_of(metadata: Mapping[str, Any]) -> Iterator[IndexedResult]:
    """The results of all models of a model-index that can be read."""
    for number, model in _items(metadata.get("model-index")):
        for index, result in _items(model.get("results")):
            path: tuple[str | int, ...] = ("model-index", number, "results", index)
            task, dataset = result.get("task"), result.get("dataset")
            yield IndexedResult(
                path,
                task.get("type") if isinstance(task, Mapping) else None,
                dataset if isinstance(dataset, Mapping) else {},
                tuple(
                    IndexedMetric(metric.get("type"), metric.get("value"), (*path, "metrics", at))
                    for at, metric in _items(result.get("metrics"))
                ),
            )


def names_of(metadata: Mapping[str, Any]) -> list[str]:
    """The names of the models that a model-index has results of."""
    entries = (model.get("name") for _number, model in _items(metadata.get("model-index")))
    return [name for name in entries if isinstance(name, str)]


def _items(value: object) -> Iterator[tuple[int, Mapping[str, Any]]]:
    if isinstance(value, (list, tuple)):
        yield from ((index, item) for index, item in enumerate(value) if isinstance(item, Mapping))


@for_one_card
def _own_figures(subject: Subject) -> tuple[Figure, ...]:
    """Scores of the card's own model that stand in its text, outside the parts that say whose else they are."""
    sections = subject.document.sections
    starts = [section.span.start for section in sections]
    others = [False] + [
        any(isinstance(block, Paragraph) and _ANOTHERS.search(block.text) for block in section.blocks)
        for section in sections
    ]
    figures = [*subject.facts.figures, *(figure for row in subject.facts.sweep for figure in row.figures)]
    family = _family(subject, {figure.subject.label for figure in figures if figure.place == "table"})
    return tuple(
        figure
        for figure in figures
        if figure.place != "metadata"
        and not (figure.place == "table" and figure.subject.label in family)
        and figure.quantity not in _NO_METRIC
        and not figure.subject.baseline
        and not others[bisect_right(starts, figure.span.start)]
    )


def _family(subject: Subject, labels: set[str]) -> set[str]:
    """Of columns and rows with the models of a whole family, as a base model's card has them: all that name no scheme.

    One of them may be of the base model's own size, and is not of what was made from it either.
    """
    bases = [value for value, _path in listed(subject.document, "base_model") if isinstance(value, str)]
    if len(bases) != 1 or not any(names_another(label, bases[0]) for label in labels):
        return set()
    return {label for label in labels if not names_model(label) and not any(schemes_in(label))}


def _missing(subject: Subject) -> Iterator[Found]:
    if subject.document.front_matter is None or metadata_of(subject.document).get("model-index"):
        return
    figures = _own_figures(subject)
    if figures and not is_inherited(subject):
        message = "the card states results, but no model-index in its front matter tells the Hub of them"
        yield Found(front_place(subject.document), message, "list the results under model-index")


def _models(subject: Subject) -> Iterator[Found]:
    """``huggingface_hub`` reads the results of all entries as one list, and writes them under one name."""
    entries = list(_items(metadata_of(subject.document).get("model-index")))
    names = dict.fromkeys(name for _index, entry in entries if isinstance(name := entry.get("name"), str))
    if len(names) > 1:
        place = front_place(subject.document, "model-index", entries[1][0], "name")
        last = list(names)[-1]
        yield Found(
            place,
            f"model-index has results of {len(names)} models, and whoever saves the card with huggingface_hub saves "
            f"all under the last name, `{last}`",
            "list all results under the name of this card's model, and tell them apart by the names of their metrics",
        )


def _on_hub(dataset: Mapping[str, Any]) -> bool:
    """Whether a result's dataset is one of the Hub, so that it has splits and revisions there."""
    name = dataset.get("type")
    return isinstance(name, str) and name not in _NO_ID and id_fault(name) is None and not _FILE.search(name)


def _split(subject: Subject) -> Iterator[Found]:
    yield from _left_out(subject, "split", "which split of it the results are of")
    if _unindexed_results(subject) and not _SPLIT.search(subject.document.text):
        yield from _untold(subject, "split", "which split of its data the results are of")


def _revision(subject: Subject) -> Iterator[Found]:
    yield from _left_out(subject, "revision", "which state of it the results are of")
    if _unindexed_results(subject) and not _STATE.search(subject.document.text):
        yield from _untold(subject, "revision", "which state of its data the results are of")


def _left_out(subject: Subject, key: str, what: str) -> Iterator[Found]:
    for result in results_of(metadata_of(subject.document)):
        if result.dataset.get(key) is None and _on_hub(result.dataset):
            place = front_place(subject.document, *result.path, "dataset")
            message = f"the dataset `{result.dataset['type']}` has no {key}, so that nobody knows {what}"
            yield Found(place, message, f"write `{key}` under the result's dataset", fault=key)


def _unindexed_results(subject: Subject) -> bool:
    metadata = metadata_of(subject.document)
    return bool(
        metadata.get("datasets")
        and not metadata.get("model-index")
        and _own_figures(subject)
        and not is_inherited(subject)
    )


def _untold(subject: Subject, key: str, what: str) -> Iterator[Found]:
    figure = _own_figures(subject)[0]
    yield Found(figure.span, f"the card does not say {what}", f"name it, best as `{key}` in model-index")


RULES: tuple[Rule, ...] = (
    Rule("model-index-missing", "warning", "Results that stand in the text alone.", _missing),
    Rule("model-index-models", "warning", "Results of several models, which the Hub's client saves as one's.", _models),
    Rule("split-missing", "warning", "Results without the split that they are of.", _split),
    Rule("revision-missing", "warning", "Results without the revision of the data that they are of.", _revision),
)
