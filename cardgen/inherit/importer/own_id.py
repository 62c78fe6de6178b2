"""Whether the model that a card's code loads is the card's own, by the words of the names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from cardgen.inherit.document import Document
from cardgen.inherit.facts.hub import same_model
from cardgen.inherit.facts.model import CardFacts
from cardgen.patterns import regex

Fit = Literal["told", "likely", "unlike"]

_PART = regex(r"[^a-z0-9]+")
_OF_FORM = frozenset(
    (
        *("int8", "int4", "uint8", "8bit", "4bit", "w8a8", "w4a16", "quantized", "quantised", "quant", "quantization"),
        *("static", "dynamic", "ptq", "qat", "qdq", "onnx", "ort", "pytorch", "openvino", "ov", "inc", "nncf", "ipex"),
    )
)
"""Words that tell the form of a model, not which model it is."""


def fit_of_id(repo_id: str, document: Document, facts: CardFacts) -> Fit:
    """How well the id that a card's code gives fits the names that the card gives itself.

    Returns:
        ``told`` where the model-index names it too, or each of its words is in the title or the base model's name;
        ``unlike`` where it has words of its own and lacks some of the base model's; else ``likely``.
    """
    front = document.front_matter
    index = front.data.get("model-index") if front else None
    names = [model.get("name") for model in index if isinstance(model, dict)] if isinstance(index, list) else []
    if any(isinstance(name, str) and same_model(name, repo_id) for name in names):
        return "told"
    title = next((section.title for section in document.sections if section.heading), "")
    own = words_of(repo_id)
    bases = [words_of(name) for name, _span in facts.base_models]
    known = words_of(title).union(*bases)
    if not _missing(own, known):
        return "told"
    return "unlike" if bases and all(_missing(base, own) for base in bases) else "likely"


def words_of(name: str) -> frozenset[str]:
    """The words of an id or title, without its owner, that tell which model it is."""
    return frozenset(_PART.split(name.rpartition("/")[2].lower())) - _OF_FORM - {""}


def _missing(words: Iterable[str], there: frozenset[str]) -> bool:
    """Whether one of some words is not among others, nor a piece of one, nor put together of them."""
    every = " ".join(sorted(there))
    return any(word not in every and not any(part in word for part in there if len(part) > 1) for word in words)
