"""YAML of a card's metadata that stands on one line, broken into lines again.

Which key belongs to which mapping is told by what the Hub's metadata look like
(https://huggingface.co/docs/hub/model-cards): indentation, which said it, is lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from cardgen.inherit.markdown.passage import Cutting
from cardgen.patterns import regex


@dataclass(frozen=True)
class Shape:
    """What a value looks like."""

    keys: Mapping[str, Shape] = field(default_factory=dict)
    """Those of a mapping."""
    items: Shape | None = None
    """What the items of a list are; any value may also be a list of plain values."""
    any_key: bool = False
    """Whether a mapping may have other keys too."""
    prose: bool = False
    """Whether a word with a colon in it is likely to be just text."""


def _keys(names: str, **shapes: Shape) -> dict[str, Shape]:
    return {name: Shape() for name in names.split()} | shapes


_ANY = Shape(any_key=True)
_PROSE = Shape(prose=True)
_RESULT = Shape(
    _keys(
        "",
        task=Shape(_keys("type name")),
        dataset=Shape(_keys("type name config split revision", args=_ANY)),
        metrics=Shape(items=Shape(_keys("type value name config verified verifyToken", args=_ANY))),
        source=Shape(_keys("name url")),
    )
)
_WIDGET = Shape(
    _keys("src source_sentence sentences candidate_labels multi_class group")
    | dict.fromkeys(["text", "context", "example_title"], _PROSE)
    | {"output": Shape(_keys("url score label", text=_PROSE)), "parameters": _ANY}
)
METADATA = Shape(
    _keys(
        "language license license_name license_link tags datasets metrics base_model base_model_relation library_name "
        "pipeline_tag thumbnail new_version model_name model_type title"
    )
    | {
        "model-index": Shape(items=Shape(_keys("name", results=Shape(items=_RESULT)))),
        "widget": Shape(items=_WIDGET),
        "inference": Shape({"parameters": _ANY}),
        "co2_eq_emissions": Shape(
            _keys("emissions source training_type geographical_location hardware_used", value=Shape())
        ),
        "extra_gated_prompt": _PROSE,
        "extra_gated_heading": _PROSE,
        "extra_gated_fields": _ANY,
    },
    any_key=True,
)

_MOST_FRAMES = 40
"""Mappings and lists inside each other that are written: nothing in a card is nested like that."""

_TOKEN = regex(
    r"""(?P<quoted>(?<=[\s\[{,:])(?:"(?:\\.|[^"\\])*"|'(?:''|[^'])*')(?=[\s,\]}:]|\Z))
    |(?<!\S)(?P<dash>-)(?=\s)|(?<!\S)(?P<key>[A-Za-z_][\w-]*):(?=\s|\Z)|(?P<open>[\[{])|(?P<close>[\]}])""",
    re.VERBOSE,
)
_PLAIN_KEY = regex(r"[a-z][a-z0-9_-]*")
_NEEDS_QUOTES = regex(r":(?:\s|\Z)|\s#")


@dataclass
class _Frame:
    """A mapping or list that is being written."""

    shape: Shape
    """Of the mapping; of a list, that of its items."""
    indent: int
    listing: bool = False
    used: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Part:
    """A key or a dash, and the value after it."""

    start: int
    end: int
    """End of the mark."""
    key: str
    """Empty for a dash."""


def reflow_yaml(cut: Cutting, text: str, start: int, end: int) -> None:
    """Write the metadata between two offsets of ``text`` as lines, each with a line feed before it."""
    parts = [*_parts(text, start, end), _Part(end, end, "")]
    if parts[0].start > start:
        cut.put("\n", start)
        cut.keep(start, parts[0].start)
    writer = _Writer(cut, text)
    for part, following in pairwise(parts):
        writer.write(part, following)
    writer.flush(end)


def _parts(text: str, start: int, end: int) -> list[_Part]:
    """Keys and dashes outside of quotes and brackets."""
    parts: list[_Part] = []
    depth = 0
    for match in _TOKEN.finditer(text, start, end):
        kind = match.lastgroup
        if kind == "open":
            at_value = bool(parts) and not text[parts[-1].end : match.start()].strip()
            depth += 1 if depth or at_value else 0
        elif kind == "close":
            depth = max(depth - 1, 0)
        elif depth == 0 and kind in {"dash", "key"}:
            parts.append(_Part(match.start(), match.end(), match["key"] or ""))
    return parts


class _Writer:
    def __init__(self, cut: Cutting, text: str) -> None:
        self._cut = cut
        self._text = text
        self._frames = [_Frame(METADATA, 0)]
        self._value = -1
        """Where the value that is not written yet begins; ``-1`` for none."""
        self._prose = False
        self._dash: int | None = None
        """Where a dash stands that a key may follow."""

    def write(self, part: _Part, following: _Part) -> None:
        """Write a mark on a line of its own, unless it turns out to be part of a value."""
        empty = not self._text[part.end : following.start].strip()
        if not part.key:
            self._write_dash(part, following, empty=empty)
        else:
            self._write_key(part, following, empty=empty)

    def flush(self, end: int) -> None:
        """Write the value that ends here."""
        if self._value < 0:
            return
        text = self._text[self._value : end]
        start = self._value + len(text) - len(text.lstrip())
        stop = start + len(text.strip())
        self._value = -1
        if stop <= start:
            return
        self._cut.put(" ", start)
        value = self._text[start:stop]
        if value[0] in "\"'[{" or not _NEEDS_QUOTES.search(value):
            self._cut.keep(start, stop)
            return
        self._cut.put("'", start)
        for index, piece in enumerate(value.split("'")):
            if index:
                self._cut.put("''", start - 1)
            self._cut.keep(start, start + len(piece))
            start += len(piece) + 1
        self._cut.put("'", stop - 1)

    def _write_dash(self, part: _Part, following: _Part, *, empty: bool) -> None:
        if empty and following.key:
            self._dash = part.start
            return
        self._dash = None
        for depth in range(len(self._frames) - 1, -1, -1):
            frame = self._frames[depth]
            if frame.listing and not frame.shape.keys:
                self.flush(part.start)
                del self._frames[depth + 1 :]
                self._line(frame.indent, part)
                return

    def _write_key(self, part: _Part, following: _Part, *, empty: bool) -> None:
        dash, self._dash = self._dash, None
        frame = self._item(part.key) if dash is not None else self._mapping(part.key)
        if frame is None:
            return
        self.flush(part.start if dash is None else dash)
        if dash is not None:
            self._cut.put("\n" + " " * frame.indent, dash)
            self._cut.keep(dash, dash + 1)
            self._cut.put(" ", dash + 1)
            frame = _Frame(frame.shape, frame.indent + 2)
            self._frames.append(frame)
            self._keep(part)
        else:
            self._line(frame.indent, part)
        frame.used.add(part.key)
        shape = frame.shape.keys.get(part.key, Shape(any_key=frame.shape.any_key and len(self._frames) > 1))
        self._prose = shape.prose
        if len(self._frames) >= _MOST_FRAMES:
            return
        if empty and not following.key:
            self._frames.append(_Frame(shape.items or Shape(any_key=True), frame.indent + 2, listing=True))
        elif empty and (shape.keys or shape.any_key):
            self._frames.append(_Frame(shape, frame.indent + 2))

    def _item(self, key: str) -> _Frame | None:
        """The innermost list whose items may have the key; what is written inside of it ends."""
        for depth in range(len(self._frames) - 1, -1, -1):
            frame = self._frames[depth]
            if frame.listing and (key in frame.shape.keys or frame.shape.any_key):
                del self._frames[depth + 1 :]
                return frame
        return None

    def _mapping(self, key: str) -> _Frame | None:
        """The innermost mapping that may have the key and does not have it yet."""
        known = [not frame.listing and key in frame.shape.keys and key not in frame.used for frame in self._frames]
        if any(known):
            depth = len(known) - 1 - known[::-1].index(True)
        elif self._prose or not _PLAIN_KEY.fullmatch(key):
            return None
        else:
            open_frames = [
                index
                for index, frame in enumerate(self._frames)
                if not frame.listing and frame.shape.any_key and key not in frame.used
            ]
            if not open_frames:
                return None
            depth = open_frames[-1]
        del self._frames[depth + 1 :]
        return self._frames[depth]

    def _line(self, indent: int, part: _Part) -> None:
        self._cut.put("\n" + " " * indent, part.start)
        self._keep(part)

    def _keep(self, part: _Part) -> None:
        self._cut.keep(part.start, part.end)
        self._value = part.end
