"""One YAML manifest in; a measured, reviewed, published model card out.

The public names are what the command line calls; each is imported on first use, so that ``import cardgen`` is cheap.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cardgen.lint.engine import lint as lint_card
    from cardgen.manifest.load import load_manifest as load_manifest
    from cardgen.pipeline.build import build as build
    from cardgen.pipeline.render import render as render
    from cardgen.publish.push import push as push
    from cardgen.review.check.card import check as check
    from cardgen.review.compared import diff as diff

__version__ = "0.1.0"

_PUBLIC = {
    "build": "cardgen.pipeline.build",
    "check": "cardgen.review.check.card",
    "diff": "cardgen.review.compared",
    "lint_card": "cardgen.lint.engine:lint",
    "load_manifest": "cardgen.manifest.load",
    "push": "cardgen.publish.push",
    "render": "cardgen.pipeline.render",
}

__all__ = ["__version__", "build", "check", "diff", "lint_card", "load_manifest", "push", "render"]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, attribute = _PUBLIC[name].partition(":")
    return getattr(importlib.import_module(module), attribute or name)
