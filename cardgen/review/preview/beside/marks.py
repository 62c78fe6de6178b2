"""Two passages → the same, with the words, pictures and cells marked in which they differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from cardgen.patterns import regex
from cardgen.review.preview.beside.matching import matched
from cardgen.review.preview.beside.tokens import Passage, Token

Mark = Literal["del", "ins"]
_CELLS = ("<td", "<th")
_OPENED = {"del": '<del class="gone">', "ins": '<ins class="come">'}
"""Told by their class from what the card itself strikes out."""
_ID = regex(r' id="[^"]*"')


def marked(old: Passage, new: Passage) -> tuple[str, str]:
    """The HTML of both, with ``del`` around what only the old one has, and ``ins`` around what only the new one has."""
    gone, come = set(range(len(old.keys))), set(range(len(new.keys)))
    for match in matched(old.keys, new.keys):
        if match.equal:
            gone -= set(range(match.old.start, match.old.stop))
            come -= set(range(match.new.start, match.new.stop))
    return _html(old.tokens, gone, "del"), _html(new.tokens, come, "ins")


def wholly(passage: Passage, mark: Mark) -> str:
    """A passage that the other side does not have."""
    return _html(passage.tokens, set(range(len(passage.keys))), mark)


def _html(tokens: Sequence[Token], changed: set[int], mark: Mark) -> str:
    flags = _flags(tokens, changed)
    cells = _changed_cells(tokens, flags)
    parts: list[str] = []
    inside = False
    for at, token in enumerate(tokens):
        if flags[at] and not inside:
            parts.append(_OPENED[mark])
        elif inside and not flags[at]:
            parts.append(f"</{mark}>")
        inside = flags[at]
        html = token.html.replace(">", ' class="changed">', 1) if at in cells else token.html
        # A page has each anchor once: that of the new side.
        parts.append(_ID.sub("", html) if mark == "del" and token.kind == "tag" else html)
    if inside:
        parts.append(f"</{mark}>")
    return "".join(parts)


def _flags(tokens: Sequence[Token], changed: set[int]) -> list[bool]:
    """For each token whether it is marked: tags never are, and space only between what is."""
    flags = []
    key = -1
    for token in tokens:
        key += token.key is not None
        flags.append(token.key is not None and key in changed and token.kind in ("word", "picture"))
    for at in range(1, len(tokens) - 1):
        if tokens[at].kind == "space" and flags[at - 1] and flags[at + 1]:
            flags[at] = True
    return flags


def _changed_cells(tokens: Sequence[Token], flags: Sequence[bool]) -> set[int]:
    """The tags of cells in which anything is marked."""
    return set(_with_marks(tokens, flags))


def _with_marks(tokens: Sequence[Token], flags: Sequence[bool]) -> Iterator[int]:
    around: list[int] = []
    for at, token in enumerate(tokens):
        if token.kind == "tag" and token.html.startswith(_CELLS) and token.html[3] in " >":
            around.append(at)
        elif token.html in ("</td>", "</th>") and around:
            around.pop()
        elif flags[at] and around:
            yield around[-1]
