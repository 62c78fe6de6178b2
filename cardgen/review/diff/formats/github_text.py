"""What others wrote, in the Markdown that GitHub shows: it looks as it was written, and nobody is called by it."""

from __future__ import annotations

import html
from re import Match

from cardgen.card.words import markdown
from cardgen.card.words.markdown import Markdown
from cardgen.hidden import show_hidden
from cardgen.patterns import regex

_NOTHING = "&#8203;"
"""A zero-width space, which stands between a sign and the word that GitHub would take for a name or an address."""
_CALLS = regex(
    r"(?P<sign>@)(?=\w)|(?P<number>#)(?=\d)|(?P<issue>\b[Gg][Hh]-)(?=\d)|(?P<scheme>:)(?=//)|(?P<www>\b[Ww]{3})(?=\.)"
    r"|(?P<emoji>:)(?=[\w+-]+:)"
)
"""What GitHub makes a mention, a reference, a link or a picture of where Markdown sees plain text: @name, #1, GH-1,
https://host, www.host, :name:. See its documentation, "Autolinked references and URLs"."""

_BREAKS = regex(r"\s+")


def inline(text: str) -> Markdown:
    """The text on one line, to stand in a paragraph, a list or a cell after other words."""
    return Markdown(_CALLS.sub(_apart, markdown.escape(visible(text))))


def code(text: str) -> Markdown:
    """The text as code on one line, in which GitHub looks for no names."""
    return markdown.code(visible(text))


def in_html(text: str) -> str:
    """The text on one line, to stand in HTML, where GitHub looks for names and Markdown is not read."""
    return _CALLS.sub(_apart, html.escape(visible(text), quote=False))


def visible(text: str) -> str:
    """The text with its code point in the place of each character that nobody sees, and no end of a line."""
    return show_hidden(_BREAKS.sub(" ", text), str)


def _apart(found: Match[str]) -> str:
    return f"{found[0]}{_NOTHING}"


def size(text: str) -> int:
    """What GitHub may count a text as: it counts characters; bytes of UTF-8 are never fewer."""
    return len(text.encode("utf-8", "surrogatepass"))


def cut(text: str, most: int) -> str:
    """The text, or its start with an ellipsis, in at most ``most`` characters; short words stay whole."""
    if len(text) <= most:
        return text
    kept = text[: most - 2]
    space = kept.rfind(" ", most - 40)
    return f"{kept[:space] if space > 0 else kept} …"
