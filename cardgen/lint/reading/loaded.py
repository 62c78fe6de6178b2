"""Which models the code of a card loads, and which it quantizes: in Python and in a shell's commands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from cardgen.inherit.document import CodeBlock, Document, Span
from cardgen.inherit.facts.hub import is_hub_id
from cardgen.inherit.remembered import for_one_card
from cardgen.lint.reading.places import code_blocks
from cardgen.lint.reading.python_code import Python, read_python
from cardgen.patterns import regex

_ID = r"(?P<id>[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95})(?![\w./-])"
_FETCHED = regex(
    r"(?:\b(?:huggingface-cli|hf)[ \t]+download[ \t]+|\bvllm[ \t]+serve[ \t]+|\bollama[ \t]+(?:run|pull)[ \t]+hf\.co/"
    r"|\bgit[ \t]+clone[ \t]+(?:https://|git@)(?:huggingface\.co|hf\.co)[/:]|[ \t]-hf[ \t]+)[\"']?" + _ID
)
_SOURCE = regex(r"\boptimum-cli[ \t][^\n]{0,400}?(?:--model(?:_name_or_path|_id)?|-m)(?:[ \t]+|=)[\"']?" + _ID)
_CONTINUED = regex(r"\\\r?\n")
_QUANTIZES = regex(
    r"quantize_dynamic|quantize_static|\bQuantizer\b|Quantizer(?=[.(])|\boneshot\(|PostTrainingQuantConfig"
    r"|\bquantization\.fit\(|\bnncf\.quantize\(|\bnncf\.compress_weights\(|\.quantize\(|quantization_config\s?="
)
_NO_MODEL = regex(r"(?:Tokenizer(?:Fast)?|Processor|FeatureExtractor|Config|Scheduler|Extractor)\Z")
_BESIDE = regex(r"assist|draft|teacher|reward|judge|embed|rerank|baseline|fp32|float|original|compar", re.IGNORECASE)
"""Words for a model beside the card's own."""
_KEYWORDS = frozenset({"model", "model_id", "model_name_or_path"})
_RECIPES = frozenset({"oneshot", "llmcompressor.oneshot", "llmcompressor.transformers.oneshot"})


class Loaded(NamedTuple):
    """An id that code names as the model which it loads or quantizes."""

    id: str
    span: Span
    quantized: bool
    """Whether it is what a recipe starts from."""
    model: bool
    """Whether it is a model rather than a tokenizer or the like."""


@for_one_card
def loaded_models(document: Document) -> tuple[Loaded, ...]:
    """Every id, in order; one that a line calls a draft, a teacher or the like is left out."""
    found: list[Loaded] = []
    pythons = {id(python.block): python for python in read_python(document)}
    for block, _section in code_blocks(document):
        python = pythons.get(id(block))
        found.extend(_in_python(python) if python else _in_shell(document, block))
    return tuple(found)


def _in_python(python: Python) -> Iterator[Loaded]:
    recipe = _QUANTIZES.search(python.block.code) is not None
    for loading in python.loadings():
        if loading.id is None or not is_hub_id(loading.id) or _BESIDE.search(loading.line):
            continue
        model = _NO_MODEL.search(loading.callee) is None
        yield Loaded(loading.id, loading.span, recipe and model, model)
    for call in python.calls:
        if python.dotted(call.func) == "vllm.LLM":
            for value in (*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "model")):
                if (name := python.string(value)) and is_hub_id(name):
                    yield Loaded(name, python.place(value.lineno, name), recipe, True)
        if python.dotted(call.func) in _RECIPES:
            for keyword in call.keywords:
                name = python.string(keyword.value) if keyword.arg in _KEYWORDS else None
                if name and is_hub_id(name) and isinstance(keyword.value, ast.Constant):
                    yield Loaded(name, python.place(keyword.value.lineno, name), True, True)


def _in_shell(document: Document, block: CodeBlock) -> Iterator[Loaded]:
    code = document.slice(block.code_span)
    joined = _CONTINUED.sub(lambda match: " " * len(match[0]), code)
    for pattern, quantized in ((_FETCHED, False), (_SOURCE, True)):
        for match in pattern.finditer(joined):
            start = block.code_span.start + match.start("id")
            yield Loaded(match["id"].removesuffix(".git"), Span(start, start + len(match["id"])), quantized, True)
