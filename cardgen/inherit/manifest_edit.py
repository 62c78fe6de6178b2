"""Changing single keys of a manifest that people wrote: all other characters stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import yaml

from cardgen.inherit.manifest_text import Entry, Value, write_entry, write_flow

Path = tuple[str, ...]


class _Pair(NamedTuple):
    key: yaml.ScalarNode
    value: yaml.Node


def with_value(text: str, path: Path, value: Value) -> str:
    """A manifest's text in which a key has this value; keys that are not there are added where their kind stands.

    Args:
        text: a manifest that can be read.
        path: keys of mappings, outermost first.
        value: what to write.
    """
    root = _root(text)
    around: list[_Pair] = []
    node: yaml.Node = root
    for depth, name in enumerate(path):
        pair = _find(node, name)
        if pair is None:
            entry = _nested(path[depth:], value)
            empty = around and not isinstance(node, yaml.MappingNode)
            return (
                _replaced(text, around[-1], _nested(path[depth - 1 :], value)) if empty else _added(text, node, entry)
            )
        around.append(pair)
        node = pair.value
    return _replaced(text, around[-1], Entry(path[-1], value, _remark(text, around[-1])))


def without_key(text: str, path: Path) -> str:
    """A manifest's text without a key, and without the mapping around it if it was the only one in that.

    Raises:
        KeyError: it is not there.
    """
    node: yaml.Node = _root(text)
    found: tuple[yaml.Node, _Pair] | None = None
    for name in path:
        pair = _find(node, name)
        if pair is None:
            raise KeyError(path)
        if found is None or len(list(_pairs(node))) > 1:
            found = node, pair
        node = pair.value
    assert found is not None
    return _removed(text, *found)


def _root(text: str) -> yaml.Node:
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    assert node is not None
    return node


def _pairs(node: yaml.Node) -> Iterator[_Pair]:
    if isinstance(node, yaml.MappingNode):
        yield from (_Pair(key, value) for key, value in node.value)


def _find(node: yaml.Node, name: str) -> _Pair | None:
    return next((pair for pair in _pairs(node) if pair.key.value == name), None)


def _nested(path: Path, value: Value) -> Entry:
    return Entry(path[0], value if len(path) == 1 else [_nested(path[1:], value)])


def _added(text: str, node: yaml.Node, entry: Entry) -> str:
    pairs = list(_pairs(node))
    if isinstance(node, yaml.CollectionNode) and node.flow_style:
        end = _content_end(text, pairs[-1].value) if pairs else node.start_mark.index + 1
        return f"{text[:end]}{', ' if pairs else ''}{write_flow(entry)}{text[end:]}"
    indent = pairs[0].key.start_mark.column
    end = _line_end(text, _content_end(text, pairs[-1].value))
    return text[:end] + "".join(_end_of_line(text) + line for line in write_entry(entry, indent)) + text[end:]


def _replaced(text: str, pair: _Pair, entry: Entry) -> str:
    start, end = pair.key.start_mark.index, _content_end(text, pair.value)
    line = text[text.rfind("\n", 0, start) + 1 : start]
    if line.strip():  # inside {…}
        return text[:start] + write_flow(entry) + text[end:]
    lines = write_entry(entry, len(line))
    if entry.remark and not (isinstance(pair.value, yaml.ScalarNode) and pair.value.style in ("|", ">")):
        end = max(end, _line_end(text, start))
    new = _end_of_line(text).join([lines[0].lstrip(), *lines[1:]])
    return text[:start] + new + text[end:]


def _removed(text: str, node: yaml.Node, pair: _Pair) -> str:
    start, end = pair.key.start_mark.index, _content_end(text, pair.value)
    if isinstance(node, yaml.CollectionNode) and node.flow_style:
        pairs = list(_pairs(node))
        at = next(index for index, other in enumerate(pairs) if other.key is pair.key)
        if at:
            start = _content_end(text, pairs[at - 1].value)
        elif len(pairs) > 1:
            end = pairs[1].key.start_mark.index
        return text[:start] + text[end:]
    start = text.rfind("\n", 0, start) + 1
    end = _line_end(text, end)
    return text[:start] + text[end:].removeprefix("\r").removeprefix("\n")


def _content_end(text: str, node: yaml.Node) -> int:
    """Where the last character of a value stands; what follows on its line, or below, is a comment."""
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        return len(text[: node.end_mark.index].rstrip())
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _content_end(text, last[1] if isinstance(last, tuple) else last)
    end: int = node.end_mark.index
    return end


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end - (text[end - 1] == "\r")


def _remark(text: str, pair: _Pair) -> str:
    """The comment between a key and a value that stands below it."""
    between = text[pair.key.end_mark.index : pair.value.start_mark.index].split("\n", maxsplit=1)[0]
    return between.partition("#")[2].strip()


def _end_of_line(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
