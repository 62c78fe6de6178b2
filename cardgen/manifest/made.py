"""A quantized model that somebody else made, as a manifest names it: its files say what it is."""

from __future__ import annotations

from pydantic import Field

from cardgen.manifest.base import Section

NOT_OF_MADE = ("backend", "approach", "scheme", "format", "fallback", "calibration", "options")
"""Keys of a variant that do not go with ``made``: its files say this, or nothing is made here."""


class MadeBy(Section):
    """Whoever made a model."""

    name: str = Field(description="Person, organisation or tool.")
    url: str | None = Field(None, description="A page about it, or the model's own.")


class Made(Section):
    """Where a quantized model's files are, and who made it."""

    id: str | None = Field(None, description="Hub id of the repository with its files.")
    path: str | None = Field(None, description="Folder with its files, relative to the manifest.")
    revision: str | None = Field(None, description="40 hex digits, or a branch or tag name, which is resolved.")
    file: str | None = Field(
        None, description="The file that is meant, where the folder or repository holds several models."
    )
    by: MadeBy | None = Field(None, description="Who made it, where that is to be told.")
