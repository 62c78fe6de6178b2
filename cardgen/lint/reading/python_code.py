"""Python that a card prints: parsed, with what it imports, what it loads and which names it leaves undefined."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from cardgen.inherit.document import CodeBlock, Document, Section, Span
from cardgen.inherit.python_nodes import python_nodes
from cardgen.lint.reading.places import code_blocks
from cardgen.lint.reading.remembered import for_one_card
from cardgen.patterns import regex

_LANGUAGES = frozenset({"python", "py", "python3", "pycon", "ipython", "ipython3"})
_UNLABELLED = regex(r"\A\s*(?:>>> )?(?:from [\w.]{1,200} import\b|import [\w.]{1,200})")
_PROMPT = regex(r"^[ \t]*(?:>>>|\.\.\.)(?: |$)", re.MULTILINE)
_PROMPTED = regex(r"[ \t]*(?:>>>|\.\.\.)(?: |\Z)")
_MAGIC = regex(r"[ \t]*(?:!|%)")
_SHELL = regex(r"(?:\$ |(?:pip3?|conda|python3?|apt-get|git) [\w.-])")
_MOST_CHARACTERS = 60_000
_ALWAYS = frozenset(dir(builtins)) | {"__file__", "__name__", "__doc__", "display", "get_ipython"}


@dataclass(frozen=True)
class Loading:
    """A call that loads something by its name on the Hub."""

    callee: str
    """As imported: ``transformers.AutoModel``."""
    id: str | None
    """``None`` where the code does not say it as a plain string."""
    span: Span


@dataclass(frozen=True)
class Python:
    """One block of Python."""

    document: Document
    block: CodeBlock
    section: Section
    nodes: tuple[ast.AST, ...]
    """Every node of its tree; empty where it does not parse."""
    error: str = ""
    error_line: int = 1
    imports: Mapping[str, str] = field(default_factory=dict)
    """Local name to the dotted name that it stands for."""
    strings: Mapping[str, str] = field(default_factory=dict)
    """Variable to the string that it holds, also from blocks above."""
    bound: frozenset[str] = frozenset()
    """Names that this block and those above bind."""

    def place(self, line: int, needle: str = "") -> Span:
        """The place of ``needle`` on a 1-based line of the code, else of the line."""
        lines = self.block.code.splitlines()
        text = lines[line - 1].strip() if 0 < line <= len(lines) else ""
        start, end = self.block.code_span.start, self.block.code_span.end
        source = self.document.source
        if source[start:end] == self.block.code:
            offset = start + sum(len(before) for before in self.block.code.splitlines(keepends=True)[: line - 1])
        else:
            offset = start
        at = source.find(text, offset, end) if text else -1
        if at < 0:
            at = offset
        inside = source.find(needle, at, end) if needle else -1
        return Span(inside, inside + len(needle)) if inside >= 0 else Span(at, at + max(1, len(text)))

    def dotted(self, node: ast.expr) -> str | None:
        """What a name or attribute stands for, by the imports of this block and those above."""
        names: list[str] = []
        while isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        return ".".join([self.imports.get(node.id, node.id), *reversed(names)])

    def string(self, node: ast.expr) -> str | None:
        """The string that an expression is, where it is plain."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        return self.strings.get(node.id) if isinstance(node, ast.Name) else None

    @cached_property
    def calls(self) -> tuple[ast.Call, ...]:
        """Every call."""
        return tuple(node for node in self.nodes if isinstance(node, ast.Call))

    @cached_property
    def imported(self) -> tuple[tuple[str, str, int], ...]:
        """Module, name in it (empty for the module itself) and line, of every import."""
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
                yield Loading(callee.removesuffix(".from_pretrained"), ids[-1] if ids else None, self._at(call))
            elif callee in ("transformers.pipeline", "pipeline", "optimum.pipelines.pipeline"):
                model = keywords.get("model") or (call.args[1] if len(call.args) > 1 else None)
                if model is not None and not isinstance(model, ast.Name):
                    yield Loading(callee, self.string(model), self._at(call))
                elif isinstance(model, ast.Name) and (text := self.string(model)) is not None:
                    yield Loading(callee, text, self._at(call))

    def _at(self, node: ast.expr) -> Span:
        return self.place(node.lineno)

    def undefined(self) -> Iterator[tuple[str, int]]:
        """Names that are used but bound neither here nor above, each once, with the line of its first use."""
        if any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in self.nodes):
            return
        bound = self.bound | _ALWAYS
        uses = [node for node in self.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
        seen: set[str] = set()
        for node in sorted(uses, key=lambda node: (node.lineno, node.col_offset)):
            if node.id not in bound and node.id not in seen:
                seen.add(node.id)
                yield node.id, node.lineno


@for_one_card
def read_python(document: Document) -> list[Python]:
    """Every block of Python of a card in order; each knows what those above it have imported and bound."""
    found: list[Python] = []
    imports: dict[str, str] = {}
    strings: dict[str, str] = {}
    bound: set[str] = set()
    for block, section in code_blocks(document):
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
            found.append(Python(document, block, section, (), message, line))
            continue
        imports.update(_imports(nodes))
        strings.update(_strings(nodes))
        bound |= _bound_names(nodes)
        found.append(Python(document, block, section, nodes, "", 1, dict(imports), dict(strings), frozenset(bound)))
    return found


def _is_python(block: CodeBlock) -> bool:
    return block.language in _LANGUAGES or (not block.language and _UNLABELLED.match(block.code) is not None)


def runnable(code: str) -> str | None:
    """The statements of a listing, line by line; ``None`` where there are none.

    Of a session with ``>>>`` only what was typed is kept, and lines for IPython or a shell are dropped.
    """
    lines = code.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if _PROMPT.search(code) and any(line.lstrip().startswith(">>>") for line in lines):
        lines = [_PROMPTED.sub("", line, count=1) if _PROMPTED.match(line) else "" for line in lines]
    lines = ["" if _MAGIC.match(line) or _SHELL.match(line) else line for line in lines]
    if not any(line.strip() for line in lines):
        return None
    first = next(line for line in lines if line.strip())
    margin = len(first) - len(first.lstrip())
    return "\n".join(line[margin:] if not line[:margin].strip() else line for line in lines)


def _imported(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str, int]]:
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, "", node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield node.module, alias.name, node.lineno


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
