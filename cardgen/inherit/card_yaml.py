"""Other people's YAML to plain values, with the place of each."""

from __future__ import annotations

import re
from typing import Any

import yaml

from cardgen.patterns import regex

DEEPEST = 50
"""Levels of nesting that are read; model-index has seven."""

_INTEGER = "tag:yaml.org,2002:int"
_KINDS = {
    _INTEGER: "number",
    "tag:yaml.org,2002:float": "number",
    "tag:yaml.org,2002:bool": "truth value",
    "tag:yaml.org,2002:timestamp": "date",
}
_MOST_DIGITS = 1000
"""Characters of a whole number, in whichever base; Python writes none of more than 4300 digits."""
_SHOWN = 40
_LONGEST_LEAD = 20
_LONG_LEAD = regex(rf"^[ \t?:-]{{{_LONGEST_LEAD}}}|^(?:---|\.\.\.)|[\r\x85\u2028\u2029]", re.MULTILINE)
"""What leads a line that could hold a deep level, or another document, or another end of a line than LF."""
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Path = tuple[str | int, ...]


class CardYamlError(Exception):
    """YAML cannot be read; the message says why."""


def read_card_yaml(text: str) -> tuple[dict[str, Any], dict[Path, tuple[int, int]]]:
    """A mapping, and for each key path where its value starts and ends in ``text``.

    Keys are text as written: ``on`` stays ``on``. Of keys that are given twice, the last counts.

    Raises:
        CardYamlError: it is no YAML, or no mapping, or has aliases (with which a few lines can stand for gigabytes),
            or is nested too deeply, or holds a value that is none of the kind that it looks like.
    """
    try:
        if _could_be_a_bomb(text):
            _refuse_bombs(text)
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            reader = _Reader(loader, text)
            value = reader.value(node, ()) if node else {}
        finally:
            loader.dispose()
    except yaml.reader.ReaderError as error:
        raise CardYamlError(f"the character U+{_code(error.character):04X} is not allowed in YAML") from error
    except yaml.MarkedYAMLError as error:
        place = f" (line {error.problem_mark.line + 1} of the block)" if error.problem_mark else ""
        raise CardYamlError(f"{error.problem or error.context}{place}") from error
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise CardYamlError(str(error)) from error
    if not isinstance(value, dict):
        raise CardYamlError("it is no mapping of keys to values")
    return value, reader.places if node else {}


def _could_be_a_bomb(text: str) -> bool:
    """Whether it takes a look at every event to know that there is no anchor or alias, and no nesting too deep.

    A level begins at a bracket, or in a column of what leads a line. Of either, two levels at most can share one:
    ``[a: 1]``, and a list right below the key that it is of.
    """
    begun = text.count("[") + text.count("{") + _LONGEST_LEAD
    return "*" in text or "&" in text or 2 * begun > DEEPEST or _LONG_LEAD.search(text) is not None


def _refuse_bombs(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            raise CardYamlError("aliases (`*name`) are not read here")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise CardYamlError(f"it is nested more than {DEEPEST} levels deep")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _code(character: object) -> int:
    return character if isinstance(character, int) else ord(str(character)[0])


class _Reader:
    def __init__(self, loader: Any, text: str) -> None:
        self._loader = loader
        self._text = text
        self.places: dict[Path, tuple[int, int]] = {}

    def value(self, node: yaml.Node, path: Path) -> Any:
        start, end = node.start_mark.index, node.end_mark.index
        self.places[path] = (start, start + len(self._text[start:end].rstrip()))
        if isinstance(node, yaml.MappingNode):
            return {key: self.value(value, (*path, key)) for key, value in self._pairs(node).items()}
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _scalar(self, node: yaml.Node) -> Any:
        line = node.start_mark.line + 1
        if node.tag == _INTEGER and len(node.value) > _MOST_DIGITS:
            raise CardYamlError(f"a number has {len(node.value)} characters (line {line} of the block)")
        try:
            return self._loader.construct_object(node)
        except (ValueError, OverflowError, LookupError, AttributeError) as error:  # PyYAML's, of what is no such value
            kind = _KINDS.get(node.tag, node.tag)
            raise CardYamlError(f"`{node.value[:_SHOWN]}` is no {kind} (line {line} of the block)") from error

    @staticmethod
    def _pairs(node: yaml.MappingNode) -> dict[str, yaml.Node]:
        pairs: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                line = key.start_mark.line + 1
                raise CardYamlError(f"a key is itself a list or mapping (line {line} of the block)")
            pairs[key.value] = value
        return pairs
