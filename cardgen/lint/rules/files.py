"""Are the files that code fetches those that the card lists?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from cardgen.inherit.document import Document, Paragraph, Span, Table
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.places import code_blocks
from cardgen.patterns import regex

_TYPES = r"gguf|onnx|safetensors|bin|pt|pth|xml|tflite|mlmodel|engine"
_NAME = rf"[\w+.*?\[\]-]{{1,150}}\.(?:{_TYPES})"
_FILE = regex(rf"(?<![\w./*-])(?:[\w.-]{{1,60}}/){{0,3}}(?P<name>{_NAME})(?!\w)", re.IGNORECASE)
_WHOLE = regex(rf"`?\[?`?(?:[\w.-]{{1,60}}/){{0,3}}(?P<name>{_NAME})`?\]?(?:\([^()\s]{{1,300}}\))?`?", re.IGNORECASE)
_LINKED = regex(rf"(?:hf|huggingface)\.co/[\w./-]{{1,200}}/(?P<name>{_NAME})(?!\w)", re.IGNORECASE)
_FETCHES = (
    regex(
        r"\b(?:huggingface-cli|hf)[ \t]+download\b[^\n]{0,400}"
        r"|(?:--include|--hf-file|-hff)[ \t]+[^\n]{1,200}"
        r"|\b(?:wget|curl)\b[^\n]{0,400}/resolve/[^\n]{1,300}"
        r"|\b(?:hf_hub_download|from_pretrained)\([^()]{0,600}\)",
    ),
)
_PIECE = regex(r"-\d{5}-of-\d{5}(?=\.)")
_MOST = 20
_LEAST = 2
"""Files of one type that make a list of them."""


def _listed(document: Document) -> set[str]:
    """Names of files in columns of tables and in lists, where at least two of one type stand together."""
    found: set[str] = set()
    for block in document.blocks:
        if isinstance(block, Table):
            for index in range(len(block.header)):
                column = [row[index].markdown for row in block.rows if index < len(row)]
                found |= _together(column)
    for section in document.sections:
        found |= _together([block.markdown for block in section.blocks if isinstance(block, Paragraph)], start=True)
    return found


def _together(texts: list[str], *, start: bool = False) -> set[str]:
    matches = [_WHOLE.match(text.strip()) if start else _WHOLE.fullmatch(text.strip()) for text in texts]
    names = {match["name"].lower() for match in matches if match and "*" not in match["name"]}
    types = [name.rpartition(".")[2] for name in names]
    return {name for name in names if types.count(name.rpartition(".")[2]) >= _LEAST}


def _check(subject: Subject) -> Iterator[Found]:
    document = subject.document
    listed = _listed(document)
    if not listed:
        return
    types = {name.rpartition(".")[2] for name in listed}
    whole = {_PIECE.sub("", name) for name in listed}
    bases = [re.escape(name) for name, _span in subject.facts.base_models if "/" in name]
    of_base = regex(rf"(?<![\w/])(?:{'|'.join(bases) or '(?!)'})(?![\w.-])", re.IGNORECASE)
    told: set[str] = set()
    for block, _section in code_blocks(document):
        code = document.slice(block.code_span)
        for pattern in _FETCHES:
            for fetched in pattern.finditer(code):
                if of_base.search(fetched[0]):
                    continue  # it fetches the base model's
                for match in (*_LINKED.finditer(fetched[0]), *_FILE.finditer(fetched[0])):
                    name = _PIECE.sub("", match["name"].lower())
                    if name in told or name.rpartition(".")[2] not in types or _is_listed(name, whole):
                        continue
                    if len(told) == _MOST:
                        return
                    told.add(name)
                    at = block.code_span.start + fetched.start() + match.start("name")
                    message = f"the code fetches `{match['name']}`, which is none of the files that the card lists"
                    remedy = f"name one of them, such as `{min(listed)}`, or list it too"
                    yield Found(Span(at, at + len(match["name"])), message, remedy)


def _is_listed(name: str, listed: set[str]) -> bool:
    if any(sign in name for sign in "*?["):
        return any(fnmatchcase(one, name) for one in listed)
    return name in listed


RULES: tuple[Rule, ...] = (
    Rule("file-unlisted", "error", "Code that fetches a file which the card's list of files has not.", _check),
)
