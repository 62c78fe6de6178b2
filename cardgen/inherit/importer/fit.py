"""Prose that would change the card around it, made to fit in."""

from __future__ import annotations

import re

from cardgen.manifest.prose_faults import high_headings, prose_fault
from cardgen.patterns import regex

_HASHES = regex(r" {0,3}(#{1,2})(?=[ \t]|$)", re.MULTILINE)
_UNDERLINE = regex(r" {0,3}(?:=+|-+)[ \t]*$", re.MULTILINE)
_TITLE_TAG = regex(r"(</?)h1\b", re.IGNORECASE)
_MOST = 40
"""Things that a text leaves open inside of each other."""
_TICKS = regex("`+")


def fitted(text: str) -> str:
    """Text whose headings are of the third level or lower, and whose code, comments and HTML end where it ends."""
    whole = _with_lower_headings("\n".join(text.splitlines()))
    for _ in range(_MOST):
        fault = prose_fault(whole)
        if fault is None:
            return whole + "\n"
        if fault.ending is None:
            whole = _TITLE_TAG.sub(r"\1h3", whole)
        else:
            whole += f"\n{fault.ending}"
    fence = "`" * max(3, 1 + max(map(len, _TICKS.findall(whole)), default=0))
    return f"{fence}\n{whole}\n{fence}\n"


def _with_lower_headings(text: str) -> str:
    parts, at = [], 0
    for start in high_headings(text):
        hashes = _HASHES.match(text, start)
        if hashes:
            parts += [text[at : hashes.start(1)], "###"]
            at = hashes.end(1)
            continue
        underline = _UNDERLINE.search(text, start)
        if underline:
            title = " ".join(text[start : underline.start()].split())
            parts += [text[at:start], f"### {title}"]
            at = underline.end()
    return "".join([*parts, text[at:]])
