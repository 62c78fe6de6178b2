"""Which of the model's labels each label of a dataset is: checked, never assumed."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence

from cardgen.catalog.suggest import nearest
from cardgen.data.fault import Fault, refuse
from cardgen.data.rules.label_sets import LabelSetRule
from cardgen.patterns import regex

DEFAULT_LABELS = ("LABEL_0", "LABEL_1")
"""What transformers names the labels of a model that names none; its ``save_pretrained`` leaves these out."""

_SHOWN = 40
_NUMBER = regex(r"\s*[-+]?\d{1,18}(?:\.\d{0,18})?\s*")
"""A number as text, of so few digits that two that differ do so as numbers of Python, too."""
_NUMBERED = regex(r"(\D*)\d{1,18}(\D*)")
"""A name that is a number but for a text that its kind has in common, such as ``LABEL_1`` or ``2 stars``."""


def map_labels(
    found: Sequence[str], model_labels: Sequence[str], given: Mapping[str, str] | None, *, numbers: bool
) -> dict[str, str]:
    """Map each label of the dataset to one of the model's.

    Args:
        found: the dataset's distinct labels as text; for a ClassLabel column their names, in its order.
        model_labels: the model's label names in id order.
        given: what the manifest says under ``evaluation.labels``.
        numbers: whether the dataset's labels are bare numbers. These are never taken for the model's ids, which a
            dataset numbers as it likes: they must be given.

    Labels that are numbers as text, as CSV has them, are taken for the model's of the same name only where they can be
    numbered no other way; else all of them must be given. So must all names that differ in a number alone, such as
    ``LABEL_1`` and ``LABEL_2``, where the model lacks one of them: they may be counted from another number.

    Raises:
        StepError: if a label is not mapped, is mapped to a label that the model does not have, or two are to one.
    """
    refuse(label_faults(found, model_labels, given, numbers=numbers))
    return _known(found, model_labels, given or {}, numbers=numbers)


def label_faults(
    found: Sequence[str], model_labels: Sequence[str], given: Mapping[str, str] | None, *, numbers: bool
) -> list[Fault]:
    """What keeps :func:`map_labels`, which takes the same, from mapping each label of the dataset."""
    given, faults = given or {}, []
    for label, name in given.items():
        if name not in model_labels:
            hint = nearest(name, model_labels)
            message = f"`evaluation.labels` maps `{label}` to `{name}`, which is not a label of the model."
            remedy = (f"Did you mean `{hint}`? " if hint else "") + f"The model's labels: {_listed(model_labels)}."
            faults.append(Fault(("labels", label), message, remedy))
    mapping = _known(found, model_labels, given, numbers=numbers)
    faults += _merged({**given, **mapping})
    unknown = [label for label in found if label not in mapping]
    if unknown:
        what = "are not the model's"
        if numbers:
            what = "are bare numbers, which say nothing of the model's labels"
        elif any(label in model_labels for label in unknown):
            what = "have numbers that are not just the model's, so that none of them can be taken by its name"
        message = f"Labels of the dataset {what}: {_listed(unknown)}. The model's labels: {_listed(model_labels)}."
        remedy = "Say which is which in the manifest. A sketch, for you to check and fill in:\n" + _proposal(
            found, model_labels, mapping
        )
        faults.append(Fault(("labels",), message, remedy))
    return faults


def map_sets(rule: LabelSetRule, model_labels: Sequence[str], given: Mapping[str, str] | None) -> dict[str, str]:
    """Map each label of lists of labels to one of the model's: to itself, where they are marks in the model's order.

    Raises:
        StepError: as :func:`map_labels`, or if there are not as many marks as the model has labels.
    """
    refuse(set_faults(rule, model_labels, given))
    if rule.marks:
        return {label: label for label in model_labels}
    return map_labels(rule.distinct, model_labels, given, numbers=rule.numbers)


def set_faults(rule: LabelSetRule, model_labels: Sequence[str], given: Mapping[str, str] | None) -> list[Fault]:
    """What keeps :func:`map_sets`, which takes the same."""
    if not rule.marks:
        return label_faults(rule.distinct, model_labels, given, numbers=rule.numbers)
    if given:
        remedy = "Take it out, or name a column of lists of labels."
        return [Fault(("labels",), "The data mark the model's labels in their order, so that none is mapped.", remedy)]
    if rule.width != len(model_labels):
        message = f"Rows mark {rule.width} labels, and the model has {len(model_labels)}: {_listed(model_labels)}."
        return [Fault(("columns", "labels"), message, "Mark each of the model's labels, in the order of their ids.")]
    return []


def _merged(mapping: Mapping[str, str]) -> list[Fault]:
    """That labels of the dataset are mapped to one of the model's, where some are."""
    labels: dict[str, list[str]] = {}
    for label, name in mapping.items():
        labels.setdefault(name, []).append(label)
    remedy = "Give each a label of its own; where they are to count as one, merge them in the data."
    return [
        Fault(("labels",), f"Several labels of the dataset are mapped to `{name}`: {_listed(several)}.", remedy)
        for name, several in labels.items()
        if len(several) > 1
    ]


def label_names(config: object) -> tuple[str, ...] | None:
    """A model's label names in id order, as its ``config.json`` gives them; ``None`` where that leaves them open."""
    if not isinstance(config, Mapping):
        return None
    named = config.get("id2label")
    if not named and not {"num_labels", "_num_labels"} & config.keys():
        return DEFAULT_LABELS
    if not isinstance(named, Mapping) or not all(str(key).isdecimal() for key in named):
        return None
    names = tuple(named[key] for key in sorted(named, key=int))
    return names if names and all(isinstance(name, str) for name in names) else None


def _known(
    found: Sequence[str], model_labels: Sequence[str], given: Mapping[str, str], *, numbers: bool
) -> dict[str, str]:
    named = set() if numbers else {label for label in found if label in model_labels}
    digits = {label for label in found if _NUMBER.fullmatch(label)}
    if not digits <= given.keys() and (digits & given.keys() or not _numbered_alike(digits, model_labels)):
        named -= digits
    for kind in _kinds(found):
        if not kind <= given.keys() and (kind & given.keys() or not kind <= set(model_labels)):
            named -= kind
    return {label: given.get(label, label) for label in found if label in given or label in named}


def _kinds(labels: Collection[str]) -> list[set[str]]:
    """Names that differ in a number alone, by what else they are."""
    kinds: dict[tuple[str | None, ...], set[str]] = {}
    for label in labels:
        if not _NUMBER.fullmatch(label) and (match := _NUMBERED.fullmatch(label)):
            kinds.setdefault(match.groups(), set()).add(label)
    return list(kinds.values())


def _numbered_alike(digits: Collection[str], model_labels: Sequence[str]) -> bool:
    """Whether labels that are numbers are the model's, and cannot be these counted from another number.

    Some of the model's may lack, but neither the least nor the greatest: all would have moved beyond one of these.
    """
    names = [label for label in model_labels if _NUMBER.fullmatch(label)]
    ends = {min(names, key=float), max(names, key=float)} if names else set()
    return ends <= set(digits) <= set(names)


def _proposal(found: Sequence[str], model_labels: Sequence[str], known: Mapping[str, str]) -> str:
    lines = ["evaluation:", "  labels:"]
    differing = [label for label in found if known.get(label) != label]
    for label in differing[:_SHOWN]:
        # A number that looks like another says nothing.
        numbered = _NUMBER.fullmatch(label) or _NUMBERED.fullmatch(label)
        guess = known.get(label) or (None if numbered else nearest(label, model_labels))
        lines.append(f"    {_quoted(label)}: " + (_quoted(guess) if guess else "  # which of the model's labels?"))
    if len(differing) > _SHOWN:
        lines.append(f"    # and so on for {len(differing) - _SHOWN} more")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """A double-quoted YAML string, which reads as the same text, whatever it looks like."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else f"\\U{ord(letter):08x}" for letter in quoted)


def _listed(labels: Collection[str]) -> str:
    shown = ", ".join(f"`{label}`" for label in list(labels)[:_SHOWN])
    return shown + (f" and {len(labels) - _SHOWN} more" if len(labels) > _SHOWN else "")
