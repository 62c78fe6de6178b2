"""How a card says that its model was calibrated."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.inherit.document import Cell, Section, Span, Table
from cardgen.inherit.facts.columns import cell_at
from cardgen.inherit.facts.model import CalibrationClaim, Subject
from cardgen.inherit.facts.scope import Prose, Scope
from cardgen.inherit.facts.words import runtime_of
from cardgen.patterns import regex

_LONGEST = 10_000

_SPLIT = r"(?P<{name}>train(?:ing)?|eval(?:uation)?|validation|valid|dev(?:elopment)?|test)"
_LOADER = r"calibration[ _-](?:data ?loader|data ?set|data|set|split|samples?|images|examples)"
_SPLITS = (
    regex(
        rf"\b{_LOADER}\b[^.;|]{{0,80}}?\bsplit\s{{0,2}}[:=]?\s{{0,2}}[`'\"]?(?P<split>[\w-]{{1,40}})",
        re.IGNORECASE,
    ),
    regex(
        rf"\b{_LOADER}\b\s{{0,3}}(?::|=|is|are|was|were|comes?|came)[^.;|]{{0,60}}?\b{_SPLIT.format(name='split')}\b",
        re.IGNORECASE,
    ),
    regex(
        rf"\bcalibrat(?:ed|ion|ing)\b[^.;|]{{0,80}}?\b{_SPLIT.format(name='split')}"
        r"\s(?:data ?loader|data ?set|data|set|split|samples|partition|subset)\b",
        re.IGNORECASE,
    ),
    regex(
        rf"\b{_SPLIT.format(name='split')}\s(?:data ?loader|data ?set|data|set|split|samples)\b"
        r"[^.;|]{0,60}?\b(?:for|in|during|as)\s(?:the\s)?calibrat(?:ion|ing)\b",
        re.IGNORECASE,
    ),
    regex(r"^\s{0,3}[^|]{0,200},\ssplit\s[`'\"]?(?P<split>[\w-]{1,40})[`'\"]?\s{0,3}$", re.IGNORECASE),
)
_COUNT = r"(?<!\d\+)(?<!\d \+ )(?P<count>\d{1,3}(?:,\d{3})+|\d{1,9})(?! ?\+ ?\d)"
_ASKED = (
    regex(rf"\b{_COUNT}\s(?:[a-z]{{1,20}}\s){{0,3}}asked\b", re.IGNORECASE),
    regex(
        rf"(?<!real )(?<!actual )\bsampling[ _-]size\s{{0,3}}(?:is|of|was|=|:)?\s{{0,3}}[`'\"]?{_COUNT}\b",
        re.IGNORECASE,
    ),
    regex(
        rf"\b(?:num(?:ber)?[ _]of[ _]calibration[ _]samples|(?:num|n)[ _]calibration[ _]samples|calibration[ _]samples"
        rf"|calibration[ _](?:set[ _])?size)\s{{0,3}}(?:is|of|was|=|:)?\s{{0,3}}[`'\"]?{_COUNT}\b",
        re.IGNORECASE,
    ),
    regex(
        rf"\bcalibrat(?:ed|ion|ing)\b[^.;|]{{0,80}}?(?<![\d.,/]){_COUNT}"
        r"\s(?:random(?:ly chosen)?\s|calibration\s|training\s|validation\s)?"
        r"(?:samples|examples|sentences|images|sequences|prompts|texts|rows|records)\b",
        re.IGNORECASE,
    ),
    regex(
        rf"(?<![\d.,/]){_COUNT}\s(?:\w{{1,20}}\s){{0,2}}(?:samples|examples|sentences|images|sequences)"
        r"[^.;|]{0,60}?\b(?:for|in|during|as)\s(?:the\s)?calibrat(?:ion|ing)\b",
        re.IGNORECASE,
    ),
)
_SEEN = (
    regex(rf"\b{_COUNT}\s(?:samples\s)?(?:were\s)?(?:actually\s)?seen\b", re.IGNORECASE),
    regex(rf"\bsaw\s(?:only\s)?{_COUNT}\b", re.IGNORECASE),
    regex(
        rf"\b(?:real|actual|effective|true)\s(?:calibration\s)?(?:sampling|sample|calibration)"
        rf"[ _-](?:size|number|count)\s{{0,3}}(?:is|of|was|=|:)?\s{{0,3}}[`'\"]?{_COUNT}\b",
        re.IGNORECASE,
    ),
    regex(
        rf"\b(?:actually|in fact|really)\b[^.;|]{{0,40}}?\b{_COUNT}\s(?:samples|examples|sentences)\b", re.IGNORECASE
    ),
)
_BATCH = (
    regex(rf"\bbatch(?:es)?[ _-]size\s{{0,3}}(?:is|of|was|=|:)?\s{{0,3}}[`'\"]?{_COUNT}\b", re.IGNORECASE),
    regex(rf"\bbatches\sof\s{_COUNT}\b", re.IGNORECASE),
)
_MOST_BEHIND = 2
"""How many paragraphs after the first may add to what it says of calibration."""


def calibration_claims(scope: Scope) -> Iterator[CalibrationClaim]:
    """What the card says of calibration: one claim for all that a section says in a row, one per column of a table."""
    open_claim: CalibrationClaim | None = None
    behind = 0
    section: Section | None = None
    for prose in scope.prose:
        text = prose.text[:_LONGEST]
        if open_claim is not None and (prose.section is not section or behind >= _MOST_BEHIND):
            yield open_claim
            open_claim = None
        behind += 1
        if "calibrat" not in prose.lower[:_LONGEST]:
            continue
        found = _read(text, scope.subject_of(prose), _narrow(scope, prose, text))
        if found is None:
            continue
        merged = _merged(open_claim, found) if open_claim is not None else None
        if merged is None and open_claim is not None:
            yield open_claim
        open_claim, behind, section = merged or found, 0, prose.section
    if open_claim is not None:
        yield open_claim
    yield from _in_tables(scope)


def _read(text: str, subject: Subject, span: Span) -> CalibrationClaim | None:
    split = next((found["split"] for pattern in _SPLITS if (found := pattern.search(text))), None)
    asked, seen, batch = (_count(patterns, text) for patterns in (_ASKED, _SEEN, _BATCH))
    if split is None and asked is None and seen is None:
        return None
    return CalibrationClaim(subject, split, asked, seen, batch, span)


def _count(patterns: tuple[re.Pattern[str], ...], text: str) -> int | None:
    for pattern in patterns:
        if found := pattern.search(text):
            return int(found["count"].replace(",", ""))
    return None


def _narrow(scope: Scope, prose: Prose, text: str) -> Span:
    """A claim in a long cell or paragraph stands where its first word of calibration does, up to its end."""
    lower = text.lower()
    start = lower.index("calibrat")
    sentence = max(lower.rfind(". ", 0, start) + 2, 0) if ". " in lower[:start] else 0
    return prose.span if sentence == 0 else scope.places.find(prose.span, prose.text, sentence, len(text.rstrip()))


def _merged(one: CalibrationClaim, other: CalibrationClaim) -> CalibrationClaim | None:
    """Both claims in one, where neither says again what the other says."""
    if one.subject != other.subject:
        return None
    names = ("split", "asked", "seen", "batch_size")
    if any(getattr(one, name) is not None and getattr(other, name) is not None for name in names):
        return None
    span = Span(min(one.span.start, other.span.start), max(one.span.end, other.span.end))
    return CalibrationClaim(
        one.subject,
        one.split or other.split,
        one.asked if one.asked is not None else other.asked,
        one.seen if one.seen is not None else other.seen,
        one.batch_size if one.batch_size is not None else other.batch_size,
        span,
    )


def _in_tables(scope: Scope) -> Iterator[CalibrationClaim]:
    for section in scope.document.sections:
        for table in section.blocks:
            if isinstance(table, Table):
                yield from _in_table(scope, section, table)


def _in_table(scope: Scope, section: Section, table: Table) -> Iterator[CalibrationClaim]:
    """Rows such as ``Calibration data`` and ``Calibration samples``, with a column per model."""
    rows = [
        row
        for row in table.rows
        if len(row) > 1 and "calibrat" in row[0].text[:60].lower() and row[0].text.count(" ") < 5
    ]
    if not rows:
        return
    for index in range(1, max(map(len, rows))):
        claim: CalibrationClaim | None = None
        subject = _column_subject(scope, section, table, index)
        for row in rows:
            cell = cell_at(row, index)
            if cell is None or (found := _read_cell(row[0].text, cell, subject)) is None:
                continue
            merged = _merged(claim, found) if claim else found
            claim = merged._replace(span=claim.span if claim and claim.split else cell.span) if merged else claim
        if claim is not None:
            yield claim


def _read_cell(title: str, cell: Cell, subject: Subject) -> CalibrationClaim | None:
    text = cell.text[:_LONGEST]
    title = title.lower()
    if cell.text.isascii() and cell.text.isdigit() and len(text) < 10:
        number = int(text)
        if "batch" in title:
            return CalibrationClaim(subject, None, None, None, number, cell.span)
        return CalibrationClaim(subject, None, number, None, None, cell.span)
    if "split" in title and text and " " not in text and text.lower() not in ("n/a", "-", "none"):
        return CalibrationClaim(subject, text, None, None, None, cell.span)
    return _read(f"calibration data: {text}", subject, cell.span) or _read(text, subject, cell.span)


def _column_subject(scope: Scope, section: Section, table: Table, index: int) -> Subject:
    head = cell_at(table.header, index)
    label = head.text if head else ""
    if label and (label in scope.variants or runtime_of(label)):
        return Subject(label, False, scope.runtime_named(label))
    return scope.subject(section)
