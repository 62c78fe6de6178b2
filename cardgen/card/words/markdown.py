"""Text that Markdown takes as it is meant.

Whatever a template prints is escaped here unless it is `Markdown` already.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from cardgen.patterns import regex

_SPECIAL = regex(r"([\\`*\[\]<>|~$]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;))")
_BLOCK_START = regex(r"^(\d{0,9})([#+=.)-])(?=\s|$|[#=-])")
_OTHER_BLOCK_START = regex(r"^(?=>|\*(?:\s|$)|(?:\*\s*){3,}$|(?:_\s*){3,}$|~{3}|`{3,}(?!.*`)|\[[^\]]*\]:)")
"""What opens a block and is no start of a phrase: a quote, list, rule, fence or definition."""
_PHRASES = regex(
    r"(?P<kept>\\[!-/:-@\[-`{-~]|(?<!`)(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)|<(?:https?://|mailto:)[^\s<>]*>"
    r"|<br ?/?>|<(?P<tag>b|code|em|i|kbd|s|strong|sub|sup|u)>[^<>`]*</(?P=tag)>)|<(?=[A-Za-z/!?])"
)
"""Escapes, code spans, addresses and whole HTML phrases, which are ``kept``; and any other start of HTML."""
_PUNCTUATION = regex(r"[!-/:-@\[-`{-~]")
_BREAKS = regex(r"\s*[\r\n\v\f\x85\u2028\u2029]+\s*")


class Markdown(str):
    """Text that is Markdown already, and is printed as it stands."""

    __slots__ = ()


@lru_cache(maxsize=8192)
def escape(text: str) -> Markdown:
    """``text`` as one line that shows the same characters, in a paragraph, heading or table cell.

    Braces stay: the text is a value, never a template.
    """
    line = _BREAKS.sub(" ", text).strip()
    return Markdown(_BLOCK_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", line), count=1))


@lru_cache(maxsize=8192)
def code(text: str) -> Markdown:
    """``text`` as code (CommonMark 6.1), also inside a table cell.

    GFM 4.10 splits cells at ``|`` even in a code span, and cannot escape one after a backslash: such text is written
    as HTML, its punctuation as character references.
    """
    line = _BREAKS.sub(" ", text)
    if "|" in line:
        return Markdown(f"<code>{_PUNCTUATION.sub(lambda char: f'&#{ord(char[0])};', line)}</code>")
    longest = max((len(run) for run in re.findall(r"`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if line.startswith("`") or line.endswith("`") or not line else ""
    return Markdown(f"{fence}{pad}{line}{pad}{fence}")


_IN_ADDRESS = {ord(char): f"%{ord(char):02X}" for char in (*map(chr, range(32)), *' "<>()[]\\`|')}


def link(text: Markdown, url: str) -> Markdown:
    """A link; characters that would end the address are percent-encoded."""
    return Markdown(f"[{text}]({url.translate(_IN_ADDRESS)})")


def fenced(text: str, language: str) -> Markdown:
    """A fenced code block that nothing in ``text`` can close."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return Markdown(f"{fence}{language}\n{text.rstrip()}\n{fence}")


def table(header: Iterable[Markdown], rows: Iterable[Iterable[Markdown]], align: str = "") -> Markdown:
    """A pipe table. ``align`` holds a letter per column: ``l``, ``r`` or ``c``; columns without one are left."""
    head = list(header)
    marks = {"l": ":---", "r": "---:", "c": ":---:"}
    rule = [marks[align[index] if index < len(align) else "l"] for index in range(len(head))]
    lines: list[Iterable[str]] = [head, rule, *rows]
    return Markdown("\n".join("| " + " | ".join(line) + " |" for line in lines))


def cell(text: str) -> Markdown:
    """Markdown that a person wrote, in a cell of a table: a break becomes ``<br>``, and no bar opens another cell."""
    lines = (_phrases(line) for line in _BREAKS.split(text.strip()) if line)
    return Markdown("<br>".join(re.sub(r"(?<!\\)((?:\\\\)*)\|", r"\1\|", line) for line in lines))


def paragraph(text: str) -> Markdown:
    """Markdown that a person wrote, as one paragraph: it opens no heading, list, quote, rule, fence or comment."""
    line = _phrases(_BREAKS.sub(" ", text).strip())
    return Markdown(_OTHER_BLOCK_START.sub(r"\\", _BLOCK_START.sub(r"\1\\\2", line, count=1), count=1))


def _phrases(text: str) -> str:
    """The text with its Markdown and no HTML but phrases that end where they should: the rest is shown as written."""
    return _PHRASES.sub(lambda found: found["kept"] or r"\<", text)


def listing(items: Iterable[str], fold_above: int = 12, *, summary: str) -> Markdown:
    """Names as code spans (Markdown as it is) in one line; many of them in a block that opens on a click."""
    spans = [item if isinstance(item, Markdown) else code(item) for item in items]
    if len(spans) <= fold_above:
        return Markdown(", ".join(spans))
    return folded(Markdown("\n".join(f"- {span}" for span in spans)), summary=summary)


def folded(block: Markdown, *, summary: str) -> Markdown:
    """A block that opens on a click."""
    return Markdown(f"<details>\n<summary>{summary}</summary>\n\n{block}\n\n</details>")


def introduced(text: str, items: Iterable[str], fold_above: int = 12, *, summary: str, end: str = "") -> Markdown:
    """A :func:`listing` after the words that lead to it, with an ``end``; folded, it is a block of its own."""
    names = listing(items, fold_above, summary=summary)
    return Markdown(f"{text}\n\n{names}" if names.startswith("<details>") else f"{text} {names}{end}")
