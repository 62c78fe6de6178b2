"""Python that a card prints: parsed, with what it imports, what it loads and which names it leaves undefined."""

from __future__ import annotations

import ast
import builtins
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from cardgen.inherit.document import CodeBlock, Document, Section, Span
from cardgen.inherit.python_nodes import python_nodes
from cardgen.inherit.python_session import is_session, typed
from cardgen.inherit.remembered import for_one_card
from cardgen.lint.reading.places import code_blocks
from cardgen.patterns import regex

_LANGUAGES = frozenset({"python", "py", "python3", "pycon", "ipython", "ipython3"})
_UNLABELLED = regex(
    r"\A(?:[ \t]*(?:(?:\$ |! ?|%)?(?:pip3?|conda|apt-get) [^\n]*|#[^\n]*)?\r?\n)*"
    r"[ \t]*(?:>>> )?(?:from [\w.]{1,200} import\b|import [\w.]{1,200})"
)
"""Imports, which comments and the commands that install what is imported may stand before."""
_MAGIC = regex(r"[ \t]*(?:!|%)")
_SHELL = regex(r"(?:\$ |(?:pip3?|conda|python3?|apt-get|git) [\w.-])")
_BY_ID = frozenset({"sentence_transformers.SentenceTransformer", "sentence_transformers.CrossEncoder"})
"""Classes that are called with an id."""
_MOST_CHARACTERS = 60_000
_History = dict[str, list[tuple[int, str]]]
"""Name to the blocks that give it a meaning, in order, each with the last one there."""
_ALWAYS = frozenset(dir(builtins)) | {"__file__", "__name__", "__doc__", "display", "get_ipython"}


@dataclass(frozen=True)
class Loading:
    """A call that loads something by its name on the Hub."""

    callee: str
    """As imported: ``transformers.AutoModel``."""
    id: str | None
    """``None`` where the code does not say it as a plain string."""
    span: Span
    line: str
    """The line of code in which the call begins."""


class Imported(NamedTuple):
    """A module, or a name in one, that code imports."""

    module: str
    name: str
    """Empty for the module itself."""
    line: int
    column: int
    """As :mod:`ast` gives them, of the name or module."""
    statement: ast.ImportFrom | None = None
    """Of a name: all that imports it."""


class KnownNames:
    """What the blocks of a card import, assign and bind, of which each knows what stands in it and above."""

    def __init__(self) -> None:
        self._imports: _History = {}
        self._strings: _History = {}
        self._bound: dict[str, int] = {}

    def add(self, position: int, nodes: Iterable[ast.AST]) -> None:
        """Take in a block; those above it come first."""
        for name, dotted in _imports(nodes):
            self._imports.setdefault(name, []).append((position, dotted))
        for name, text in _strings(nodes):
            self._strings.setdefault(name, []).append((position, text))
        for name in _bound_names(nodes):
            self._bound.setdefault(name, position)

    def imported(self, name: str, position: int) -> str | None:
        """The dotted name that a local name stands for in a block."""
        return _last(self._imports, name, position)

    def string(self, name: str, position: int) -> str | None:
        """The string that a variable holds in a block."""
        return _last(self._strings, name, position)

    def is_bound(self, name: str, position: int) -> bool:
        """Whether a block or one above it binds a name."""
        return self._bound.get(name, position + 1) <= position


def _last(history: _History, name: str, position: int) -> str | None:
    given = history.get(name, [])
    index = bisect_right(given, position, key=itemgetter(0))
    return given[index - 1][1] if index else None


@dataclass(frozen=True)
class Python:
    """One block of Python."""

    document: Document
    block: CodeBlock
    section: Section
    code: str
    """Its statements, as :func:`runnable` leaves them: line by line as in the block."""
    nodes: tuple[ast.AST, ...]
    """Every node of its tree; empty where it does not parse."""
    known: KnownNames
    """What this block and those around it import, assign and bind."""
    position: int = 0
    """How many blocks of the card stand before it."""
    error: str = ""
    error_line: int = 1

    def place(self, line: int, needle: str = "", column: int = 0) -> Span:
        """The place of ``needle`` on a line of the code, else of what stands there.

        Args:
            line: 1-based; beyond the code it is the nearest one.
            needle: text that begins at the column or behind it.
            column: 0-based, in bytes of UTF-8, as :mod:`ast` counts.
        """
        index = min(max(line - 1, 0), len(self._lines) - 1)
        text, typed = self._lines[index], self._typed[index]
        start = len(text) - len(typed) if typed and text.endswith(typed) else len(text) - len(text.lstrip())
        start += len(typed.encode()[:column].decode(errors="ignore"))
        at = text.find(needle, start) if needle else -1
        first, last = (at, at + len(needle)) if at >= 0 else (start, max(len(text.rstrip()), start + 1))
        offset, end = self.block.lines[index][0], len(self.block.code)
        return self.block.place(min(offset + first, end), min(offset + last, end))

    def place_of_name(self, node: ast.expr, name: str) -> Span:
        """The place of a name at the end of an expression, which may go by another one there."""
        local = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        start = (node.end_col_offset or 0) - len(local.encode())
        return self.place(node.end_lineno or node.lineno, name if local == name else local, max(start, 0))

    def place_of_module(self, imported: Imported) -> Span:
        """The place of what is imported, or imported from."""
        node = imported.statement
        line, column = (node.lineno, node.col_offset) if node else (imported.line, imported.column)
        return self.place(line, imported.module, column)

    @cached_property
    def _lines(self) -> list[str]:
        return self.block.code.split("\n")

    @cached_property
    def _typed(self) -> list[str]:
        return self.code.split("\n")

    def dotted(self, node: ast.expr) -> str | None:
        """What a name or attribute stands for, by the imports of this block and those above."""
        names: list[str] = []
        while isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        return ".".join([self.known.imported(node.id, self.position) or node.id, *reversed(names)])

    def string(self, node: ast.expr) -> str | None:
        """The string that an expression is, where it is plain."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        return self.known.string(node.id, self.position) if isinstance(node, ast.Name) else None

    @cached_property
    def calls(self) -> tuple[ast.Call, ...]:
        """Every call."""
        return tuple(node for node in self.nodes if isinstance(node, ast.Call))

    @cached_property
    def imported(self) -> tuple[Imported, ...]:
        """Every import."""
        return tuple(_imported(self.nodes))

    def loadings(self) -> Iterator[Loading]:
        """Every call of ``from_pretrained`` or ``pipeline``."""
        for call in self.calls:
            callee = self.dotted(call.func)
            if callee is None:
                continue
            keywords = {keyword.arg: keyword.value for keyword in call.keywords}
            if callee.endswith(".from_pretrained"):
                named = keywords.get("pretrained_model_name_or_path") or keywords.get("model_id")
                given = [*call.args[:2], *([named] if named else [])]
                ids = [text for text in map(self.string, given) if text is not None]
                yield Loading(
                    callee.removesuffix(".from_pretrained"),
                    ids[-1] if ids else None,
                    self._at(call),
                    self._typed[call.lineno - 1],
                )
            elif callee in _BY_ID and call.args:
                yield Loading(callee, self.string(call.args[0]), self._at(call), self._typed[call.lineno - 1])
            elif callee in ("transformers.pipeline", "pipeline", "optimum.pipelines.pipeline"):
                model = keywords.get("model") or (call.args[1] if len(call.args) > 1 else None)
                if model is not None and not isinstance(model, ast.Name):
                    yield Loading(callee, self.string(model), self._at(call), self._typed[call.lineno - 1])
                elif isinstance(model, ast.Name) and (text := self.string(model)) is not None:
                    yield Loading(callee, text, self._at(call), self._typed[call.lineno - 1])

    def _at(self, node: ast.expr) -> Span:
        return self.place(node.lineno, column=node.col_offset)

    def undefined(self) -> Iterator[ast.Name]:
        """The first use of each name that is bound neither here nor above."""
        if any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in self.nodes):
            return
        uses = [node for node in self.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
        seen: set[str] = set()
        for node in sorted(uses, key=lambda node: (node.lineno, node.col_offset)):
            if node.id in seen or node.id in _ALWAYS or self.known.is_bound(node.id, self.position):
                continue
            seen.add(node.id)
            yield node


@for_one_card
def read_python(document: Document) -> list[Python]:
    """Every block of Python of a card in order; each knows what those above it have imported and bound."""
    found: list[Python] = []
    known = KnownNames()
    for position, (block, section) in enumerate(code_blocks(document)):
        if not _is_python(block) or len(block.code) > _MOST_CHARACTERS:
            continue
        code = runnable(block.code)
        if code is None:
            continue
        try:
            nodes = python_nodes(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = error.lineno or 1 if isinstance(error, SyntaxError) else 1
            message = error.msg if isinstance(error, SyntaxError) else "it is nested too deeply or holds a null byte"
            found.append(Python(document, block, section, code, (), known, position, message, line))
            continue
        known.add(position, nodes)
        found.append(Python(document, block, section, code, nodes, known, position))
    return found


def _is_python(block: CodeBlock) -> bool:
    return block.language in _LANGUAGES or (not block.language and _UNLABELLED.match(block.code) is not None)


def runnable(code: str) -> str | None:
    """The statements of a listing, line by line; ``None`` where there are none.

    Of a session with ``>>>`` only what was typed is kept, and lines for IPython or a shell are dropped.
    """
    lines = code.split("\n")
    if is_session(lines):
        lines = [line[begin:] for line, begin in zip(lines, typed(lines), strict=True)]
    lines = ["" if _MAGIC.match(line) or _SHELL.match(line) else line for line in lines]
    if not any(line.strip() for line in lines):
        return None
    first = next(line for line in lines if line.strip())
    margin = len(first) - len(first.lstrip())
    return "\n".join(line[margin:] if not line[:margin].strip() else line for line in lines)


def _imported(nodes: Iterable[ast.AST]) -> Iterator[Imported]:
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Imported(alias.name, "", alias.lineno, alias.col_offset)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield Imported(node.module, alias.name, alias.lineno, alias.col_offset, node)


def _imports(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield (
                    (alias.asname, alias.name) if alias.asname else (alias.name.split(".")[0], alias.name.split(".")[0])
                )
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _strings(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node.value.value


def _bound_names(nodes: Iterable[ast.AST]) -> set[str]:
    """Every name that any statement or scope binds."""
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name.split(".")[0])
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names.add(node.rest)
    return names
