"""What was typed in a Python session, as cards print it with its prompts and what came out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cardgen.patterns import regex

_FIRST = regex(r"[ \t]*>>>(?: |$)")
_PROMPT = regex(r"[ \t]*(?:>>>|\.\.\.)(?: |$)")
_LITERAL = regex(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|#.*")


def is_session(lines: Sequence[str]) -> bool:
    """Whether prompts stand before the lines."""
    return any(_FIRST.match(line) for line in lines)


def typed(lines: Sequence[str]) -> Iterator[int]:
    """For each line of a session, without its line end, the column at which what was typed begins; its end for none.

    A statement whose brackets are open goes on in the next line, and a block in those that are indented, also where
    nobody wrote ``...`` before them.
    """
    depth, in_block = 0, False
    for line in lines:
        prompt = _PROMPT.match(line)
        if prompt:
            if _FIRST.match(line):
                depth, in_block = 0, False
            begin = prompt.end()
        elif depth > 0 or (in_block and line[:1].isspace() and line.strip()):
            begin = 0
        else:
            in_block = in_block and not line.strip()
            yield len(line)
            continue
        code = _LITERAL.sub("", line[begin:])
        depth = max(depth + sum(map(code.count, "([{")) - sum(map(code.count, ")]}")), 0)
        in_block = in_block or (depth == 0 and code.rstrip().endswith(":"))
        yield min(begin, len(line))
