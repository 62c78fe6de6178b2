"""A template and what it shows → one page, with its style and script in it, and a policy that lets nothing else run."""

from __future__ import annotations

import base64
import hashlib

from markupsafe import Markup

import cardgen
from cardgen.pages import render


def render_page(template: str, scripts: tuple[str, ...] = (), *, version: int | None = None, **context: object) -> str:
    """Lay out a page.

    Args:
        template: name of a file in ``cardgen/pages/preview``.
        scripts: names of the scripts that the page has, there too.
        version: of what is served, for a page that reloads when its server has another one; the page may talk to it.
        context: the names that the template uses.
    """
    live = version is not None
    style = render.page_part("preview/style.css")
    script = "\n".join(render.page_part(f"preview/{name}") for name in (*scripts, *(["reload.js"] if live else [])))
    policy = [
        "default-src 'none'",
        f"style-src {_hash(style)}",
        *([f"script-src {_hash(script)}"] if script else []),
        "img-src 'self' data:",
        *(["connect-src 'self'"] if live else []),
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return render.render_page(
        f"preview/{template}",
        **context,
        style=Markup(style),  # noqa: S704 - our own, from the package
        script=Markup(script),  # noqa: S704 - the same
        policy="; ".join(policy),
        version=version,
        cardgen=cardgen.__version__,
    )


def _hash(text: str) -> str:
    """How a content security policy names what stands in a page."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
