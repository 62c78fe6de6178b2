"""Does code need what a library had once and has no more, without a word on the release that it is for?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.catalog import releases, symbols
from cardgen.catalog.dropped import Dropped, commands, dropped
from cardgen.catalog.programs import ARCHIVED
from cardgen.inherit.document import Document, Span
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.python_code import Python, read_python
from cardgen.patterns import regex

_EXTRA = regex(r"\b(?P<package>optimum(?:-intel)?|huggingface[_-]hub)\[(?P<extras>[\w,-]{1,80})\](?!\()")
_BOUND = r"(?P<how>==|<=|<|~=|version:?|v|:|\|)?\s{0,3}[\"'`]?v?(?P<version>\d{1,4}(?:\.\d{1,4}){0,3})"
_OLD_TRANSFORMERS = ("optimum.onnxruntime", "optimum.intel.neural_compressor", "optimum.intel.ipex")
"""Modules of libraries that ask for a release of transformers before 5."""
_OLD_NAMES = ("INC", "IPEX", "Inc")


def _check(subject: Subject) -> Iterator[Found]:
    """One finding for all that one release dropped, at the first of it."""
    found: dict[tuple[str, str], tuple[Dropped, dict[str, Span]]] = {}
    for entry, name, place in (*_in_python(subject.document), *_in_shell(subject.document)):
        places = found.setdefault((entry.distribution, entry.version), (entry, {}))[1]
        places.setdefault(name, place)
    yield from _archived(subject.document)
    for entry, places in found.values():
        if _says_release(subject.document, entry):
            continue
        names = [f"`{name}`" for name in places]
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        message = f"{entry.distribution} {entry.version} dropped {shown}, and the card names no release before it"
        yield Found(min(places.values()), message, entry.instead)


def _archived(document: Document) -> Iterator[Found]:
    """Projects that nobody keeps any more."""
    for python in read_python(document):
        for one in python.imported:
            if (known := ARCHIVED.get(one.module.partition(".")[0])) is not None:
                name, last, instead = known
                message = f"{name}, which `{one.module}` is of, is archived: {last} is its last release"
                yield Found(python.place_of_module(one), message, instead, "note", fault=name)


def _in_python(document: Document) -> Iterator[tuple[Dropped, str, Span]]:
    pythons = read_python(document)
    imported = [(one.module, one.name) for python in pythons for one in python.imported]
    old = any(
        module.startswith(_OLD_TRANSFORMERS) or (module == "optimum.intel" and name.startswith(_OLD_NAMES))
        for module, name in imported
    )
    for python in pythons:
        for entry, name, place in (*_imports(python), *_tasks(python)):
            if not (old and entry.distribution == "transformers"):
                yield entry, name, place


def _imports(python: Python) -> Iterator[tuple[Dropped, str, Span]]:
    for one in python.imported:
        module, name = one.module, one.name
        unknown = name and symbols.names_known(module) and symbols.symbol(module, name) is None
        if unknown and releases.gone_name(module, name) is None:
            continue  # no release that is looked at has it: another rule tells of it
        if name and (entry := dropped("name", f"{module}.{name}")):
            yield entry, name, python.place(one.line, name, one.column)
            continue
        found = dropped("module", module) or dropped("module", f"{module}.{name}")
        if found:
            yield found, module, python.place_of_module(one)


def _tasks(python: Python) -> Iterator[tuple[Dropped, str, Span]]:
    for call in python.calls:
        if python.dotted(call.func) != "transformers.pipeline":
            continue
        keywords = [keyword.value for keyword in call.keywords if keyword.arg == "task"]
        task = next(map(python.string, [*keywords, *call.args[:1]]), None)
        if task and (entry := dropped("task", task)):
            yield entry, f'pipeline("{task}")', python.place(call.lineno, "pipeline")


def _in_shell(document: Document) -> Iterator[tuple[Dropped, str, Span]]:
    """Commands and extras, in blocks of code and in text."""
    source = document.source
    for entry in commands():
        command = entry.pattern.pattern
        at = source.find(command, document.head.end)
        if at >= 0 and not source[at + len(command) : at + len(command) + 1].isalnum():
            yield entry, command, Span(at, at + len(command))
    for match in _EXTRA.finditer(source, document.head.end):
        for extra in match["extras"].split(","):
            name = f"{match['package']}[{extra}]"
            found = dropped("extra", name)
            if found:
                yield found, name, Span(*match.span())


def _says_release(document: Document, entry: Dropped) -> bool:
    """Whether the card names an older release: pinned, bounded from above, or listed among versions."""
    name = re.sub("[-_]", "[-_ ]", entry.distribution)
    stated = regex(rf"(?<![\w-]){name}(?:\[[\w,-]{{0,60}}\])?[\"'`*)]{{0,3}}\s{{0,3}}{_BOUND}", re.IGNORECASE)
    limit = _numbers(entry.version)
    for match in stated.finditer(document.source):
        version = _numbers(match["version"])
        if version < limit or (match["how"] == "<" and version <= limit):
            return True
    return False


def _numbers(version: str) -> tuple[int, ...]:
    found = [int(part) for part in version.split(".")]
    while found and not found[-1]:
        found.pop()
    return tuple(found)


RULES: tuple[Rule, ...] = (
    Rule("snippet-dropped", "warning", "Code that needs what newer releases of a library dropped.", _check),
)
