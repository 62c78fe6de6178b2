"""Which of the model's labels each label of a dataset is: checked, never assumed."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence

from cardgen.catalog.suggest import nearest
from cardgen.errors import StepError

_SHOWN = 40


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

    Raises:
        StepError: if a label is not mapped, or is mapped to a label that the model does not have.
    """
    given = given or {}
    for label, name in given.items():
        if name not in model_labels:
            hint = nearest(name, model_labels)
            raise StepError(
                f"`evaluation.labels` maps `{label}` to `{name}`, which is not a label of the model.",
                remedy=(f"Did you mean `{hint}`? " if hint else "") + f"The model's labels: {_listed(model_labels)}.",
            )
    mapping = {
        label: given.get(label, label) for label in found if label in given or (not numbers and label in model_labels)
    }
    unknown = [label for label in found if label not in mapping]
    if unknown:
        what = "are bare numbers, which say nothing of the model's labels" if numbers else "are not the model's"
        raise StepError(
            f"Labels of the dataset {what}: {_listed(unknown)}. The model's labels: {_listed(model_labels)}.",
            remedy="Say which is which in the manifest. A sketch, for you to check and fill in:\n"
            + _proposal(found, model_labels, mapping),
        )
    return mapping


def _proposal(found: Sequence[str], model_labels: Sequence[str], known: Mapping[str, str]) -> str:
    lines = ["evaluation:", "  labels:"]
    differing = [label for label in found if known.get(label) != label]
    for label in differing[:_SHOWN]:
        guess = known.get(label) or nearest(label, model_labels)
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
