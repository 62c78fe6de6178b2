"""A template that a user wrote, laid out in a sandbox. It may take for ever or all memory: see ``bounded``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import FrameType, GeneratorType, TracebackType
from typing import Any

from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader, StrictUndefined, Template
from jinja2 import TemplateSyntaxError as JinjaSyntaxError
from jinja2.exceptions import SecurityError, TemplateNotFound, UndefinedError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from cardgen.card.model import Card
from cardgen.card.render import FILTERS, context_of, finished, printed, template_folder
from cardgen.catalog.suggest import nearest, remedy_for
from cardgen.errors import Problem, TemplateProblemsError
from cardgen.patterns import regex

LONGEST = 4_000_000
"""Characters that a card may have: many times what a page can show."""
_USERS = "template"
"""The name that the template has inside Jinja."""
_MOST = 1_000_000
"""Characters or items that a multiplication may make."""
_HIGHEST_POWER = 64
_OUR_OBJECT = regex(r"'(?:\w+\.)+(\w+) object'")
"""How Jinja names a value whose type is of a module, which is nothing to a template's author."""


def lay_out(card: Card, source: str, file: str) -> str:
    """Lay out ``card`` by a user's own template, in a sandbox: it can read the card's fields, and nothing else.

    Args:
        card: what to say.
        source: the template's text; it may include cardgen's own ``sections/``.
        file: its place, for messages.

    Raises:
        TemplateProblemsError: where it is no template, or names what a card does not have; with its line.
    """
    environment = _UsersEnvironment(
        loader=ChoiceLoader([DictLoader({_USERS: source}), FileSystemLoader(template_folder())]),
        undefined=StrictUndefined,
        autoescape=False,
        finalize=printed,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(FILTERS)
    for name in ("lipsum", "cycler", "joiner"):
        del environment.globals[name]
    del environment.filters["random"]  # a card is the same on any machine
    try:
        return finished(_bounded(environment.get_template(_USERS).generate(context_of(card))))
    except JinjaSyntaxError as error:
        raise _problem(file, error.lineno, error.message or "is no template", "mend the template's syntax") from error
    except TemplateNotFound as error:
        sections = [f"sections/{path.name}" for path in (template_folder() / "sections").iterdir()]
        message = f"there is no template `{error.name}` to include"
        raise _problem(file, _line(error.__traceback__), message, remedy_for(str(error.name), sections)) from error
    except UndefinedError as error:
        message = _OUR_OBJECT.sub(r"'\1'", error.message or "names what a card does not have")
        undefined = re.match("'(\\w+)' is undefined", message)
        meant = nearest(undefined[1], tuple(context_of(card))) if undefined else None
        remedy = f"did you mean `{meant}`?" if meant else "docs/templates.md lists every name that a template can use"
        raise _problem(file, _line(error.__traceback__), message, remedy) from error
    except _TooLongError as error:
        remedy = "look for a loop over too much"
        raise _problem(file, error.line, str(error), remedy) from error
    except MemoryError as error:
        message, remedy = "takes too much memory", "a template only lays out what a card holds"
        raise _problem(file, _line(error.__traceback__), message, remedy) from error
    except Exception as error:
        message = str(error) or type(error).__name__
        remedy = "docs/templates.md tells what a template can do"
        raise _problem(file, _line(error.__traceback__), message, remedy) from error


class _TooLongError(Exception):
    def __init__(self, line: int | None) -> None:
        super().__init__(f"prints more than {LONGEST} characters")
        self.line = line


def _line_at(pieces: object) -> int | None:
    """The line of the user's template at which what it prints was asked for last."""
    line = None
    while isinstance(pieces, GeneratorType):
        frame = pieces.gi_frame
        line = (line_of_template(frame) if frame else None) or line
        pieces = pieces.gi_yieldfrom
    return line


def _bounded(pieces: Iterable[str]) -> str:
    made, length = [], 0
    for piece in pieces:
        length += len(piece)
        if length > LONGEST:
            raise _TooLongError(_line_at(pieces))
        made.append(piece)
    return "".join(made)


class _UsersEnvironment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, with a limit to what multiplying can make."""

    intercepted_binops = frozenset(["*", "**"])

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Multiply, unless what comes out is huge."""
        if operator == "**" and isinstance(right, int) and abs(right) > _HIGHEST_POWER:
            raise SecurityError(f"`**` with a power above {_HIGHEST_POWER} is not allowed")
        for one, other in ((left, right), (right, left)):
            if isinstance(one, str | list | tuple) and isinstance(other, int) and len(one) * other > _MOST:
                raise SecurityError("`*` would make something too large")
        return super().call_binop(context, operator, left, right)


def _problem(file: str, line: int | None, message: str, remedy: str) -> TemplateProblemsError:
    return TemplateProblemsError((Problem(file, line, None, "", message, remedy),))


def line_of_template(frame: FrameType) -> int | None:
    """The line of the user's template that a frame is at; ``None`` where it is none of the template's."""
    template = frame.f_globals.get("__jinja_template__")
    if not isinstance(template, Template) or template.name != _USERS:
        return None
    lines = [line for start, _end, line in frame.f_code.co_lines() if line is not None and start <= frame.f_lasti]
    return template.get_corresponding_lineno(lines[-1]) if lines else None


def _line(traceback: TracebackType | None) -> int | None:
    """The line of the user's template that an error came from: Jinja puts it into the traceback."""
    found = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename in (_USERS, "<template>"):
            found = traceback.tb_lineno
        traceback = traceback.tb_next
    return found
