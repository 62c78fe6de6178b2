"""Which of the model's labels each label of a dataset is: checked, never assumed."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence

from cardgen.catalog.suggest import nearest
from cardgen.data.fault import Fault, refuse

DEFAULT_LABELS = ("LABEL_0", "LABEL_1")
"""What transformers names the labels of a model that names none; its ``save_pretrained`` leaves these out."""

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
    unknown = [label for label in found if label not in mapping]
    if unknown:
        what = "are bare numbers, which say nothing of the model's labels" if numbers else "are not the model's"
        message = f"Labels of the dataset {what}: {_listed(unknown)}. The model's labels: {_listed(model_labels)}."
        remedy = "Say which is which in the manifest. A sketch, for you to check and fill in:\n" + _proposal(
            found, model_labels, mapping
        )
        faults.append(Fault(("labels",), message, remedy))
    return faults


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
    return {
        label: given.get(label, label) for label in found if label in given or (not numbers and label in model_labels)
    }


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
