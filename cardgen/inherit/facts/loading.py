"""Which Hub ids Python code loads models from, as its string literals show."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from cardgen.catalog.hub_names import id_fault
from cardgen.inherit.python_nodes import python_nodes
from cardgen.inherit.python_session import is_session, typed
from cardgen.patterns import regex

_LONGEST_PARSED = 50_000

_METHODS = frozenset({"from_pretrained", "from_hub", "from_transformers"})
_FUNCTIONS = frozenset({"pipeline", "snapshot_download", "hf_hub_download", "load_model"})
_CLASS = regex(r"[A-Z]\w{2,}")
_KEYWORDS = frozenset(
    {"model", "model_id", "model_name", "model_name_or_path", "pretrained_model_name_or_path", "repo_id", "model_path"}
)

_LITERAL = r"[\"'](?P<id>[A-Za-z0-9][\w.-]{0,95}(?:/[A-Za-z0-9][\w.-]{0,95})?)[\"']"
_CALL = regex(
    r"(?:\bfrom_pretrained|\bsnapshot_download|\bhf_hub_download|\b[A-Z]\w{2,80})\(\s{0,80}(?:\w{1,60}\s?=\s?)?"
    + _LITERAL
)
_KEYWORD = regex(
    r"(?<![\w.])(?:model|model_id|model_name|model_name_or_path|pretrained_model_name_or_path"
    r"|repo_id|checkpoint)\s{0,3}=\s{0,3}" + _LITERAL
)


_BLOCK = "if 1:\n"
"""Put before code that is indented as a whole."""


def loaded_ids(code: str) -> tuple[tuple[str, int], ...]:
    """The ids, each with where it starts in the code, in order; a literal that is used twice counts once."""
    if '"' not in code and "'" not in code:
        return ()
    plain = _without_prompts(code)
    nodes, shift = _parse(plain) if len(plain) <= _LONGEST_PARSED else ((), 0)
    found = _in_tree(nodes, plain, shift) if nodes else _in_text(plain)
    return tuple((name, start) for start, name in sorted(found.items()))


def _without_prompts(code: str) -> str:
    """The code with interpreter prompts and what was printed blanked out, character for character."""
    lines = code.split("\n")
    if not is_session(lines):
        return code
    return "\n".join(" " * begin + line[begin:] for line, begin in zip(lines, typed(lines), strict=True))


def _parse(code: str) -> tuple[tuple[ast.AST, ...], int]:
    """The nodes of the code's tree, none where it does not parse, and how many lines stand before the code in it."""
    indented = next((line[:1].isspace() for line in code.splitlines() if line.strip()), False)
    try:
        return python_nodes(_BLOCK + code if indented else code), int(indented)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return (), 0


def _in_tree(nodes: Iterable[ast.AST], code: str, shift: int) -> dict[int, str]:
    starts = _line_starts(code)
    names: dict[str, list[ast.Constant]] = {}
    calls: list[ast.Call] = []
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    names.setdefault(target.id, []).append(node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Constant):
            if isinstance(node.target, ast.Name):
                names.setdefault(node.target.id, []).append(node.value)
        elif isinstance(node, ast.Call):
            calls.append(node)
    found: dict[int, str] = {}
    for call in calls:
        for value in _loaded(call):
            literals = names.get(value.id, []) if isinstance(value, ast.Name) else [value]
            for literal in literals:
                if isinstance(literal, ast.Constant) and isinstance(literal.value, str) and _is_id(literal.value):
                    start = _start(literal, literal.value, code, starts, shift)
                    if start is not None:
                        found[start] = literal.value
    return found


def _loaded(call: ast.Call) -> list[ast.expr]:
    """The arguments of a call that say which model it loads."""
    function = call.func
    name = (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
    keywords = [keyword.value for keyword in call.keywords if keyword.arg in _KEYWORDS]
    if name in _METHODS or (name in _FUNCTIONS and name != "pipeline"):
        return keywords or call.args[:1]
    if name == "pipeline":
        return keywords or call.args[1:2]
    if isinstance(function, ast.Name) and _CLASS.fullmatch(name):
        first = call.args[:1]
        owned = [value for value in first if isinstance(value, ast.Name) or "/" in str(getattr(value, "value", ""))]
        return keywords or owned
    return []


def _start(literal: ast.Constant, value: str, code: str, starts: list[int], shift: int) -> int | None:
    """Where a literal's text stands in the code; ``None`` where it is written in another way than it reads."""
    line = literal.lineno - 1 - shift
    begin = starts[line] + len(code[starts[line] :].split("\n", 1)[0].encode()[: literal.col_offset].decode())
    found = code.find(value, begin, begin + len(value) + 6)
    return found if found >= 0 else None


def _line_starts(code: str) -> list[int]:
    """As :mod:`ast` counts lines: they end at LF, CR LF and CR."""
    return [0, *(found.end() for found in re.finditer(r"\r\n|\n|\r", code))]


def _in_text(code: str) -> dict[int, str]:
    """Code that does not parse (shell escapes, an ellipsis) gives its ids by their looks."""
    return {
        found.start("id"): found["id"]
        for pattern in (_CALL, _KEYWORD)
        for found in pattern.finditer(code)
        if _is_id(found["id"]) and ("/" in found["id"] or "from_pretrained" in found[0] or "=" in found[0])
    }


def _is_id(text: str) -> bool:
    return id_fault(text) is None
