"""A card and a template → the bytes of README.md. Pure: the same card gives the same bytes on any machine."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Undefined

from cardgen.card.metadata.front_matter import dump_front_matter
from cardgen.card.model import Card
from cardgen.card.words.markdown import Markdown, code, escape, fenced
from cardgen.patterns import regex

_PACKAGE = Path(__file__).resolve().parent.parent
_SURROGATE = regex("[\ud800-\udfff]")


def template_folder() -> Path:
    """The templates: inside the package where it was installed from a wheel, else at the root of the checkout."""
    installed = _PACKAGE / "templates"
    return installed if installed.is_dir() else _PACKAGE.parent / "templates"


def render_card(card: Card, family: str) -> str:
    """Lay out ``card`` by the template of its family."""
    template = _environment(template_folder()).get_template(f"{family}.md.jinja")
    return finished(template.render(context_of(card)))


def context_of(card: Card) -> dict[str, object]:
    """The names that a template can use."""
    fields = {field.name: getattr(card, field.name) for field in dataclasses.fields(card)}
    return {
        **fields,
        "detail": card.detail,
        "front_matter": Markdown(dump_front_matter(dict(card.front_matter))),
    }


def finished(text: str) -> str:
    """The text with one newline at its end and none at its start.

    Raises:
        ValueError: where no file could hold it.
    """
    if _SURROGATE.search(text):
        raise ValueError("the text holds half of a character (a surrogate), which no file can hold")
    return text.strip("\n") + "\n"


def printed(value: object) -> str:
    """A value as a template prints it: Markdown as it is, all else escaped."""
    if value is None:
        return ""
    return value if isinstance(value, Markdown) else escape(str(value))


def _defined(value: Any) -> Any:
    """The value; what is undefined says so itself, by name, when it is made text."""
    return str(value) if isinstance(value, Undefined) else value


FILTERS = {
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
        finalize=printed,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(FILTERS)
    return environment
