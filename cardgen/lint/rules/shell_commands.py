"""Do commands that a card prints exist, with the options that they are given?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cardgen.catalog import releases
from cardgen.catalog.programs import HUB_INSTEAD, LLAMA_CPP, LLAMA_CPP_RENAMED, SUBCOMMANDS
from cardgen.catalog.suggest import nearest
from cardgen.inherit.document import Document, Span
from cardgen.inherit.remembered import for_one_card
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.places import code_blocks
from cardgen.patterns import regex

_START = r"(?:^|[;&|]|\$\()[ \t]*(?:[$!%>][ \t]+|!)?(?:sudo[ \t]+)?(?:[A-Z][A-Z0-9_]{0,40}=\S{0,80}[ \t]+){0,6}"
_HUB = regex(rf"{_START}(?P<program>hf|huggingface-cli)(?P<rest>[ \t][^\n]{{0,600}})", re.MULTILINE)
_PROGRAM = regex(
    rf"{_START}(?:python3?[ \t]+-m[ \t]+)?(?P<program>vllm|mlx_lm)(?:[ \t]+|\.)"
    r"(?P<sub>[a-z][\w-]{1,30})(?=[ \t\n]|\Z)",
    re.MULTILINE,
)
_LLAMA = regex(
    rf"{_START}(?:python3?[ \t]+)?(?P<path>(?:[\w.~-]{{1,40}}/){{0,6}})"
    r"(?P<name>llama-[a-z][a-z0-9-]{1,30}|main|server|quantize|perplexity|imatrix|embedding|gguf-split|llava-cli"
    r"|convert\.py|convert-hf-to-gguf\.py)(?=[ \t]+[-\w./])",
    re.MULTILINE,
)
_MAKE = regex(rf"{_START}(?P<what>make\b(?:[ \t]+[A-Z_]+=\S+)*)|(?P<set>\bLLAMA_[A-Z_]+=\w+)[ \t]+make\b", re.MULTILINE)
_LLAMA_CPP = regex(r"llama\.cpp", re.IGNORECASE)
_OPTION = regex(r"(?<=[ \t])(?P<option>--?[A-Za-z][\w-]{0,40})(?==|[ \t]|$)")
_WORD = regex(r"[ \t]+(?P<word>[a-z][\w-]{0,40})(?=[ \t]|$)")
_CONTINUED = regex(r"[ \t]*(?:\\|\^|`)\r?\n")
_MOST_PARTS = 4
_PASSES_ON = ("hf jobs", "hf sandbox", "hf ext")
"""What hands options on to a program that it runs."""


class _Command(NamedTuple):
    """A command of huggingface_hub as written."""

    program: str
    words: tuple[str, ...]
    """Behind the program, up to the first that is no plain word."""
    options: tuple[tuple[str, Span], ...]
    span: Span
    """Of the program and its first word."""


@for_one_card
def hub_commands(document: Document) -> tuple[_Command, ...]:
    """Every call of huggingface_hub's programs in blocks of code."""
    found = []
    for block, _section in code_blocks(document):
        code, start = document.slice(block.code_span), block.code_span.start
        plain = _CONTINUED.sub(lambda match: " " * len(match[0]), code)
        for call in _HUB.finditer(plain):
            rest, at = call["rest"].partition(" #")[0], start + call.start("rest")
            words: list[str] = []
            end = 0
            while len(words) < _MOST_PARTS and (word := _WORD.match(rest, end)):
                words.append(word["word"])
                end = word.end()
            options = tuple(
                (option["option"], Span(at + option.start("option"), at + option.end("option")))
                for option in _OPTION.finditer(rest)
            )
            place = Span(start + call.start("program"), at + (_WORD.match(rest) or call).end() if words else at)
            found.append(_Command(call["program"], tuple(words), options, place))
    return tuple(found)


def _path(command: _Command) -> str | None:
    """The command of ``hf`` that is meant: the longest that is known; ``None`` for one that it has not."""
    words = list(command.words)
    if command.program != "hf" and words:
        old = next((key for key in (" ".join(words[:2]), words[0]) if key in HUB_INSTEAD), None)
        words = [*HUB_INSTEAD[old].split(), *words[len(old.split()) :]] if old else words
    for count in range(len(words), 0, -1):
        path = " ".join(["hf", *words[:count]])
        if releases.options_of(path) is not None:
            return path
    return None


def _hub(subject: Subject) -> Iterator[Found]:
    release = releases.hub_release()
    for command in hub_commands(subject.document):
        path = _path(command)
        is_group = path is None or any(text.startswith(f"{path} ") for text in releases.hub_commands())
        if is_group and command.program == "hf" and len(command.words) > (path or "hf").count(" "):
            yield _no_command(command, path or "hf", release)
        known = releases.options_of(path) if path else None
        if known is None or is_group or path is None or path.startswith(_PASSES_ON):
            continue
        for option, place in command.options:
            if option not in known:
                gone = releases.gone_command(f"{path} {option}")
                since = f" since {gone.since}" if gone else ""
                message = f"`{path}` of huggingface_hub {release} has no option `{option}`{since}"
                meant = nearest(option, tuple(known), cutoff=0.75)
                remedy = f"did you mean `{meant}`?" if meant else f"leave it out; `{path} --help` lists the others"
                yield Found(place, message, remedy, fault=(path, option))


def _no_command(command: _Command, group: str, release: str) -> Found:
    """Of a word that is no command of its group, which is ``hf`` itself at the top."""
    texts = [" ".join(["hf", *command.words[:count]]) for count in range(len(command.words), 0, -1)]
    asked = next((text for text in texts if releases.gone_command(text)), None)
    gone = releases.gone_command(asked) if asked else None
    words = (asked or " ".join(["hf", *command.words[: group.count(" ") + 1]])).removeprefix("hf ")
    since = f"since {gone.since}" if gone else f"in {release}"
    old = next((key for key in (words, words.partition(" ")[0]) if key in HUB_INSTEAD), None)
    if old is not None:
        meant = f"hf {HUB_INSTEAD[old]}{words.removeprefix(old)}"
    else:
        inside = {text for text in releases.hub_commands() if text.rpartition(" ")[0] == group}
        meant = nearest(f"hf {words}", tuple(sorted(inside)), cutoff=0.75) or ""
    remedy = f"write `{meant}`" if meant else f"`{group} --help` lists the commands"
    return Found(command.span, f"huggingface_hub has no `hf {words}` {since}", remedy, fault=words)


def _subcommands(subject: Subject) -> Iterator[Found]:
    for block, _section in code_blocks(subject.document):
        code, start = subject.document.slice(block.code_span), block.code_span.start
        for call in _PROGRAM.finditer(code):
            program, sub = call["program"], call["sub"]
            known = SUBCOMMANDS[program]
            if sub in known or sub.replace("-", "_") in known or sub.startswith("entrypoints"):
                continue
            gone = releases.gone_module(f"{program}.{sub}") if program == "mlx_lm" else None
            since = f" since {gone.distribution} {gone.since}" if gone else ""
            meant = nearest(sub, tuple(known), cutoff=0.7)
            remedy = f"did you mean `{program} {meant}`?" if meant else f"it has {', '.join(sorted(known))}"
            place = Span(start + call.start("sub"), start + call.end("sub"))
            yield Found(place, f"`{program}` has no command `{sub}`{since}", remedy, fault=(program, sub))


def _llama_cpp(subject: Subject) -> Iterator[Found]:
    document = subject.document
    of_llama = _LLAMA_CPP.search(document.source) is not None
    for block, _section in code_blocks(document):
        code, start = document.slice(block.code_span), block.code_span.start
        for call in _LLAMA.finditer(code):
            name, place = call["name"], Span(start + call.start("name"), start + call.end("name"))
            plain = not name.startswith("llama-")
            if plain and not (of_llama and (call["path"] or name.startswith("convert"))):
                continue  # a program of this name that may be anyone's
            if now := LLAMA_CPP_RENAMED.get(name):
                yield Found(place, f"llama.cpp has no `{name}` any more: it is `{now}`", f"write `{now}`", fault=name)
            elif not plain and name not in LLAMA_CPP and (meant := nearest(name, tuple(LLAMA_CPP), cutoff=0.85)):
                yield Found(place, f"llama.cpp has no `{name}`", f"did you mean `{meant}`?", fault=name)
        for made in _MAKE.finditer(code) if of_llama else ():
            what = "set" if made["set"] else "what"
            if what == "what" and "LLAMA_" not in made[0] and not _LLAMA_CPP.search(code[: made.start()]):
                continue
            place = Span(start + made.start(what), start + made.end(what))
            message = "llama.cpp is built by CMake alone: its Makefile stops with an error since 2025"
            yield Found(place, message, "write `cmake -B build && cmake --build build --config Release`", fault="make")


def _check(subject: Subject) -> Iterator[Found]:
    yield from _hub(subject)
    yield from _subcommands(subject)
    yield from _llama_cpp(subject)


RULES: tuple[Rule, ...] = (
    Rule("command-unknown", "warning", "A command or an option that current releases do not have.", _check),
)
