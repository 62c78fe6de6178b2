"""A citation as BibTeX."""

from __future__ import annotations

from cardgen.manifest.details import Citation
from cardgen.patterns import regex

_BREAKS = regex(r"\s*[\r\n\v\f\x85\u2028\u2029]+\s*")


def bibtex(citation: Citation | None) -> str:
    """The entry, one field a line, every value in braces; empty without one.

    Format: BibTeX entries as Patashnik's BibTeXing (1988) gives them.
    """
    if citation is None:
        return ""
    fields = ",\n".join(f"  {name} = {{{_balanced(value)}}}" for name, value in citation.fields.items())
    return f"@{citation.type}{{{citation.key},\n{fields}\n}}"


def _balanced(value: str) -> str:
    """One line whose braces pair up: BibTeX has no way to write a single one."""
    text = _BREAKS.sub(" ", value).strip()
    if (len(text) - len(text.rstrip("\\"))) % 2:  # it would make TeX print the closing brace
        text = text[:-1] + r"\textbackslash{}"
    depth = 0
    for char in text:
        depth += {"{": 1, "}": -1}.get(char, 0)
        if depth < 0:
            break
    return text if depth == 0 else text.replace("{", "(").replace("}", ")")
