"""A whole card on one line, broken into lines again.

Copying a card out of some pages turns each line end into a space. Front matter, headings, tables and code can be told
by their marks; where a heading's title ends and its text begins is guessed by how sentences begin.
"""

from __future__ import annotations

import re

from cardgen.inherit.markdown.passage import Cutting, Passage
from cardgen.inherit.repair.reflow_code import code_breaks
from cardgen.inherit.repair.reflow_tables import count_delimiters, find_tables
from cardgen.inherit.repair.reflow_yaml import reflow_yaml
from cardgen.patterns import regex

_FRONT_MATTER = regex(r"\ufeff?\s*(---)\s+(?=[\w-]+:\s)")
_CLOSING = regex(r"(?<=\s)---(?!\S)")
_FENCE = regex(r"`{3,}")
_LANGUAGE = regex(r"[\w+#.-]+(?=\s)")
_MARK = regex(
    r"(?P<code>`[^`]*`)|(?<!\S)(?P<heading>#{1,6})(?=\s+(?:(?P<small>[a-z])|[^\s#\d]))|(?<!\S)(?P<rule>---+|\*\*\*)(?!\S)"
    r"|(?<!\S)(?P<bullet>[*-])(?=\s+\*\*\S)"
)
_STARTERS = (
    "A|After|All|Although|An|Any|As|At|Before|Below|Both|By|Each|Even|First|Following|For|From|Given|Here|How|However|I|"
    "If|In|It|Its|Many|Most|Note|On|One|Our|Please|See|Since|Some|That|The|There|These|They|This|Those|To|Use|We|When|"
    "While|With|You|Your"
)
_SENTENCE = regex(
    rf"\s(?=(?:{_STARTERS}),?\s+[a-z`\[*]"
    r"|[A-Z][\w-]*\s+(?:(?:[a-z]+\s+)?(?:is|was|are|were|has|have|can|will|may)|pre-?trained|uses|contains|provides)\s)"
)
_WORDS = regex(r"\S+")
_LONGEST_TITLE = 12
"""Words of text after a heading's mark that are taken as its title, where no sentence is seen to begin."""
_TITLE_REACH = 400
"""Characters in which a title's end is looked for."""


def reflowed(passage: Passage) -> Passage | None:
    """The card in lines; ``None`` where it has more than one line or no marks that would be on lines of their own."""
    text = passage.text
    if "\n" in text.strip("\ufeff \t\n") or not _is_collapsed(text):
        return None
    cut = Cutting(passage)
    writer = _Writer(cut, text)
    body = writer.front_matter()
    writer.body(body, len(text.rstrip()))
    return cut.passage()


def _is_collapsed(text: str) -> bool:
    if _FRONT_MATTER.match(text):
        return True
    headings = sum(mark["heading"] is not None for mark in _marks(text, 0, len(text)))
    return headings + 2 * count_delimiters(text) + len(_FENCE.findall(text)) // 2 >= 2


def _marks(text: str, start: int, end: int) -> list[re.Match[str]]:
    """What begins a line. A single ``#`` before a small letter, as in "C # and F", does so only as the first thing."""
    first = start + len(text[start:end]) - len(text[start:end].lstrip())
    return [
        mark
        for mark in _MARK.finditer(text, start, end)
        if not mark["code"] and (mark["heading"] != "#" or mark.start() == first or not mark["small"])
    ]


class _Writer:
    def __init__(self, cut: Cutting, text: str) -> None:
        self._cut = cut
        self._text = text

    def front_matter(self) -> int:
        """Write the front matter; returns where the body begins."""
        opening = _FRONT_MATTER.match(self._text)
        closing = _CLOSING.search(self._text, opening.end()) if opening else None
        if not opening or not closing:
            return 0
        if self._text.startswith("\ufeff"):
            self._cut.keep(0, 1)
        self._cut.keep(*opening.span(1))
        reflow_yaml(self._cut, self._text, opening.end(), closing.start())
        self._cut.put("\n", closing.start() - 1)
        self._cut.keep(closing.start(), closing.end())
        self._cut.put("\n", closing.end())
        return closing.end()

    def body(self, start: int, end: int) -> None:
        fences = [match.span() for match in _FENCE.finditer(self._text, start, end)]
        position = start
        for index in range(0, len(fences), 2):
            opening = fences[index]
            closing = fences[index + 1] if index + 1 < len(fences) else (end, end)
            self._tables_and_prose(position, opening[0])
            self._code(opening, closing)
            position = closing[1]
        self._tables_and_prose(position, end)

    def _code(self, opening: tuple[int, int], closing: tuple[int, int]) -> None:
        cut, text = self._cut, self._text
        language = _LANGUAGE.match(text, opening[1], closing[0])
        start = language.end() if language else opening[1]
        cut.put("\n\n", opening[0])
        cut.keep(opening[0], start)
        cut.put("\n", start)
        first = start + len(text[start : closing[0]]) - len(text[start : closing[0]].lstrip())
        last = first + len(text[first : closing[0]].rstrip())
        self._lines(first, last, code_breaks(text[first:last], language[0] if language else ""))
        cut.put("\n", max(closing[0] - 1, last))
        if closing[0] < closing[1]:
            cut.keep(*closing)
            cut.put("\n\n", closing[1])

    def _lines(self, start: int, end: int, breaks: list[int]) -> None:
        position = start
        for offset in [*breaks, end - start]:
            line = self._text[position : start + offset]
            kept = len(line.rstrip())
            self._cut.keep(position, position + kept)
            if start + offset < end:
                self._cut.put("\n", position + kept)
            position = start + offset

    def _tables_and_prose(self, start: int, end: int) -> None:
        position = start
        for rows in find_tables(self._text, start, end):
            self._prose(position, rows[0][0])
            self._cut.put("\n\n", rows[0][0])
            for first, last in rows:
                self._cut.keep(first, last)
                self._cut.put("\n", last)
            self._cut.put("\n", rows[-1][1])
            position = rows[-1][1]
        self._prose(position, end)

    def _prose(self, start: int, end: int) -> None:
        marks = _marks(self._text, start, end)
        self._paragraph(start, marks[0].start() if marks else end)
        for index, mark in enumerate(marks):
            stop = marks[index + 1].start() if index + 1 < len(marks) else end
            self._cut.put("\n\n", mark.start())
            self._cut.keep(*mark.span())
            if mark["heading"]:
                title = self._title_end(mark.end(), stop)
                self._cut.keep(mark.end(), title)
            else:
                title = mark.end()
            self._cut.put(" " if mark["bullet"] else "\n\n", title)
            self._paragraph(title, stop)

    def _paragraph(self, start: int, end: int) -> None:
        text = self._text[start:end]
        if text.strip():
            first = start + len(text) - len(text.lstrip())
            last = start + len(text.rstrip())
            self._cut.keep(first, last)
            self._cut.put("\n\n", last)

    def _title_end(self, start: int, end: int) -> int:
        text = self._text[start : min(end, start + _TITLE_REACH)]
        first = _WORDS.search(text)
        if not first:
            return end
        words = [match.end() for match in _WORDS.finditer(text)]
        begun = _SENTENCE.search(text, first.end())
        if begun and begun.start() <= words[: _LONGEST_TITLE + 1][-1]:
            return start + begun.start()
        if len(words) <= _LONGEST_TITLE and end <= start + _TITLE_REACH:
            return start + words[-1]
        return start + words[min(len(words), _LONGEST_TITLE // 2) - 1]
