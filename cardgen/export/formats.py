"""The formats that there are, and where their documents lie beside a card."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cardgen.card.facts.joined import Facts
from cardgen.export.cyclonedx.bom import VERSION as CYCLONEDX_VERSION
from cardgen.export.cyclonedx.bom import export_cyclonedx
from cardgen.export.every_eval_ever import VERSION as EVERY_EVAL_EVER_VERSION
from cardgen.export.every_eval_ever import export_every_eval_ever
from cardgen.export.model import Export
from cardgen.manifest.publish import ExportFormat

FOLDER = "exports"
"""Beside a card, and in its repository."""


@dataclass(frozen=True)
class FormatInfo:
    """One format."""

    title: str
    version: str
    """Of its schema."""
    export: Callable[[Facts, Mapping[str, str]], Export]
    """From all that is known of a card, and a person's words by section."""


FORMATS: Mapping[ExportFormat, FormatInfo] = {
    "every-eval-ever": FormatInfo("Every Eval Ever", EVERY_EVAL_EVER_VERSION, export_every_eval_ever),
    "cyclonedx": FormatInfo("CycloneDX", CYCLONEDX_VERSION, export_cyclonedx),
}
