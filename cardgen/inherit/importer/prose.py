"""What of a card the manifest does not say, kept as a person's words: nothing is lost."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cardgen.inherit.document import Block, CodeBlock, Heading, Paragraph, Section, Span, Table
from cardgen.inherit.importer.card import SourceCard
from cardgen.inherit.importer.fit import fitted
from cardgen.inherit.importer.report import Ledger
from cardgen.inherit.importer.tokens import marks
from cardgen.patterns import regex

FIRST_LEVEL = 3
"""Of headings in a card's notes."""

_SENTENCE = regex(r"(?<=[.!?:])\s+(?=[A-Z*\[`'\"])")
_LINK = regex(r"\[[^\[\]]*\]\([^()\s]*\)|\*\*[^*]*\*\*|`[^`]*`")
_OWN_NUMBER = regex(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w-])")
_HEADS: Mapping[str, str] = {
    "intended use": "intended_use",
    "intended uses": "intended_use",
    "limitations": "limitations",
    "caveats": "caveats",
    "caveats and recommendations": "caveats",
}
_ATX = regex(r"^#{1,6}(?=\s|$)")
_CLOSED = regex(r"\s#+$")
_UNDERLINE = regex(r"\s*(?:=+|-+)\s*")


@dataclass
class Understood:
    """What the manifest says of the card already."""

    blocks: set[Span] = field(default_factory=set)
    """Whole blocks: tables of figures, citations."""
    places: list[Span] = field(default_factory=list)
    """Claims in running text; the sentence around one is told by it."""
    origins: list[Span] = field(default_factory=list)
    """Where sentences name the base model."""
    rest: dict[Span, str] = field(default_factory=dict)
    """Blocks of which only some is told, with what is left."""
    snippets: set[Span] = field(default_factory=set)
    """Code that only loads the model: the card gets code of its own."""


@dataclass
class _Piece:
    section: Section
    span: Span
    text: str


def keep_whole(card: SourceCard, ledger: Ledger) -> dict[str, str]:
    """The whole text of a card, as ``base-card``: an export's card is its base model's, and nothing in it is cut."""
    body = Span(card.document.head.end, len(card.document.source))
    text = card.text(body).strip("\n")
    if not text.strip():
        return {}
    ledger.add("kept as prose", "the whole text, in base-card", card.line(body))
    return {"base-card": f"{text}\n"}


def keep_prose(card: SourceCard, understood: Understood, manifest: str, title: str, ledger: Ledger) -> dict[str, str]:
    """The text that stays, by section of the new card.

    Args:
        card: the card.
        understood: what the manifest says; it stays all the same where a number, id or module of it is not there.
        manifest: the text of the manifest.
        title: the new card's, which need not be kept again.
        ledger: hears what is kept and what is left out, and where it stood.
    """
    known = marks(manifest)
    pieces = [
        piece for section in card.document.sections for piece in _pieces(card, section, understood, known, ledger)
    ]
    kept: dict[str, list[_Piece]] = {}
    for piece in pieces:
        kept.setdefault(_place(card, piece.section, known | marks(title)), []).append(piece)
    texts = {}
    for place, members in kept.items():
        texts[place] = _assemble(members, card, known | marks(title), headings=place == "notes")
        for section in dict.fromkeys(piece.section.span for piece in members):
            piece = next(piece for piece in members if piece.section.span == section)
            shown = _shortened(piece.section.title) or "before the first heading"
            ledger.add("kept as prose", f"{shown}, in {place}", card.line(piece.span))
    _tell_emptied(card, pieces, title, ledger)
    return texts


def _tell_emptied(card: SourceCard, pieces: Sequence[_Piece], title: str, ledger: Ledger) -> None:
    """Tell of sections of which nothing is kept, but for the one whose heading is the title."""
    kept = {heading.span for piece in pieces for heading in _above(card, piece.section)}
    for section in card.document.sections:
        heading = section.heading
        if heading is None or heading.span in kept or heading.title.endswith(title):
            continue
        of_code = f"the code of {_shortened(section.title.rstrip(':'))}:"
        if len(section.blocks) == 1 and any(told.text.startswith(of_code) for told in ledger.entries):
            continue  # that it is left out is told already
        shown = _shortened(heading.title.rstrip(":"))
        text = f"the section {shown}, whose content the manifest says" if section.blocks else f"the heading {shown}"
        ledger.add("left out", text, card.line(heading.span))


def _shortened(title: str) -> str:
    return title if len(title) <= 80 else f"{title[:77]}…"


def _pieces(
    card: SourceCard, section: Section, understood: Understood, known: frozenset[str], ledger: Ledger
) -> list[_Piece]:
    text = card.document.source
    starts = [_line_start(text, block.span.start) for block in section.blocks]
    ends = [*starts[1:], section.span.end][: len(starts)]
    lefts = [
        _left(card, section, block, Span(start, max(start, end)), understood, known, ledger)
        for block, start, end in zip(section.blocks, starts, ends, strict=True)
    ]
    for index, block in enumerate(section.blocks[:-1]):
        leads_on = isinstance(block, Paragraph) and block.text.endswith(":")
        if leads_on and lefts[index].strip() and not lefts[index + 1].strip() and marks(lefts[index]) <= known:
            lefts[index] = ""  # it only announced what is told now
            words = _shortened(" ".join(getattr(block, "text", "").split()))
            ledger.add("left out", f"“{words}”, as the manifest says what it announces", card.line(block.span))
    pieces = [
        _Piece(section, block.span, left) for block, left in zip(section.blocks, lefts, strict=True) if left.strip()
    ]
    heading = section.heading
    if heading is not None and not pieces and not marks(_words(card, heading)) <= known:
        pieces.append(_Piece(section, heading.span, ""))
    return pieces


def _left(
    card: SourceCard,
    section: Section,
    block: Block,
    around: Span,
    understood: Understood,
    known: frozenset[str],
    ledger: Ledger,
) -> str:
    """What is to be kept of a block."""
    whole = card.text(around)
    if block.span in understood.rest:
        rest = understood.rest[block.span]
        return rest if marks(whole) <= known | marks(rest) else whole
    if block.span in understood.snippets and isinstance(block, CodeBlock):
        if _numbers_and_ids(block.code) <= known:
            where = f"the code of {_shortened(section.title.rstrip(':'))}" if section.title else "code"
            ledger.add("left out", f"{where}: the card gets loading code that cardgen writes", card.line(block.span))
            return ""
        return whole
    if block.span in understood.blocks:
        return "" if marks(whole) <= known else whole
    if isinstance(block, Paragraph):
        return _sentences(card, around, understood, known, ledger)
    return whole


def _numbers_and_ids(code: str) -> frozenset[str]:
    numbers = {number.replace(",", "") for number in _OWN_NUMBER.findall(code)}
    return frozenset(numbers | {mark for mark in marks(code) if "/" in mark})


def _sentences(card: SourceCard, around: Span, understood: Understood, known: frozenset[str], ledger: Ledger) -> str:
    """A paragraph without the sentences that the manifest tells whole."""
    text = card.document.slice(around)
    kept, at, dropped = [], 0, False
    for found in [*_SENTENCE.finditer(text), None]:
        end = found.end() if found else len(text)
        start, stop = around.start + at, around.start + len(text[:end].rstrip())
        sentence = text[at:end]
        told = any(
            place.start < stop and start < place.end
            for place, most in _limited(understood)
            if _word_count(sentence) <= most
        )
        if told and marks(sentence) <= known:
            dropped = True
            words = _shortened(" ".join(sentence.split()))
            ledger.add("left out", f"“{words}”, which the manifest says", card.line(Span(start, stop)))
        else:
            kept.append(sentence)
        at = end
    rest = "".join(kept)
    return (rest if rest.strip(" \t\r\n-*+") else "") if dropped else card.text(around)


def _limited(understood: Understood) -> list[tuple[Span, int]]:
    """The places of claims, and how many words a sentence there may have that says no more than the claim."""
    return [(place, 22) for place in understood.places] + [(place, 8) for place in understood.origins]


def _word_count(sentence: str) -> int:
    """Words of a sentence, but for names of modules and models."""
    return sum(word.isalpha() for word in _LINK.sub(" ", sentence).replace(",", " ").rstrip(". ").split())


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def _place(card: SourceCard, section: Section, known: frozenset[str]) -> str:
    first = section.heading is None or section.span == card.document.sections[0].span
    if first and not card.facts.sweep and (not section.heading or marks(_words(card, section.heading)) <= known):
        return "summary"
    return _HEADS.get(section.title.strip(" :").lower(), "notes")


def _assemble(pieces: Sequence[_Piece], card: SourceCard, known: frozenset[str], *, headings: bool) -> str:
    """Markdown of the pieces, below the headings that they stood under."""
    shown: list[Heading] = []
    if headings:
        for piece in pieces:
            shown += [heading for heading in _above(card, piece.section) if heading not in shown]
    shown = [heading for heading in shown if not (_is_first(card, heading) and marks(_words(card, heading)) <= known)]
    shift = FIRST_LEVEL - min((heading.level for heading in shown), default=FIRST_LEVEL)
    parts: list[str] = []
    written: list[Heading] = []
    for piece in pieces:
        for heading in _above(card, piece.section):
            if heading in shown and heading not in written:
                written.append(heading)
                parts.append("\n" + "#" * min(6, max(1, heading.level + shift)) + f" {_words(card, heading)}\n\n")
        parts.append(piece.text if piece.text.endswith("\n") or not piece.text else piece.text + "\n")
    return fitted(re.sub(r"\n{3,}", "\n\n", "".join(parts)).strip("\n"))


def _words(card: SourceCard, heading: Heading) -> str:
    """A heading's Markdown on one line, without the marks that make it a heading."""
    lines = card.text(heading.span).strip().splitlines()
    if len(lines) > 1 and _UNDERLINE.fullmatch(lines[-1]):
        return " ".join(" ".join(lines[:-1]).split())
    return _CLOSED.sub("", _ATX.sub("", " ".join(" ".join(lines).split()))).strip()


def _is_first(card: SourceCard, heading: Heading) -> bool:
    return next((block for block in card.document.blocks if isinstance(block, Heading)), None) == heading


def _above(card: SourceCard, section: Section) -> list[Heading]:
    """The headings that a section stands under, its own last."""
    if section.heading is None:
        return []
    found: list[Heading] = []
    for other in card.document.sections:
        if other.heading is not None and other.span.start <= section.span.start:
            while found and found[-1].level >= other.heading.level:
                found.pop()
            found.append(other.heading)
    return found


def only_loads(code: str) -> bool:
    """Whether Python code does nothing but import and load."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # about somebody else's code
        try:
            body = ast.parse(code).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return bool(body) and all(isinstance(part, ast.Import | ast.ImportFrom) or _assigns_loaded(part) for part in body)


def _assigns_loaded(part: ast.stmt) -> bool:
    if not isinstance(part, ast.Assign):
        return False
    value = part.value
    if isinstance(value, ast.Constant):
        return isinstance(value.value, str)
    if not isinstance(value, ast.Call):
        return False
    arguments = [*value.args, *(keyword.value for keyword in value.keywords)]
    return all(isinstance(argument, ast.Name | ast.Constant) for argument in arguments)


def table_rest(table: Table, rows: Sequence[int]) -> str:
    """A table of only some rows of another."""
    if not rows:
        return ""
    lines = [table.header, *(table.rows[index] for index in rows)]
    shown = ["| " + " | ".join(cell.markdown for cell in line) + " |" for line in lines]
    return "\n".join([shown[0], "|" + " --- |" * len(table.header), *shown[1:]]) + "\n\n"
