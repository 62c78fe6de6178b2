"""Prose that would change the card around it, made to fit in."""

from __future__ import annotations

from cardgen.patterns import regex

_FENCE = regex(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_HIGH_HEADING = regex(r"( {0,3})##?(?=\s|$)")


def fitted(text: str) -> str:
    """Text whose headings are of the third level or lower, and whose code and comments end where it ends."""
    lines: list[str] = []
    fence = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip(" `~"):
                fence = ""
        elif mark:
            fence = mark[1]
        high = None if fence else _HIGH_HEADING.match(line)
        lines.append(f"{high[1]}###{line[high.end() :]}" if high else line)
    if fence:
        lines.append(fence)
    whole = "\n".join(lines)
    if whole.rfind("<!--") > whole.rfind("-->"):
        whole += "\n-->"
    return whole + "\n"
