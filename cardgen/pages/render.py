"""A template of this folder and what it says → one HTML page. Pure, and all that it is given is escaped."""

from __future__ import annotations

import functools
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from cardgen.hidden import show_hidden
from cardgen.patterns import regex

_FOLDER = Path(__file__).resolve().parent

_CODE = regex("`([^`]+)`")


def render_page(template: str, **context: object) -> str:
    """The page that a template makes, its style within it.

    Args:
        template: name of a file in this folder.
        context: the names that it uses.
    """
    return _environment().get_template(template).render(**context)


@functools.cache
def page_part(name: str) -> str:
    """The text of a style or script of this folder, which is to stand in a page.

    Args:
        name: of the file, in this folder.
    """
    return (_FOLDER / name).read_text(encoding="utf-8").strip()


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["seen"] = seen
    environment.filters["sentence"] = sentence
    environment.globals["style"] = Markup((_FOLDER / "page.css").read_text(encoding="utf-8"))  # noqa: S704 - our own
    return environment


def seen(text: str) -> Markup:
    """The text escaped, with its code point in the place of each character that nobody sees.

    Controls and the marks that turn text round would let a page say another thing than its source.
    """
    found = show_hidden(str(escape(text)), '<i class="hidden">{}</i>'.format, kept="\t\n")
    return Markup(found)  # noqa: S704 - escaped above


def sentence(text: str) -> Markup:
    """A sentence of cardgen's, as :func:`seen`; what stands between backticks in it is set as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(seen(text))))  # noqa: S704 - escaped before
