"""Does a card of a quantized model tell at all what that cost and saved?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.inherit.document import Table
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.made import says_quantized
from cardgen.lint.reading.places import front_place, metadata_of, title_of, visible_stretches
from cardgen.patterns import regex

_DIGIT = regex(r"\d")
_ELSEWHERE = regex(
    r"\b(?:results?|scores?|evaluations?|benchmarks?)\b[^.\n]{0,60}\]\("
    r"|\bsee\b[^.\n]{0,60}(?:eval|perf|accura|compar|chart|plot|original|base|parent|report|card)[^.\n]{0,60}\]\(",
    re.IGNORECASE,
)
"""Results that stand on another page."""
_AMOUNT = regex(
    r"\d ?(?:%|[KMG]i?B\b|ms\b)|(?<![\w.-])\d{1,4}\.\d{2,6}(?![\w-]|\.\d)"
    r"|!\[[^\]\n]{0,200}\]\([^)\n]{0,300}(?:result|score|bench|eval|perf|accura|plot|chart|graph|curve|ladder|kld|ppl)"
    r"|!\[[^\]\n]{0,200}(?:result|score|bench|eval|perf|accura|plot|chart|graph|curve|ladder|kld|ppl)",
    re.IGNORECASE,
)
"""What may be a result, also in a picture; a version such as 1.24.0 is none."""
_NO_AMOUNT = regex(
    r"<[^<>\n]{0,400}>|(?<!!)(\[[^\[\]\n]{0,200}\])\([^()\n]{0,300}\)"
    r"|\b(?:approximately|about|roughly|around|~|by) ?\d{1,3} ?%|\d{1,2} ?% (?:of )?(?:[a-z]+ )?sparsity",
    re.IGNORECASE,
)
"""Measures of pages, numbers in addresses, and what the bits alone give, measured or not."""


def _without_figures(subject: Subject) -> Iterator[Found]:
    """A card of a quantized model on which no number tells what that cost or saved."""
    document, facts = subject.document, subject.facts
    if document.form == "collapsed" or not says_quantized(document) or facts.figures or facts.sweep:
        return
    in_tables = any(
        _DIGIT.search(cell.text)
        for block in document.blocks
        if isinstance(block, Table)
        for row in block.rows
        for cell in row[1:]
    )
    body = "\n".join(stretch.text for stretch in visible_stretches(document))
    if (
        in_tables
        or _AMOUNT.search(_NO_AMOUNT.sub(r"\1", body))
        or _ELSEWHERE.search(body)
        or "model-index" in metadata_of(document)
    ):
        return
    title = title_of(document)
    message = "no score, size or baseline tells what it cost to quantize the model, and what it saved"
    remedy = "give the size of the files, and a score beside the base model's"
    yield Found(title.span if title else front_place(document), message, remedy)


RULES: tuple[Rule, ...] = (
    Rule("result-missing", "note", "A quantized model without any score, size or baseline.", _without_figures),
)
