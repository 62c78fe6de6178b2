"""YAML text to plain values that know their line and column."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml

from cardgen.manifest.places import Entry, Findings, Path, Place
from cardgen.manifest.plain_yaml import DEEPEST, UNSEEN, OddYamlError, fast_events, plain_value
from cardgen.manifest.scalars import ScalarError, quoted, read_scalar
from cardgen.patterns import regex

_NO_KEY = "?"
"""Stands in paths for a key that is itself a list or mapping."""
_COLLECTION_STARTS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_COLLECTION_ENDS = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
_PAIR = regex("[\ud800-\udbff][\udc00-\udfff]")

_HINTS = (
    ("'\\t'", "indent with spaces, not with tabs"),
    ("mapping values are not allowed", "put a text that holds `: ` in quotes, or look at the indentation"),
    ("could not find expected ':'", "a key is followed by a colon and a space"),
    ("unexpected end of stream", "a quote, `[` or `{` is opened and never closed"),
    ("expected <block end>", "look at the indentation, and for a quote inside a quoted text"),
    ("expected ',' or", "a `[` or `{` is not closed, or a comma is missing"),
    ("cannot start any token", "put the text in quotes"),
    ("unknown escape character", "in double quotes a backslash is written twice; or use single quotes"),
)


@dataclass
class _Frame:
    """A list or mapping that is being read."""

    path: Path
    value: list[Any] | dict[str, Any]
    key: str = ""
    key_place: Place | None = None
    skip: bool = False
    """Whether all of this is dropped."""
    waiting: bool = False
    """Whether a mapping's key was read and its value comes next."""
    drop: bool = False
    """Whether that value is to be dropped, as its key was given before or is no text."""


def read_yaml(text: str, findings: Findings) -> Any:
    """Read one document.

    Args:
        text: the file's text, without a byte order mark.
        findings: takes the problems; its ``entries`` are filled with where each value stands.

    Returns:
        Lists, string-keyed dicts, text, numbers, booleans and ``None``; what was readable, where problems were found.
    """
    events = fast_events(text)
    if events is not None:
        try:
            value = plain_value(events)
        except OddYamlError:
            pass
        else:
            findings.entries = _Entries(text, events, value)
            return value
    reader = _Reader(text, findings)
    try:
        for event in events or yaml.parse(text, Loader=yaml.SafeLoader):
            if not reader.take(event):
                break
    except yaml.reader.ReaderError as error:
        place = reader.place(error.position)
        findings.add_at(place, (), f"not valid YAML: the character U+{_code(error.character):04X} is not allowed")
    except yaml.MarkedYAMLError as error:
        reader.fail(error)
    except (ValueError, OverflowError):
        # PyYAML's scanner lets chr() and int() fail, as for "\UFFFFFFFF" or %YAML 1.99…9
        findings.add_at(None, (), "not valid YAML: an escape or directive holds a number out of range")
    findings.entries = reader.entries
    return reader.result


class _Entries(Mapping[Path, Entry]):
    """Where each value of a sound text stands: looked up when a rule first asks, which it does of few."""

    def __init__(self, text: str, events: Iterable[yaml.Event], value: Any) -> None:
        self._text = text
        self._events = events
        self._value = value

    @cached_property
    def _known(self) -> Mapping[Path, Entry]:
        reader = _Reader(self._text, Findings(""))
        for event in self._events:
            reader.take(event)
        return reader.entries

    def __getitem__(self, path: Path) -> Entry:
        return self._known[path]

    def __contains__(self, path: object) -> bool:
        """Whether there is a value, which takes no places to say."""
        if not isinstance(path, tuple) or self._value is None:
            return path in self._known
        value = self._value
        for part in path:
            known = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
            if part not in known:
                return False
            value = value[part]
        return True

    def __iter__(self) -> Iterator[Path]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def _code(character: object) -> int:
    return character if isinstance(character, int) else ord(str(character)[0])


def _with_pairs_joined(text: str) -> str:
    """The text with whole characters: JSON writes one beyond U+FFFF as two escapes, which PyYAML leaves as halves."""
    return _PAIR.sub(lambda pair: pair[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le"), text)


class _Reader:
    """Builds values from PyYAML's events, which come without recursion, so that no nesting can overflow the stack."""

    def __init__(self, text: str, findings: Findings) -> None:
        self._findings = findings
        # PyYAML also counts U+0085, U+2028 and U+2029 as ends of lines; editors and YAML 1.2 do not.
        self._starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
        self._frames: list[_Frame] = []
        self._documents = 0
        self.entries: dict[Path, Entry] = {}
        self.result: Any = None

    def place(self, index: int) -> Place:
        """Line and column of a character."""
        line = bisect_right(self._starts, index)
        return Place(line, index - self._starts[line - 1] + 1)

    def take(self, event: yaml.Event) -> bool:
        """Take the next event; ``False`` ends the reading."""
        place = self.place(event.start_mark.index if event.start_mark else 0)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, place)
        elif isinstance(event, _COLLECTION_STARTS):
            return self._open(event, place)
        elif isinstance(event, _COLLECTION_ENDS):
            self._close(self._frames.pop())
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._findings.add_at(
                    place, (), "holds more than one document", "keep one; a line `---` starts another"
                )
                return False
        elif isinstance(event, yaml.AliasEvent):
            path = self._path()
            self._refuse(place, path, "anchors and aliases (`&`, `*`) are not used here", "write the value out")
            self._put(None, place)
        return True

    def fail(self, error: yaml.MarkedYAMLError) -> None:
        """Note where and why the text is no YAML."""
        mark = error.problem_mark or error.context_mark
        message = f"not valid YAML: {error.problem or error.context}"
        if error.problem and error.context and error.context_mark:
            message += f" ({error.context} that starts on line {self.place(error.context_mark.index).line})"
        remedy = next((hint for sign, hint in _HINTS if sign in message), "")
        self._findings.add_at(self.place(mark.index) if mark else None, (), message, remedy)

    def _open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent, place: Place) -> bool:
        path = self._path()
        if len(self._frames) >= DEEPEST:
            self._findings.add_at(place, path[:1], "is nested too deeply", f"a manifest has at most {DEEPEST} levels")
            return False
        self._plain_only(event, place, path)
        container: list[Any] | dict[str, Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        frame = _Frame(path, container)
        if self._frames:
            parent = self._frames[-1]
            frame.skip = parent.skip or parent.drop
            if isinstance(parent.value, dict) and not parent.waiting:
                self._refuse(place, path, "a key must be text, not a list or mapping", "write the key in quotes")
                frame.skip = True
        if not frame.skip:
            self._note(place, path)
        self._frames.append(frame)
        return True

    def _close(self, frame: _Frame) -> None:
        self._put(frame.value, None)

    def _scalar(self, event: yaml.ScalarEvent, place: Place) -> None:
        frame = self._frames[-1] if self._frames else None
        is_key = frame is not None and isinstance(frame.value, dict) and not frame.waiting
        text, unseen = event.value, None
        if not text.isprintable():
            whole = _with_pairs_joined(text)
            text, unseen = UNSEEN.sub(" ", whole), UNSEEN.search(whole)
        path = (*self._path()[:-1], text) if is_key else self._path()
        self._plain_only(event, place, path)
        value: Any = text
        if unseen:
            self._refuse(place, path, f"holds the control character U+{ord(unseen[0]):04X}", "remove it")
        elif event.implicit[0]:
            try:
                value = read_scalar(text)
            except ScalarError as error:
                self._refuse(place, path, error.message, error.remedy)
        if is_key:
            self._key(value, text, place)
        else:
            self._put(value, place)

    def _key(self, value: Any, text: str, place: Place) -> None:
        frame = self._frames[-1]
        path = (*frame.path, text)
        # A plain 0 or 12 can only be meant as the text, as for the labels of a dataset that numbers them.
        if not isinstance(value, str) and (type(value) is not int or str(value) != text):
            shown = f"`{text}` is read as {'nothing' if value is None else str(value).lower()}"
            self._refuse(place, path, f"a key must be text, and {shown}", f"write {quoted(text)}")
        frame.drop = path in self.entries
        if frame.drop and not frame.skip:
            first = self.entries[path].key
            self._findings.add_at(
                place, path, f"is given twice; first on line {first.line if first else 1}", "keep one"
            )
        frame.key, frame.key_place, frame.waiting = text, place, True

    def _put(self, value: Any, place: Place | None) -> None:
        """Put a finished value where it belongs; ``place`` is ``None`` where it was noted before."""
        path = self._path()
        frame = self._frames[-1] if self._frames else None
        if place and not (frame and (frame.skip or frame.drop)):
            self._note(place, path)
        if frame is None:
            self.result = value
        elif isinstance(frame.value, list):
            frame.value.append(value)
        elif not frame.waiting:  # what was read is a list or mapping as a key; its value comes next
            frame.key, frame.waiting, frame.drop = _NO_KEY, True, True
        else:
            if not frame.drop:
                frame.value[frame.key] = value
            frame.waiting = frame.drop = False

    def _note(self, place: Place, path: Path) -> None:
        frame = self._frames[-1] if self._frames else None
        key = frame.key_place if frame and isinstance(frame.value, dict) else None
        self.entries.setdefault(path, Entry(key, place))

    def _path(self) -> Path:
        """Path of the value that comes next."""
        if not self._frames:
            return ()
        frame = self._frames[-1]
        if isinstance(frame.value, list):
            return (*frame.path, len(frame.value))
        return (*frame.path, frame.key if frame.waiting else _NO_KEY)

    def _plain_only(self, event: yaml.NodeEvent, place: Place, path: Path) -> None:
        if event.anchor is not None:
            self._refuse(place, path, "anchors and aliases (`&`, `*`) are not used here", "write the value out")
        if getattr(event, "tag", None) is not None:
            self._refuse(place, path, "tags such as `!!str` are not used here", "leave it out; quote what is text")

    def _refuse(self, place: Place, path: Path, message: str, remedy: str) -> None:
        self._findings.add_at(place, path, message, remedy)
        self._findings.spoil(path)
