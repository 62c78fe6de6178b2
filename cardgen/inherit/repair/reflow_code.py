"""Where the lines of code began that now stands on one line."""

from __future__ import annotations

import re

from cardgen.patterns import regex

_PYTHON = frozenset({"python", "py", "python3", "pycon"})
_SHELL = frozenset({"bash", "sh", "shell", "console", "zsh"})
_LOOKS_LIKE_PYTHON = regex(r"(?:^|\s)(?:from\s+[\w.]+\s+import|import)\s+\w|^>>>\s")
_BIBTEX = regex(r"\s*@\w+\s*\{")
_BIBTEX_PART = regex(r"\\.|[{}]|(?<=\s)[\w-]+\s*=(?=\s*[{\"\w])|(?<=\s)@\w+\s*(?=\{)")
_COMMAND = regex(r"(?<=\s)(?=(?:\$ |pip3? install|git clone|cd |python3? |huggingface-cli |conda ))")
_TOKEN = regex(
    r"""(?P<string>[rbfuRBFU]{0,2}(?:\"\"\".*?\"\"\"|'''.*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))
    |(?P<comment>\#)|(?P<prompt>>>>(?=\s))|(?P<word>[A-Za-z_]\w*)|(?P<number>\d[\w.]*)
    |(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<sign>[^\s\w])""",
    re.VERBOSE | re.DOTALL,
)
_AFTER_COMMENT = regex(
    r"\s(?=from\s+[\w.]+\s+import\s|import\s+\w|[A-Za-z_][\w.]*(?:\s*,\s*\w+)*\s*=\s|print\(|>>>\s|\#)"
)
_PREFIX = regex(
    r"(?:and|as|assert|async|await|class|def|del|elif|else|for|from|global|if|import|in|is|lambda|not|or|raise|return|while|"
    r"with|yield)"
)
"""After these an expression goes on."""
_INFIXES = frozenset(("and", "as", "else", "if", "in", "is", "not", "or"))
"""With these a statement does not begin."""


def code_breaks(code: str, language: str) -> list[int]:
    """Offsets in ``code`` at which a new line begins, ascending; none where the language is not known."""
    name = language.lower()
    if name in _PYTHON or (not name and _LOOKS_LIKE_PYTHON.search(code)):
        return _python_breaks(code)
    if name in {"bibtex", "latex", "tex", ""} and _BIBTEX.match(code):
        return _bibtex_breaks(code)
    if name in _SHELL:
        return [match.start() for match in _COMMAND.finditer(code)]
    return []


def _bibtex_breaks(code: str) -> list[int]:
    breaks: list[int] = []
    depth = 0
    for match in _BIBTEX_PART.finditer(code):
        part = match[0]
        if part == "{":
            depth += 1
        elif part == "}":
            depth -= 1
            if depth == 0 and code[match.start() - 1].isspace():
                breaks.append(match.start())
        elif (depth == 1 and part.endswith("=")) or (depth <= 0 and part.startswith("@") and match.start()):
            breaks.append(match.start())
    return breaks


def _python_breaks(code: str) -> list[int]:
    """Two operands next to each other, outside brackets, belong to two statements."""
    breaks: list[int] = []
    depth = 0
    first = ""
    ended = False
    position = 0
    while match := _TOKEN.search(code, position):
        kind, word = str(match.lastgroup), match[0]
        position = match.end()
        if depth == 0 and match.start() and _begins(kind, word, first, ended=ended):
            breaks.append(match.start())
            first = ""
        first = first or word
        if kind == "comment":
            following = _AFTER_COMMENT.search(code, position)
            position = following.end() if following else len(code)
            breaks += [position] if following else []
            first, ended = "", False
            continue
        if word == "import":
            first = "import"
        depth = max(depth + (kind == "open") - (kind == "close"), 0)
        ended = kind in {"number", "string", "close"} or (kind == "word" and not _PREFIX.fullmatch(word))
    return sorted(set(breaks))


def _begins(kind: str, word: str, first: str, *, ended: bool) -> bool:
    if kind in {"comment", "prompt"}:
        return ended
    if not ended or kind not in {"word", "number", "string"}:
        return False
    if word in {"import", "from"}:
        return first not in {"from", "raise", "yield", ">>>"}
    return word not in _INFIXES
