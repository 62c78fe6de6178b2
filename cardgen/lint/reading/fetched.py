"""Files that code on a card fetches from the Hub."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from cardgen.inherit.document import Span
from cardgen.lint.finding import Subject
from cardgen.lint.reading.places import code_blocks
from cardgen.patterns import regex

TYPES = r"gguf|onnx|safetensors|bin|pt|pth|xml|tflite|mlmodel|engine"
"""Ends of names of files that hold weights, for a regular expression."""
NAME = rf"[\w+.*?\[\]-]{{1,150}}\.(?:{TYPES})"
_FILE = regex(rf"(?<![\w./*-])(?:[\w.-]{{1,60}}/){{0,3}}(?P<name>{NAME})(?!\w)", re.IGNORECASE)
_LINKED = regex(rf"(?:hf|huggingface)\.co/[\w./-]{{1,200}}/(?P<name>{NAME})(?!\w)", re.IGNORECASE)
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


class Fetched(NamedTuple):
    """A file that code fetches, be it of several pieces, or several by a pattern."""

    name: str
    """In lower case, without the number of a piece."""
    written: str
    span: Span

    def is_among(self, names: Collection[str]) -> bool:
        """Whether it is one of some files, in lower case."""
        whole = {_PIECE.sub("", name) for name in names}
        if any(sign in self.name for sign in "*?["):
            return any(fnmatchcase(one, self.name) for one in (*names, *whole))
        return self.name in whole


def fetched_files(subject: Subject) -> Iterator[Fetched]:
    """What the code fetches, but for the base model's, each name once where it stands first."""
    document = subject.document
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
                    if name in told:
                        continue
                    if len(told) == _MOST:
                        return
                    told.add(name)
                    at = block.code_span.start + fetched.start() + match.start("name")
                    yield Fetched(name, match["name"], Span(at, at + len(match["name"])))
