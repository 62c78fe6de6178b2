"""Are results shown that are another model's? An export of a model often keeps that model's card, and its results."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from operator import attrgetter

from cardgen.inherit.document import Paragraph, Section, Table
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.places import listed, metadata_of, title_of
from cardgen.lint.reading.quantities import metric_figures
from cardgen.patterns import regex

_EXPORT_TITLE = regex(
    r"\b(?:exported|export|conver(?:sion|t|ted)|port(?:ed)?)\b"
    r"|\b(?:onnx|openvino|core ?ml|tflite|gguf) (?:version|format|weights)\b",
    re.IGNORECASE,
)
_EXPORT_TAGS = frozenset({"onnx", "openvino", "coreml", "tflite", "openvino-export"})
_EVALUATION = regex(r"\b(?:evaluat\w+|results?|performance|benchmarks?|scores?)\b", re.IGNORECASE)
_CREDITED = regex(
    r"\b(?:base|original|parent|source|pytorch|fp32|upstream)[ -]+(?:model|version|card|weights|checkpoint)\b"
    r"|\b(?:inherited|copied|taken|quoted|reported) (?:from|by)\b|\bnot (?:been )?(?:re-?)?(?:evaluated|measured)\b",
    re.IGNORECASE,
)
_OWN = regex(r"\b(?:onnx|openvino|int8|int4|quanti[sz]ed|export(?:ed)?)\b", re.IGNORECASE)
_REACHES = regex(
    r"\b(?:this|the) model (?:reach|achiev|obtain|scor|get|has|attain)\w{0,3}"
    r"(?: an?| the)?(?: (?!of\b)[a-z]\w{0,19}){0,3}",
    re.IGNORECASE,
)
_NUMBER = regex(r"[-+]?\d{1,9}(?:\.\d{1,9})?\s{0,2}%?")


def is_export(subject: Subject) -> bool:
    """Whether the card is of a model that was only put into another format."""
    if any(approach != "none" for _of, approach, _span in subject.facts.approaches):
        return False
    title = title_of(subject.document)
    tags = {tag for tag, _path in listed(subject.document, "tags") if isinstance(tag, str)}
    if "int8" in tags or metadata_of(subject.document).get("base_model_relation") == "quantized":
        return False
    return bool(tags & _EXPORT_TAGS) or (title is not None and _EXPORT_TITLE.search(title.title) is not None)


def inherited_tables(subject: Subject) -> Iterator[tuple[Table, Section]]:
    """Tables of results on an export's card that nothing around them says to be of either model."""
    if not is_export(subject):
        return
    for section in subject.document.sections:
        above = " / ".join((*section.parents[1:], section.title))
        if section.heading is None or section.heading.level == 1 or not _EVALUATION.search(above):
            continue
        words = " ".join([above, *(block.text for block in section.blocks if isinstance(block, Paragraph))])
        if _CREDITED.search(words) or _OWN.search(words):
            continue
        for block in section.blocks:
            if isinstance(block, Table) and _holds_figures(block):
                yield block, section


def is_inherited(subject: Subject) -> bool:
    """Whether a card shows results that seem to be its base model's."""
    return next(inherited_tables(subject), None) is not None


def _holds_figures(table: Table) -> bool:
    cells = [cell.text for row in (table.header, *table.rows) for cell in row]
    return not any(_OWN.search(text) for text in cells) and any(_NUMBER.fullmatch(text.strip()) for text in cells)


def _found(subject: Subject) -> Iterator[Found]:
    for table, section in inherited_tables(subject):
        yield Found(
            table.span,
            f"the results under `{section.title}` read as this model's, but an export inherits its base model's",
            "say whose results they are, or measure the export",
        )
    yield from _in_prose(subject)


def _in_prose(subject: Subject) -> Iterator[Found]:
    """A sentence of the base model's card on what "this model" reaches, which the export's card has kept."""
    if not is_export(subject):
        return
    scores = sorted(figure.span for figure in metric_figures(subject.facts, "prose"))
    for section in subject.document.sections:
        for block in section.blocks:
            if not isinstance(block, Paragraph) or _CREDITED.search(block.text) or _OWN.search(block.text):
                continue
            reaches = _REACHES.search(block.text)
            if reaches is None:
                continue
            first = bisect_left(scores, block.span.start, key=attrgetter("start"))
            if first < len(scores) and scores[first].start < block.span.end:
                message = f"`{reaches[0]}` with a score reads as this model's, but an export inherits its base model's"
                yield Found(scores[first], message, "say whose result it is, or measure the export")
                return


_TOLERANCE = (
    r"\btolerances?\b|\b[ar]tol\b|\b(?:absolute|relative|greatest|largest|max(?:imum)?) differences?\b"
    r"|\bhow far its outputs\b|\bdifferences? (?:from PyTorch|allowed)\b"
)
_SIZE = r"\b(?:its|model|file|weights?) size\b|\d\s?[MG]i?B\b(?! (?:[A-Z]\d|RAM|GPU|VRAM|of (?:RAM|memory)))"
_SAID = (("the opset", r"\bopset\b"), ("how far its outputs may differ", _TOLERANCE), ("its size", _SIZE))
_EXPORT_FACTS = tuple((what, regex(words, re.IGNORECASE)) for what, words in _SAID)


def _facts(subject: Subject) -> Iterator[Found]:
    title = title_of(subject.document)
    tags = {tag for tag, _path in listed(subject.document, "tags") if isinstance(tag, str)}
    if title is None or not is_export(subject) or not ("onnx" in tags or "onnx" in title.title.casefold()):
        return
    body = subject.document.body
    lacking = [what for what, words in _EXPORT_FACTS if not words.search(body)]
    if lacking:
        message = f"the card of an export does not say {', '.join(lacking)}"
        yield Found(title.span, message, "say it, so that people know whether their runtime takes it", "note")


RULES: tuple[Rule, ...] = (
    Rule("evaluation-inherited", "warning", "Results of the base model that read as the export's own.", _found),
    Rule("export-facts-missing", "note", "An ONNX export without its opset, tolerance or size.", _facts),
)
