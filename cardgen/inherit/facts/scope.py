"""Which model a part of a card speaks of, and what running text it holds."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from cardgen.inherit.document import Document, HtmlBlock, Paragraph, Section, Span, Table
from cardgen.inherit.facts.model import Place, Subject
from cardgen.inherit.facts.places import Places
from cardgen.inherit.facts.words import Runtime, runtime_of
from cardgen.patterns import regex

_USAGE = regex(
    r"(?:how to (?:use|load|run)|load|usage|use\b|using|inference|example|quick ?start|get(?:ting)? started|run\b)",
    re.IGNORECASE,
)
_FORMAT = regex(
    r"\b(pytorch|onnx)\s+(?:int8\s+|fp32\s+)?(?:model|export|format|version|variant)\b"
    r"|\b(?:export|convert)ed to (onnx)\b"
)
_TAG = regex(r"<[^<>]{0,1000}>")
_FORMAT_ROW = regex(r"(?:format|runtime|framework|made with|backend)", re.IGNORECASE)
_VARIANT = regex(r"variants?", re.IGNORECASE)
_NAMED_HEADING = regex(r"([A-Za-z0-9][\w.-]{0,60}):\s")
_LONG_CELL_SPACES = 5
_LONGEST_MARKED = 1_000
_MARKED = regex(r"`([^`\n]{1,60})`|\*\*([^*\n]{1,60})\*\*")
_RUNTIME_NAME = regex(r"pytorch|onnx", re.IGNORECASE)
_QUANTIZED_WORDS = ("int8", "int4", "quantiz", "quantis", "8-bit")


class Prose(NamedTuple):
    """A piece of running text: a paragraph, a list item, HTML, or a table's cell that holds a sentence."""

    text: str
    """Plain text on one line."""
    markdown: str
    span: Span
    section: Section
    place: Place
    lower: str
    """The text in lower case, for looking whether a word is there at all."""


@dataclass
class Scope:
    """A card with what decides which model its parts speak of."""

    document: Document
    places: Places
    runtime: Runtime | None
    """The one that the whole card is about, where it names one format of the model and no other."""
    variants: Mapping[str, Runtime | None]
    """Names of the models that a table compares, with their runtimes."""
    quantized: bool
    """Whether the card speaks of quantization at all."""
    prose: tuple[Prose, ...]
    _subjects: dict[tuple[Span, bool], Subject] = field(default_factory=dict)

    def subject(self, section: Section, *, usage: bool = False) -> Subject:
        """The model that a section speaks of: the heading nearest above that names a runtime or variant decides.

        Args:
            section: the section.
            usage: whether headings about loading a model count: they do for code, and not for what comes after it.
        """
        key = (section.span, usage)
        known = self._subjects.get(key)
        if known is None:
            known = self._subjects[key] = self._find_subject(section, usage=usage)
        return known

    def subject_of(self, prose: Prose) -> Subject:
        """The model that a text is about: the one variant that it marks (``In `onnx`, …``), or its section's."""
        if "`" in prose.markdown or "**" in prose.markdown:
            marked = {found[1] or found[2] for found in _MARKED.finditer(prose.markdown[:_LONGEST_MARKED])}
            named = [name for name in marked if name in self.variants or _RUNTIME_NAME.fullmatch(name)]
            if len(named) == 1:
                return Subject(named[0], False, self.runtime_named(named[0]))
        return self.subject(prose.section)

    def runtime_named(self, label: str) -> Runtime | None:
        """The runtime of the model that a label names, where no section helps."""
        return self.variants.get(label) or runtime_of(label) or self.runtime

    def variant_in(self, text: str) -> str | None:
        """The variant or runtime that stands alone in a text, or right at its end."""
        words = text.split()
        last = words[-1].strip("`*'\"()") if words else ""
        return last if last in self.variants or runtime_of(last) else None

    def _find_subject(self, section: Section, *, usage: bool) -> Subject:
        titles = [title for title in (section.title, *reversed(section.parents)) if title]
        if not usage:
            titles = [title for title in titles if not _USAGE.match(title)]
        for title in titles:
            name = _NAMED_HEADING.match(title)
            if name and (name[1] in self.variants or runtime_of(name[1])):
                return Subject(name[1], False, self.variants.get(name[1]) or runtime_of(title))
            runtime = self.variants.get(title) or runtime_of(title)
            if runtime or title in self.variants:
                return Subject(title, False, runtime)
        return Subject(titles[0] if titles else "", False, self.runtime)


def scope_of(document: Document) -> Scope:
    """Look over a card once."""
    prose = tuple(_prose(document))
    lower = document.text.lower()
    variants = _variants(document)
    return Scope(
        document=document,
        places=Places(document),
        runtime=_card_runtime(document, prose, variants),
        variants=variants,
        quantized=any(word in lower for word in _QUANTIZED_WORDS),
        prose=prose,
    )


def _prose(document: Document) -> list[Prose]:
    found = []
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Paragraph):
                found.append(Prose(block.text, block.markdown, block.span, section, "prose", block.text.lower()))
            elif isinstance(block, HtmlBlock):
                text = " ".join(html.unescape(_TAG.sub(" ", block.html)).split())
                found.append(Prose(text, block.html, block.span, section, "prose", text.lower()))
            elif isinstance(block, Table):
                found += [
                    Prose(cell.text, cell.markdown, cell.span, section, "table", cell.text.lower())
                    for row in block.rows
                    for cell in row
                    if cell.text.count(" ") >= _LONG_CELL_SPACES
                ]
    return found


def _card_runtime(
    document: Document, prose: tuple[Prose, ...], variants: Mapping[str, Runtime | None]
) -> Runtime | None:
    titled = (runtime_of(section.title) for section in document.sections)
    named: set[Runtime] = {runtime for runtime in (*variants.values(), *titled) if runtime}
    for text in (*(section.title.lower() for section in document.sections), *(piece.lower for piece in prose)):
        if "onnx" not in text and "pytorch" not in text:
            continue
        for found in _FORMAT.finditer(text):
            named.add("pytorch" if found[1] and found[1] == "pytorch" else "onnx")
    return named.pop() if len(named) == 1 else None


def _variants(document: Document) -> dict[str, Runtime | None]:
    found: dict[str, Runtime | None] = {}
    for section in document.sections:
        for table in section.blocks:
            if not isinstance(table, Table) or not table.header:
                continue
            if _VARIANT.fullmatch(table.header[0].text):
                for row in table.rows:
                    if row and row[0].text:
                        found.setdefault(row[0].text, runtime_of(row[0].text))
            elif not table.header[0].text:
                for row in table.rows:
                    if row and _FORMAT_ROW.fullmatch(row[0].text):
                        for head, cell in zip(table.header[1:], row[1:], strict=False):
                            if head.text:
                                found[head.text] = (
                                    found.get(head.text) or runtime_of(head.text) or runtime_of(cell.text)
                                )
    return found
