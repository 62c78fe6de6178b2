"""Labels of words as tags of spans, which F1, precision and recall of spans are computed from.

Known schemes are IOB (Ramshaw and Marcus, Text chunking using transformation-based learning, 1995), in either of its
forms, and IOBES: a tag is ``O``, or a letter and the span's type (``B-PER``), which may be left out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from cardgen.data.fault import Fault
from cardgen.patterns import regex

SPAN_METRICS = ("f1", "precision", "recall")
"""Metrics of token classification that are of spans, and not of words."""

_TAG = regex(r"O|[BIES](?:-.+)?")
_SHOWN = 10


def are_tags(labels: Collection[str]) -> bool:
    """Whether all labels are tags of a scheme that is known."""
    return all(_TAG.fullmatch(label) for label in labels)


def scored_as(mapping: Mapping[str, str]) -> dict[str, str]:
    """By what name each label of the dataset is scored: its own; where these are no tags and the model's are, its.

    Args:
        mapping: label of the dataset to the model's.
    """
    return (
        dict(mapping) if are_tags(mapping.values()) and not are_tags(mapping) else {label: label for label in mapping}
    )


def answered_as(model_labels: Sequence[str], mapping: Mapping[str, str]) -> tuple[str, ...]:
    """By what name each of the model's labels is scored: that of the label of the dataset that it stands for.

    One that stands for none is a span of a type that the dataset does not have, which is wrong wherever it is answered;
    unless it is a tag itself.

    Args:
        model_labels: the model's label names in id order.
        mapping: label of the dataset to the model's, of those too that the samples do not have.
    """
    names = scored_as(mapping)
    found = {name: names[label] for label, name in mapping.items()}
    taken = set(found.values())
    return tuple(
        found.get(name) or (name if are_tags((name,)) and name not in taken else f"B-{name}") for name in model_labels
    )


def tag_faults(labels: Sequence[str]) -> list[Fault]:
    """That labels of words are no tags of a scheme that is known, so that there are no spans to score."""
    strange = [label for label in labels if not are_tags((label,))]
    if not strange:
        return []
    shown = ", ".join(f"`{label}`" for label in strange[:_SHOWN]) + (" and others" if len(strange) > _SHOWN else "")
    message = f"f1, precision and recall are of spans, which labels tell by IOB or IOBES, and these do not: {shown}."
    remedy = (
        "Score `accuracy`, which is of words; or take data whose labels are tags such as B-PER, I-PER and O, and map "
        "them to the model's under `evaluation.labels`."
    )
    return [Fault(("metrics",), message, remedy)]
