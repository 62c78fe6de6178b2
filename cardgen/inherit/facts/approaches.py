"""Whether a card says that its model was quantized statically or dynamically."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.inherit.document import Section, Span, Table
from cardgen.inherit.facts.metadata import place_of
from cardgen.inherit.facts.model import Approach, Subject
from cardgen.inherit.facts.scope import Scope
from cardgen.inherit.facts.words import runtime_of
from cardgen.patterns import regex

Claim = tuple[Subject, Approach, Span]

_LONGEST = 10_000

_TAG = regex(r"(?:post)?[ _-]?(?:training)?[ _-]?(?P<approach>static|dynamic)(?:[ _-]?quantization)?", re.IGNORECASE)
_HEADING = regex(
    r"\b(?P<approach>static|dynamic)(?:ally)?\b(?:[ -](?:post[- ]training|int8|8-bit))?[ -](?:quanti[sz]|int8)",
    re.IGNORECASE,
)
_PROSE = regex(
    r"\b(?:post[- ]training[- ](?P<post>static|dynamic)\b"
    r"|(?P<approach>static|dynamic)(?:ally)?[ -](?:post[- ]training[ -])?"
    r"(?:int8[ -])?quanti[sz]|quanti[sz]ation[ _]approach\s{0,2}[:=]?\s{0,2}[`'\"]?(?P<setting>static|dynamic)\b)",
    re.IGNORECASE,
)
_EXPORT = regex(r"\bonnx (?:export|conversion|version) of\b|\bexport(?:ed)? (?:of .{1,80} )?to onnx\b", re.IGNORECASE)
_ROW = regex(r"(?:quanti[sz]ation )?(?:approach|method|type)", re.IGNORECASE)
_KIND = regex(r"\b(?P<approach>static|dynamic)\b", re.IGNORECASE)


def find_approaches(scope: Scope) -> tuple[Claim, ...]:
    """The claims: of tags, headings and tables; where those say nothing of a model, of running text."""
    tags = list(_in_tags(scope))
    told = [*_in_headings(scope), *_in_tables(scope)]
    runtimes = {subject.runtime for subject, _approach, _span in told}
    prose = [claim for claim in _in_prose(scope) if not told or (claim[0].runtime and claim[0].runtime not in runtimes)]
    found = _once([*tags, *told, *prose])
    if not found and "int8" not in scope.document.text.lower():
        found = tuple(_exports(scope))
    return found


def _once(claims: list[Claim]) -> tuple[Claim, ...]:
    seen: set[tuple[Subject, Approach]] = set()
    kept = []
    for subject, approach, span in claims:
        if (subject, approach) not in seen:
            seen.add((subject, approach))
            kept.append((subject, approach, span))
    return tuple(kept)


def _in_tags(scope: Scope) -> Iterator[Claim]:
    front = scope.document.front_matter
    tags = front.data.get("tags") if front else None
    for index, tag in enumerate(tags if isinstance(tags, list | tuple) else ()):
        if isinstance(tag, str) and (found := _TAG.fullmatch(tag[:60])):
            yield (
                Subject(tag, False, scope.runtime),
                _approach(found["approach"]),
                place_of(scope.document, ("tags", index)),
            )


def _in_headings(scope: Scope) -> Iterator[Claim]:
    """A heading speaks for the models that the headings below it name, or else for its own."""
    for index, section in enumerate(scope.document.sections):
        if section.heading is None or (found := _HEADING.search(section.title[:300])) is None:
            continue
        approach = _approach(found["approach"])
        below = [] if runtime_of(section.title) else list(_runtimes_below(scope, index))
        for subject in below or [scope.subject(section, usage=True)]:
            yield subject, approach, section.heading.span


def _runtimes_below(scope: Scope, index: int) -> Iterator[Subject]:
    heading = scope.document.sections[index].heading
    for section in scope.document.sections[index + 1 :]:
        if heading is None or section.heading is None or section.heading.level <= heading.level:
            return
        if runtime_of(section.title) and scope.subject(section).label == section.title:
            yield scope.subject(section)


def _in_tables(scope: Scope) -> Iterator[Claim]:
    for section in scope.document.sections:
        for table in section.blocks:
            if not isinstance(table, Table):
                continue
            for row in table.rows:
                if row and _ROW.fullmatch(row[0].text):
                    for head, cell in zip(table.header[1:], row[1:], strict=False):
                        if found := _KIND.search(cell.text[:200]):
                            yield _column_subject(scope, section, head.text), _approach(found["approach"]), cell.span


def _column_subject(scope: Scope, section: Section, label: str) -> Subject:
    if label and (label in scope.variants or runtime_of(label)):
        return Subject(label, False, scope.runtime_named(label))
    return scope.subject(section)


def _in_prose(scope: Scope) -> Iterator[Claim]:
    for prose in scope.prose:
        lower = prose.lower[:_LONGEST]
        if "quanti" not in lower:
            continue
        for found in _PROSE.finditer(prose.text[:_LONGEST]):
            before = prose.text[max(0, found.start() - 80) : found.start()].rstrip(" (")
            name = scope.variant_in(before)
            subject = Subject(name, False, scope.runtime_named(name)) if name else scope.subject_of(prose)
            approach = _approach(found["post"] or found["approach"] or found["setting"])
            yield subject, approach, scope.places.find(prose.span, prose.text, found.start(), found.end())


def _exports(scope: Scope) -> Iterator[Claim]:
    for section in scope.document.sections:
        if section.heading is not None and _EXPORT.search(section.title[:300]):
            yield Subject(section.title, False, "onnx"), "none", section.heading.span
            return


def _approach(text: str) -> Approach:
    return "static" if text.lower() == "static" else "dynamic"
