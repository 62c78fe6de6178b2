"""What a card says, decided and worded, ready to be laid out by a template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cardgen.card.markdown import Markdown


@dataclass(frozen=True)
class Usage:
    """How to load one variant."""

    title: str
    """Such as ``PyTorch, with Optimum``."""
    install: str
    """A shell command, at the versions that were measured."""
    snippet: str
    """Python."""
    notes: tuple[Markdown, ...]


@dataclass(frozen=True)
class Card:
    """The context of a card template. Plain strings are escaped as they are printed; `Markdown` is not."""

    front_matter: Mapping[str, Any]
    title: str
    repo_id: str
    summary: Markdown
    """A paragraph: what this is, made from what, how."""
    headline: tuple[Markdown, ...]
    """A line per variant: what quantizing cost, and what it saved."""
    results_note: Markdown
    results: Markdown
    """A table: a row per variant and measure."""
    quantization: Markdown
    """A table: a column per variant."""
    quantization_notes: tuple[Markdown, ...]
    answers: Markdown
    """What the model's output can be."""
    usage: tuple[Usage, ...]
    measurement: Markdown
    """A table: how the results were measured."""
    measurement_notes: tuple[Markdown, ...]
    versions: Markdown
    """A table: a column per environment."""
    manifest: str
    """The manifest's file name."""
    needs: tuple[str, ...]
    """Local inputs, as the manifest writes their paths."""
    cardgen: str
    """Version of cardgen that gathered the evidence."""
    prose: Mapping[str, Markdown]
    """A person's words by section, as they were written."""
