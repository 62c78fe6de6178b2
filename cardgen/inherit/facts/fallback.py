"""Which modules a card says were kept in FP32."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from cardgen.inherit.document import CodeBlock, HtmlBlock, Paragraph, Section, Span, Table
from cardgen.inherit.facts.columns import cell_at
from cardgen.inherit.facts.model import FallbackClaim, Subject
from cardgen.inherit.facts.scope import Prose, Scope
from cardgen.inherit.facts.words import runtime_of
from cardgen.patterns import regex

_LONGEST = 200_000
_LONGEST_INTRODUCTION = 2_000

_PARTS_OF_FULL = ("32", "precision", "floating")
_FALLBACK = regex(r"\bf(?:a|e)ll(?:s|en|ing)?[ -]?back(?:ed|s)?\b", re.IGNORECASE)
_KEPT = regex(
    r"\b(?:stay(?:s|ed)?|kept|keep(?:s|ing)?|remain(?:s|ed|ing)?|left|leaves?|retained|preserved"
    r"|excluded|skipped|ignored)\b",
    re.IGNORECASE,
)
_NOT_QUANTIZED = regex(
    r"(?<![\w/-])(?:not|un|non)[ -]?quanti[sz]ed\b(?![/-])|\b(?:exclud|skipp|ignor)ed from quanti[sz]ation\b",
    re.IGNORECASE,
)
_FULL = regex(
    r"(?<![\w/-])(?:fp[ -]?32|float[ -]?32|full[ -]precision|floating[ -]point|32[ -]bit)\b(?![/-]\w)", re.IGNORECASE
)
"""Not in an id, as of a model that this one was made from."""
_MODULES = regex(r"\b(?:modules?|layers?|operators?|ops?|operations?|nodes?|lm_head|embeddings?)\b", re.IGNORECASE)
_SHARE = regex(
    r"(?<![\w./,-])(?P<count>\d{1,7})\s{0,2}(?:/|of(?: the| all)?|out of(?: the)?)\s{0,2}(?P<total>\d{1,7})"
    r"(?![\d/]|[.,]\d|\s?%)",
    re.IGNORECASE,
)
_SHARE_CELL = regex(r"(?P<count>\d{1,7})\s?(?:/|of|out of)\s?(?P<total>\d{1,7})")
_COUNTED = regex(
    r"(?<![\w./,-])(?P<count>\d{1,7})\s(?:linear |embedding |conv(?:olution)? )?"
    r"(?:modules?|layers?|operators?|ops?|nodes?)\b",
    re.IGNORECASE,
)
_ALL = regex(r"\ball(?: the| of the)?\s{1,2}$", re.IGNORECASE)
_IN_INT8 = regex(
    r"(?P<int8>\bint8\b|(?<!not )(?<!un)(?<!non-)\bquanti[sz]ed\b)|\bf[ae]ll|\bfp[ -]?32|\bfloat", re.IGNORECASE
)
"""What a count is followed by first: that says what was counted."""
_NONE = regex(
    r"\b(?:no|none of the|not one of the)\s(?:\w{1,20}\s)?(?:modules?|layers?|operators?|ops)\b", re.IGNORECASE
)
_ROW = regex(
    r"(?:linear )?(?:modules?|layers?)(?: kept)? in fp32|fallback(?: modules?)?|fp32 (?:linear )?(?:modules?|layers?)",
    re.IGNORECASE,
)

_MARKED = regex(
    r"\*\*(?P<bold>[^*\n]{1,300})\*\*|`(?P<code>[^`\n]{1,300})`|<code>(?P<tag>[^<>\n]{1,300})</code>"
    r"|(?<!\w)'(?P<single>[\w./\\\[\]-]{1,300})'|\"(?P<double>[\w./\\\[\]-]{1,300})\""
)
_DOTTED = regex(r"(?<![\w./@-])[A-Za-z_]\w{0,100}(?:\.\w{1,100}){1,40}(?![\w/@])")
_NAME = regex(r"/?[A-Za-z_][\w.\[\]/-]*")
_NO_MODULE = regex(
    r"(?:pytorch|torch|onnx|onnxruntime|fp32|fp16|bf16|int8|uint8|float32|float16|linear|conv|embedding"
    r"|matmul|gather|add|gemm|static|dynamic|true|false|none|all|note|e\.g|i\.e|etc"
    r"|.*\.(?:py|md|json|ya?ml|bin|onnx|safetensors|txt|com|org|co|io|net|html?))",
    re.IGNORECASE,
)
_CODE_SPAN = regex(r"`([^`,\n]{1,300})`")
_LISTED = regex(r"\s{0,3}`[^`,\n]{1,300}`(?:(?:,|,? and)\s{1,3}`[^`,\n]{1,300}`){0,10000}\.?\s{0,3}")
_NOT_LINEAR = regex(
    r"\b(?:embedding|convolution)s?\s(?:layers?\s|modules?\s)?(?:stay|stayed|kept|are|were|remain)", re.IGNORECASE
)
"""What a sentence speaks of, where that is not what a row of Linear modules counts."""
_CLASS = regex(r"[A-Z][A-Za-z0-9]*[a-z][A-Z][A-Za-z0-9]*|[A-Z]\w*(?:For[A-Z]\w+|Model)")
"""A name as of a class, which code loads or which many modules are of."""
_ITEM_SEPARATORS = regex(r"[\s,;:'\"*`&|()\[\]•–-]+|\band\b|<[^<>]{0,200}>")


def find_fallbacks(scope: Scope) -> tuple[FallbackClaim, ...]:
    """The claims of running text with the modules that they list, joined with the counts of tables."""
    found = list(_in_prose(scope))
    claims = [claim for claim, _linear in found]
    uncounted: dict[str | None, list[int]] = {}
    for index, (claim, linear) in enumerate(found):
        if claim.count is None and linear:
            for key in {claim.subject.label, claim.subject.runtime}:
                uncounted.setdefault(key, []).append(index)
    for counted in _in_tables(scope):
        label, runtime = counted.subject.label, counted.subject.runtime
        fitting = uncounted.get(label) or (uncounted.get(runtime) if runtime else None) or []
        if label in scope.variants:  # another variant's list is not this one's
            labels = {index: claims[index].subject.label for index in fitting}
            fitting = [index for index, own in labels.items() if own == label or own not in scope.variants]
        if len(fitting) == 1 and claims[fitting[0]].count is None:
            listed = claims[fitting[0]]
            claims[fitting[0]] = replace(listed, subject=counted.subject, count=counted.count, total=counted.total)
        else:
            claims.append(counted)
    return tuple(claims)


def _in_prose(scope: Scope) -> Iterator[tuple[FallbackClaim, bool]]:
    """Each claim, and whether it can be of Linear modules."""
    listed = 0
    for prose in scope.prose:
        introduction = prose.text[:_LONGEST_INTRODUCTION]
        if prose.span.start < listed:  # a name in the list that was read: ``quantizer.fallback.fp32`` introduces none
            continue
        if not _speaks_of_fallback(introduction, prose.lower[:_LONGEST_INTRODUCTION]):
            continue
        start, end = _sentence(introduction)
        said = introduction[start:end]
        modules = list(_names(scope, prose, start, end))
        count, total = _counts(said)
        sentence = scope.places.find(prose.span, prose.text, start, end)
        last = max(sentence.end, *(span.end for _name, span in modules)) if modules else sentence.end
        if not modules or introduction.rstrip().endswith(":"):
            for names, span in _lists_behind(scope, prose):
                modules += names
                listed = last = span.end
        if not modules and count is None:
            if not _NONE.search(said):
                continue
            count = 0
        claim = FallbackClaim(scope.subject_of(prose), tuple(modules), count, total, Span(sentence.start, last))
        yield claim, _NOT_LINEAR.search(said) is None


def _speaks_of_fallback(text: str, lower: str) -> bool:
    """Whether it does; a look at the same text in lower case for a part of each word spares most searches."""
    full = any(part in lower for part in _PARTS_OF_FULL) and _FULL.search(text)
    if "back" in lower and _FALLBACK.search(text):
        return bool(full or _MODULES.search(text))
    if "quanti" in lower and _NOT_QUANTIZED.search(text):
        return _MODULES.search(text) is not None
    return bool(full and _KEPT.search(text) and _MODULES.search(text))


def _sentence(text: str) -> tuple[int, int]:
    """The sentence that speaks of it."""
    found = _FALLBACK.search(text) or _NOT_QUANTIZED.search(text) or _KEPT.search(text)
    at = found.start() if found else 0
    start = text.rfind(". ", 0, at)
    end = text.find(". ", at)
    return (start + 2 if start >= 0 else 0), (end if end >= 0 else len(text))


def _counts(text: str) -> tuple[int | None, int | None]:
    found = _SHARE.search(text) or _COUNTED.search(text)
    if found is None or _ALL.search(text, max(0, found.start() - 20), found.start()):
        return None, None
    behind = _IN_INT8.search(text, found.end())
    if behind and behind["int8"]:
        return None, None
    return int(found["count"]), int(found["total"]) if "total" in found.groupdict() else None


def _names(scope: Scope, prose: Prose, start: int, end: int) -> Iterator[tuple[str, Span]]:
    """The modules that a sentence lists, in order: marked names, or else names with dots.

    Where a colon introduces names, only those behind it count.
    """
    markdown = prose.markdown[:_LONGEST]
    begin = _in_markdown(prose.text, markdown, start, 0)
    stop = len(markdown)
    if end < min(len(prose.text), _LONGEST_INTRODUCTION):
        stop = _in_markdown(prose.text, markdown, end + 1, begin + end - start)
    names = [item for item in _names_in(markdown, begin, stop) if item[0] not in scope.variants]
    colon = markdown.find(":", begin, stop)
    listed = _LISTED.fullmatch(markdown, colon + 1, stop) if colon >= 0 else None
    if listed and any(at > colon for _name, at in names):  # one of them is a module, and so are the others
        names = [(span[1], span.start()) for span in _CODE_SPAN.finditer(markdown, colon + 1, stop)]
    if behind := [item for item in names if item[1] > colon >= 0]:
        names = behind
    shown = scope.places.shown(prose.span)
    first = scope.places.find(prose.span, prose.text, start, end).start - prose.span.start if start else 0
    yield from _placed([name for name, _start in names], shown, first, prose.span)


def _in_markdown(text: str, markdown: str, at: int, least: int) -> int:
    """Where in the Markdown stands what stands at ``at`` in the text."""
    words = text[at : at + 100].split(maxsplit=1)
    found = markdown.find(words[0], max(at, least)) if words and at else 0
    return found if found >= 0 else (0 if at == 0 else len(markdown))


def _names_in(markdown: str, begin: int, end: int) -> list[tuple[str, int]]:
    names = []
    for found in _MARKED.finditer(markdown, begin, end):
        inner = found["bold"] or found["code"] or found["tag"] or found["single"] or found["double"]
        names += [(name, found.start()) for part in inner.split(",") if (name := _module(part))]
    if not names:
        names = [
            (name, found.start()) for found in _DOTTED.finditer(markdown, begin, end) if (name := _module(found[0]))
        ]
        names = [(name, at) for name, at in names if max(map(len, name.split("."))) > 2]
    return names


def _module(text: str) -> str | None:
    name = text.strip(" '\"`*").replace("\\", "")
    if not _NAME.fullmatch(name) or _NO_MODULE.fullmatch(name) or _CLASS.fullmatch(name):
        return None
    if "/" in name and not name.startswith("/"):
        return None
    return name.rstrip(".")


def _placed(names: list[str], shown: str, start: int, block: Span) -> Iterator[tuple[str, Span]]:
    """Each name with its place, looked for behind the one before."""
    at = start
    for name in names:
        found, length = shown.find(name, at), len(name)
        if found < 0 and "_" in name:
            escaped = name.replace("_", "\\_")
            found, length = shown.find(escaped, at), len(escaped)
        if found < 0:
            yield name, block
            continue
        at = found + length
        yield name, Span(block.start + found, block.start + at)


def _lists_behind(scope: Scope, prose: Prose) -> Iterator[tuple[list[tuple[str, Span]], Span]]:
    """The blocks right behind an introduction that list modules and nothing else."""
    blocks = prose.section.blocks
    at = bisect_left(blocks, prose.span.start, key=lambda block: block.span.start)
    if at == len(blocks) or blocks[at].span != prose.span:
        return
    for block in blocks[at + 1 :]:
        if isinstance(block, CodeBlock):
            text, span = block.code, block.code_span
        elif isinstance(block, Paragraph):
            text, span = block.markdown, block.span
        elif isinstance(block, HtmlBlock):
            text, span = block.html, block.span
        else:
            return
        names = _only_names(_without_summary(text[:_LONGEST]), code=isinstance(block, CodeBlock))
        if names is None or (not names and not isinstance(block, HtmlBlock)):
            return
        yield list(_placed(names, scope.places.shown(span), 0, span)), block.span


def _only_names(text: str, *, code: bool) -> list[str] | None:
    """The modules of a list; ``None`` where the text is anything else. Code may hold a bare name in each line."""
    code = code and not any(" " in line.strip() for line in text.splitlines())
    parts = [part for part in _ITEM_SEPARATORS.split(text) if part]
    marked = {name for name, _start in _names_in(text, 0, len(text))}
    names = []
    for part in parts:
        name = _module(part)
        if name is None or not (code or len(parts) == 1 or name in marked or any(char in name for char in "._/")):
            return None
        names.append(name)
    return names


def _without_summary(text: str) -> str:
    start, end = text.find("<summary>"), text.find("</summary>")
    return text[:start] + text[end + len("</summary>") :] if 0 <= start < end else text


def _in_tables(scope: Scope) -> Iterator[FallbackClaim]:
    for section in scope.document.sections:
        for table in section.blocks:
            if isinstance(table, Table):
                yield from _in_table(scope, section, table)


def _in_table(scope: Scope, section: Section, table: Table) -> Iterator[FallbackClaim]:
    """Rows such as ``Linear modules in FP32``, with a column per model."""
    for row in table.rows:
        if not row or len(row[0].text) > 60 or not _ROW.fullmatch(row[0].text.strip()):
            continue
        for index in range(1, len(row)):
            cell = row[index]
            head = cell_at(table.header, index)
            label = head.text if head else ""
            named = bool(label) and (label in scope.variants or runtime_of(label) is not None)
            subject = Subject(label, False, scope.runtime_named(label)) if named else scope.subject(section)
            if share := _SHARE_CELL.fullmatch(cell.text.strip()):
                yield FallbackClaim(subject, (), int(share["count"]), int(share["total"]), cell.span)
            elif cell.text.isascii() and cell.text.isdigit() and len(cell.text) < 8:
                yield FallbackClaim(subject, (), int(cell.text), None, cell.span)
