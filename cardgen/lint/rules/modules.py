"""Rules on the modules that stayed FP32: that the list is as long as it is said to be, and names what there is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.card.facts.consistency import count_differs, duplicates
from cardgen.card.facts.shapes import holds
from cardgen.catalog.architectures import Architecture
from cardgen.inherit.document import Span
from cardgen.inherit.facts.model import FallbackClaim
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.shapes import known_architecture
from cardgen.patterns import regex

_SUGGESTED = 5
"""Names up to which each is a finding of its own, with the one that was meant."""
_HEADS = 3
"""Linear modules by which two task heads on one body may differ."""
_NO_LINEAR = regex(r"norm|drop|act|gelu|relu|embed|conv|softmax|quant|matmul|gemm|add|attention|pool", re.IGNORECASE)
_HEAD = regex(r"(?:\w+\.)?(?:pre_classifier|classifier|classification_head|score|qa_outputs|lm_head|cls|head)\b")
_SLIPS = {"lm.head": "lm_head"}
"""Names that no model has, to what is meant."""
_MODULE_NAME = regex(r"\w+(?:\.\w+)*")


def _check_count(subject: Subject) -> Iterator[Found]:
    for claim in subject.facts.fallbacks:
        listed = len({name for name, _span in claim.modules})
        if not count_differs(claim.count, listed) or claim.count == len(claim.modules):
            continue  # a list that is as long as said, with a name twice, is another rule's finding
        yield Found(
            claim.span,
            f"{claim.count} modules are said to be in FP32, and the list names {listed}",
            "correct the count or the list, after counting in the saved model",
        )


def _check_duplicates(subject: Subject) -> Iterator[Found]:
    for claim in subject.facts.fallbacks:
        places: dict[str, list[Span]] = {}
        for name, span in claim.modules:
            places.setdefault(name, []).append(span)
        for name in duplicates(name for name, _span in claim.modules):
            yield Found(places[name][1], f"`{name}` is listed twice among the modules in FP32", "keep one")


def _check_names(subject: Subject) -> Iterator[Found]:
    for claim in subject.facts.fallbacks:
        for name, span in claim.modules:
            if name in _SLIPS:
                yield Found(span, f"no model has a module `{name}`", f"write `{_SLIPS[name]}`")
    shape = known_architecture(subject.facts)
    if shape is None:
        return
    for claim in subject.facts.fallbacks:
        missing = {name: span for name, span in reversed(claim.modules) if _is_missing(shape, name)}
        names = list(dict.fromkeys(name for name, _span in claim.modules if name in missing))
        if len(names) > _SUGGESTED:
            yield Found(
                missing[names[0]],
                f"{shape.id} has no module `{names[0]}`, nor {len(names) - 1} others of this list",
                "look whether the base model is the right one",
            )
            continue
        for name in names:
            meant = shape.nearest_module(name)
            remedy = f"did you mean `{meant}`?" if meant else "name modules as PyTorch does: `model.named_modules()`"
            yield Found(missing[name], f"{shape.id} has no module `{name}`", remedy)


def _is_missing(shape: Architecture, name: str) -> bool:
    """Whether a name is one of a Linear layer in form, and the model has nothing of that name.

    Norms and activations are not in the shape; task heads differ between models of one architecture.
    """
    if not _MODULE_NAME.fullmatch(name) or "." not in name or name in _SLIPS:
        return False
    return not (_HEAD.match(name) or _NO_LINEAR.search(name.rpartition(".")[2]) or holds(shape, name))


def _check_total(subject: Subject) -> Iterator[Found]:
    for claim in subject.facts.fallbacks:
        if claim.total is not None and claim.count is not None and claim.count > claim.total:
            yield Found(
                claim.span,
                f"{claim.count} modules of {claim.total} are said to be in FP32, which is more than there are",
                "correct the two counts",
            )
            continue
        yield from _check_against_shape(subject, claim)


def _check_against_shape(subject: Subject, claim: FallbackClaim) -> Iterator[Found]:
    shape = known_architecture(subject.facts)
    if shape is None or claim.total is None:
        return
    there = len(shape.linear)
    if claim.total in (there, there + len(shape.embeddings)) or abs(claim.total - there) <= _HEADS:
        return
    yield Found(
        claim.span,
        f"{claim.total} modules are said to be in the model, and {shape.id} has {there} Linear modules",
        "say what is counted, or correct the count",
        severity="warning",
    )


RULES: tuple[Rule, ...] = (
    Rule("fp32-count", "error", "A list of FP32 modules that is not as long as the card says.", _check_count),
    Rule("fp32-duplicate", "warning", "A module listed twice among those in FP32.", _check_duplicates),
    Rule("module-name", "warning", "An FP32 module that the base model does not have.", _check_names),
    Rule("module-total", "error", "A number of modules that the base model does not have.", _check_total),
)
