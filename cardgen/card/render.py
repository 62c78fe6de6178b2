"""A card and a template → the bytes of README.md. Pure: the same card gives the same bytes on any machine."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cardgen.card.front_matter import dump_front_matter
from cardgen.card.markdown import Markdown, code, escape, fenced
from cardgen.card.model import Card

_PACKAGE = Path(__file__).resolve().parent.parent


def template_folder() -> Path:
    """The templates: inside the package where it was installed from a wheel, else at the root of the checkout."""
    installed = _PACKAGE / "templates"
    return installed if installed.is_dir() else _PACKAGE.parent / "templates"


def render_card(card: Card, family: str) -> str:
    """Lay out ``card`` by the template of its family."""
    template = _environment(template_folder()).get_template(f"{family}.md.jinja")
    fields = {field.name: getattr(card, field.name) for field in dataclasses.fields(card)}
    body = template.render({**fields, "front_matter": Markdown(dump_front_matter(dict(card.front_matter)))})
    return body.rstrip("\n") + "\n"


@functools.lru_cache(maxsize=4)
def _environment(folder: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - the output is Markdown: `finalize` escapes for that
        finalize=lambda value: value if isinstance(value, Markdown) else escape(str(value)),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["code"] = code
    environment.filters["fenced"] = fenced
    return environment
