"""A card and a template → the bytes of README.md. Pure: the same card gives the same bytes on any machine."""

from __future__ import annotations

import dataclasses
import functools
import re
from pathlib import Path
from types import TracebackType
from typing import Any

from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, StrictUndefined, Undefined
from jinja2 import TemplateSyntaxError as JinjaSyntaxError
from jinja2.exceptions import SecurityError, TemplateNotFound, UndefinedError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from cardgen.card.metadata.front_matter import dump_front_matter
from cardgen.card.model import Card
from cardgen.card.words.markdown import Markdown, code, escape, fenced
from cardgen.catalog.suggest import nearest, remedy_for
from cardgen.errors import Problem, TemplateProblemsError
from cardgen.patterns import regex

_PACKAGE = Path(__file__).resolve().parent.parent
_USERS = "template"
"""The name that a user's own template has inside Jinja."""
_MOST = 1_000_000
"""Characters or items that a multiplication in a user's template may make."""
_HIGHEST_POWER = 64
_SURROGATE = regex("[\ud800-\udfff]")


def template_folder() -> Path:
    """The templates: inside the package where it was installed from a wheel, else at the root of the checkout."""
    installed = _PACKAGE / "templates"
    return installed if installed.is_dir() else _PACKAGE.parent / "templates"


def render_card(card: Card, family: str) -> str:
    """Lay out ``card`` by the template of its family."""
    template = _environment(template_folder()).get_template(f"{family}.md.jinja")
    return _finished(template.render(_context(card)))


def render_with(card: Card, source: str, file: str) -> str:
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
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(_FILTERS)
    for name in ("lipsum", "cycler", "joiner"):
        del environment.globals[name]
    del environment.filters["random"]  # a card is the same on any machine
    try:
        return _finished(environment.get_template(_USERS).render(_context(card)))
    except JinjaSyntaxError as error:
        raise _problem(file, error.lineno, error.message or "is no template", "mend the template's syntax") from error
    except TemplateNotFound as error:
        sections = [f"sections/{path.name}" for path in (template_folder() / "sections").iterdir()]
        message = f"there is no template `{error.name}` to include"
        raise _problem(file, _line(error.__traceback__), message, remedy_for(str(error.name), sections)) from error
    except UndefinedError as error:
        message = error.message or "names what a card does not have"
        undefined = re.match("'(\\w+)' is undefined", message)
        meant = nearest(undefined[1], tuple(_context(card))) if undefined else None
        remedy = f"did you mean `{meant}`?" if meant else "docs/templates.md lists every name that a template can use"
        raise _problem(file, _line(error.__traceback__), message, remedy) from error
    except Exception as error:
        message = str(error) or type(error).__name__
        remedy = "docs/templates.md tells what a template can do"
        raise _problem(file, _line(error.__traceback__), message, remedy) from error


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


def _line(traceback: TracebackType | None) -> int | None:
    """The line of the user's template that an error came from: Jinja puts it into the traceback."""
    found = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename in (_USERS, "<template>"):
            found = traceback.tb_lineno
        traceback = traceback.tb_next
    return found


def _context(card: Card) -> dict[str, object]:
    fields = {field.name: getattr(card, field.name) for field in dataclasses.fields(card)}
    return {
        **fields,
        "detail": card.detail,
        "front_matter": Markdown(dump_front_matter(dict(card.front_matter))),
    }


def _finished(text: str) -> str:
    """The text with one newline at its end and none at its start."""
    if _SURROGATE.search(text):
        raise ValueError("the text holds half of a character (a surrogate), which no file can hold")
    return text.strip("\n") + "\n"


def _printed(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, Markdown) else escape(str(value))


def _defined(value: Any) -> Any:
    """The value; what is undefined says so itself, by name, when it is made text."""
    return str(value) if isinstance(value, Undefined) else value


_FILTERS = {
    "code": lambda value: code(_defined(value)),
    "fenced": lambda value, language: fenced(_defined(value), language),
    "markdown": lambda value: Markdown(_defined(value)),
}


@functools.lru_cache(maxsize=4)
def _environment(folder: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder),
        auto_reload=False,
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - the output is Markdown: `finalize` escapes for that
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(_FILTERS)
    return environment
