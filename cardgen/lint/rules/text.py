"""Is the text whole: rightly decoded, free of the page around it, filled in, and said once?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.inherit.document import Span
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.mojibake import find_misread
from cardgen.lint.reading.places import Stretch, visible_stretches
from cardgen.lint.rules import placeholders, repeated, titles
from cardgen.patterns import regex

_PAGE_LINE = regex(r"\s{0,200}(\S{1,60}(?:'s picture| HF staff))[ \t]*(?:\r?\n|\Z)")
"""How the Hub's page begins where it shows a file: who committed it."""
_MISREAD_SHOWN = 20


def _mojibake(subject: Subject) -> Iterator[Found]:
    words: dict[str, tuple[Span, str]] = {}
    more: dict[str, int] = {}
    for stretch in visible_stretches(subject.document, front_matter=True):
        for misread in find_misread(stretch.text):
            word, meant = _word_around(stretch, misread.start, misread.end, misread.meant)
            more[word] = more.get(word, -1) + 1
            place = Span(stretch.start + misread.start, stretch.start + misread.end)
            words.setdefault(word, (place, meant))
    for word, (place, meant) in list(words.items())[:_MISREAD_SHOWN]:
        again = f", {more[word] + 1} times" if more[word] else ""
        shown = "".join(char if char.isprintable() else " " for char in meant).strip()
        remedy = f"write `{shown}`" if shown else "leave the invisible character out"
        yield Found(place, f"`{word}` is text in UTF-8 that was read in another encoding{again}", remedy)


def _word_around(stretch: Stretch, start: int, end: int, meant: str) -> tuple[str, str]:
    """The word that a misread sequence stands in, as it is and as it should be."""
    before = re.search(r"[\w-]{0,30}\Z", stretch.text[max(0, start - 30) : start])
    after = re.match(r"[\w-]{0,30}", stretch.text[end : end + 30])
    head, tail = before[0] if before else "", after[0] if after else ""
    return head + stretch.text[start:end] + tail, head + meant + tail


def _replacement(subject: Subject) -> Iterator[Found]:
    for stretch in visible_stretches(subject.document, front_matter=True):
        for match in re.finditer("\ufffd+", stretch.text):
            place = Span(stretch.start + match.start(), stretch.start + match.end())
            message = "a character was lost: U+FFFD stands in its place"
            yield Found(place, message, "write the character again", fault="lost")


def _chrome(subject: Subject) -> Iterator[Found]:
    document = subject.document
    remedy = "take the file from the repository, not from the page that shows it"
    line = _PAGE_LINE.match(document.source)
    if line or document.form == "chrome":
        place = Span(*line.span(1)) if line else Span(0, min(1, len(document.source)))
        what = f": `{line[1]}`" if line else ""
        yield Found(place, f"parts of the Hub's page stand around the card's text{what}", remedy)


def _collapsed(subject: Subject) -> Iterator[Found]:
    if subject.document.form == "collapsed":
        yield Found(
            Span(0, min(3, len(subject.document.source))),
            "the whole card stands on one line, which shows neither headings nor tables, and has no front matter",
            "restore its line breaks",
        )


RULES: tuple[Rule, ...] = (
    Rule("mojibake", "error", "Text whose encoding was misread, such as `Â®` for `®`.", _mojibake),
    Rule("replacement-character", "error", "A character that was lost in decoding.", _replacement),
    Rule("page-chrome", "error", "Parts of the Hub's page in the card's text.", _chrome),
    Rule("card-collapsed", "error", "A card whose line breaks were lost.", _collapsed),
    *placeholders.RULES,
    *repeated.RULES,
    *titles.RULES,
)
