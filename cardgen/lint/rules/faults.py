"""What the Hub's own rules say of the front matter, each fault under the rule that it belongs to."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator

from cardgen.card.metadata.fault import Keys, MetadataFault
from cardgen.card.metadata.hub_metadata import validate_metadata
from cardgen.inherit.document import Document
from cardgen.inherit.remembered import for_one_card
from cardgen.lint.finding import Found, Rule, Severity, Subject
from cardgen.lint.reading.places import front_place, metadata_of
from cardgen.lint.reading.vocabulary import LEGACY_TASKS
from cardgen.patterns import regex

_SENTIMENT = regex(r"(?:^|[-_ ])(?:sentiment|intent|emotion)(?:$|[-_ ])", re.IGNORECASE)

_RULES: tuple[tuple[str, Severity, str, Callable[[Keys], bool]], ...] = (
    ("license-unknown", "error", "A licence that the Hub does not know.", lambda keys: keys[0] == "license"),
    ("language-unknown", "error", "A language that is no ISO 639 code.", lambda keys: keys[0] == "language"),
    ("pipeline-tag-unknown", "warning", "A pipeline tag that the Hub does not know.", lambda k: k[0] == "pipeline_tag"),
    (
        "id-malformed",
        "error",
        "What cannot be an id on the Hub, where one is expected.",
        lambda keys: keys[0] in ("datasets", "base_model", "new_version"),
    ),
    (
        "task-type-unknown",
        "warning",
        "A task in model-index that the Hub does not know.",
        lambda keys: keys[0] == "model-index" and keys[-2:] == ("task", "type"),
    ),
    ("metadata-invalid", "error", "Any other front matter that the Hub rejects or ignores.", lambda _keys: True),
)


@for_one_card
def _faults(document: Document) -> tuple[tuple[str, MetadataFault], ...]:
    """Every fault with its rule: the first that takes its keys."""
    faults = validate_metadata(metadata_of(document))
    return tuple((_rule(fault), fault) for fault in faults if fault.keys and not _otherwise(document, fault))


def _rule(fault: MetadataFault) -> str:
    return next(rule for rule, _severity, _title, takes in _RULES if takes(fault.keys))


def _otherwise(document: Document, fault: MetadataFault) -> bool:
    """Whether a fault is none to a reader, or another rule's."""
    if fault.keys[0] == "tags" and "misspelt" in fault.message:
        return True  # tag-near-miss knows more words
    return fault.keys[-2:] == ("task", "type") and str(_value(document, fault.keys)) in LEGACY_TASKS


def _value(document: Document, keys: Keys) -> object:
    value: object = metadata_of(document)
    for key in keys:
        try:
            value = value[key]  # type: ignore[index]  # of whatever type the card's YAML is
        except (LookupError, TypeError):
            return None
    return value


def _check(rule: str) -> Callable[[Subject], Iterator[Found]]:
    def check(subject: Subject) -> Iterator[Found]:
        for taken_by, fault in _faults(subject.document):
            if taken_by == rule:
                place = front_place(subject.document, *fault.keys)
                message, remedy = f"{fault.path}: {fault.message}", _remedy(subject, fault)
                yield Found(place, message, remedy, fault.severity, _kind(rule, fault))

    return check


def _kind(rule: str, fault: MetadataFault) -> Hashable:
    """What faults have in common that a script wrote into one result of a model-index after another."""
    keys = tuple(key for key in fault.keys if isinstance(key, str))
    if rule == "task-type-unknown":
        return keys
    return (keys, fault.message) if len(keys) > 1 else None


def _remedy(subject: Subject, fault: MetadataFault) -> str:
    value = _value(subject.document, fault.keys)
    if fault.keys[-2:] == ("task", "type") and isinstance(value, str) and _SENTIMENT.search(value):
        return "write `text-classification`"
    return fault.remedy or "mend it, or leave the key out"


RULES: tuple[Rule, ...] = tuple(Rule(rule, severity, title, _check(rule)) for rule, severity, title, _takes in _RULES)
