"""Do the commands that a card prints do in a shell what they say?"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from cardgen.inherit.document import CodeBlock
from cardgen.lint.finding import Found, Rule, Subject
from cardgen.lint.reading.places import code_blocks
from cardgen.lint.reading.python_code import read_python
from cardgen.patterns import regex

_LANGUAGES = frozenset({"", "bash", "sh", "shell", "console", "zsh", "shell-session", "terminal"})
_REDIRECT = regex(
    r"^[ \t]*(?:[$%!][ \t]*)?(?:python3? -m )?(?:uv )?(?:pip3?|conda) install\b(?:[ \t]+[^\s\"'<>;&|#]{1,100})*?[ \t]+"
    r"(?P<what>[A-Za-z][\w.-]{0,60}(?:\[[\w,-]{0,60}\])?[<>]=?\d[\w.]{0,20})(?=[\s;&|]|\Z)",
    re.MULTILINE,
)
_COMMAND = regex(
    r"(?:vllm|lm_eval|lighteval|python3?|hf|huggingface-cli|optimum-cli|llama-\w+|docker|ollama|trtllm-\w+)[ \t]"
)
_COMMENT = regex(r"^[ \t]*#[^\n]*$", re.MULTILINE)
_HEREDOC = "<<"
_LONGEST = 20_000


def _shells(subject: Subject) -> Iterator[CodeBlock]:
    pythons = {id(python.block) for python in read_python(subject.document)}
    for block, _section in code_blocks(subject.document):
        if block.language in _LANGUAGES and id(block) not in pythons and len(block.code) <= _LONGEST:
            yield block


def _redirects(subject: Subject) -> Iterator[Found]:
    """A shell takes ``>=4.37`` for a file to write to, and installs whatever release there is."""
    for block in _shells(subject):
        for match in _REDIRECT.finditer(block.code):
            what = match["what"]
            message = f"a shell takes the sign in `{what}` for a redirection, and asks for no release"
            place = block.place(match.start("what"), match.end("what"))
            yield Found(place, message, f'write `"{what}"` in quotes', fault=what)


def _quotes(subject: Subject) -> Iterator[Found]:
    for block in _shells(subject):
        code = _COMMENT.sub(lambda match: " " * len(match[0]), block.code)
        if not _COMMAND.match(code.strip().removeprefix("$ ")) or _HEREDOC in code:
            continue
        try:
            shlex.split(code)
        except ValueError as error:
            if "quotation" in str(error):
                last = max(code.rfind('"'), code.rfind("'"))
                message = f"a quote of the command is never closed: `{code[last]}`"
                yield Found(block.place(last, last + 1), message, "close it, and run the command once", fault=code)


RULES: tuple[Rule, ...] = (
    Rule("shell-redirect", "warning", "A bound of a release that a shell takes for a redirection.", _redirects),
    Rule("shell-quote", "error", "A command with a quote that is never closed.", _quotes),
)
