"""Prose that would change the card around it, made to fit in."""

from __future__ import annotations

import re

from cardgen.manifest.prose_faults import prose_fault
from cardgen.patterns import regex

_FENCE = regex(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_TITLE = regex(r"<(?P<end>/?)h1(?=[\s>/])", re.IGNORECASE)
_UNDERLINED = regex(r"^(?P<lead> {0,3})(?P<title>\S[^\n]*)\n {0,3}=+[ \t]*$", re.MULTILINE)
_MOST_FAULTS = 20
_CODE = "~" * 12
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
    for _ in range(_MOST_FAULTS):
        fault = prose_fault(whole)
        if fault is None:
            return whole + "\n"
        if fault.closing:
            whole += f"\n{fault.closing}"
        else:
            whole = _UNDERLINED.sub(r"\g<lead>### \g<title>", _TITLE.sub(r"<\g<end>h3", whole))
    return f"{_CODE}\n{whole}\n{_CODE}\n"  # shown as it is written
