"""The file by which cardgen knows its own work on the Hub.

It is committed with everything else, and names each file of that commit by its hashes. A file on the Hub that still has
those is as cardgen left it; any other was put there, or edited, by somebody else. It lies in the repository and not on
the publisher's machine, because pushes come from many machines.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ValidationError

from cardgen.errors import HubError
from cardgen.records.frozen import Frozen

MARKER = ".cardgen.json"

RENDERED = ".cardgen.md"
"""The card as cardgen rendered it, beside a README.md that holds people's edits too."""

_LATEST = 3


class PushedFile(Frozen):
    """A file as it was pushed."""

    sha256: str
    blob: str
    """Git's SHA-1 of the content as a blob."""


class Marker(Frozen):
    """What a push left in the repository."""

    format: Literal[1, 2, 3] = 1
    """2 where README.md holds people's edits, 3 where one variant of several is published there: versions of cardgen
    that know nothing of these touch nothing."""
    manifest: str
    """Name of the manifest that was published."""
    variant: str | None = None
    """The one that lies there, where each has a repository of its own."""
    repositories: Mapping[str, str] = {}
    """Then, where each of the manifest's variants is published."""
    files: Mapping[str, PushedFile]
    """All files of the push but this one."""


def dump_marker(marker: Marker) -> str:
    """The marker's JSON: sorted, so that it changes only where the files do."""
    written = marker.model_dump(mode="json", exclude_defaults=True) | {"format": marker.format}
    return json.dumps(written, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


class _AnyFormat(BaseModel):
    format: int


def load_marker(content: bytes) -> Marker | None:
    """Read a marker; ``None`` for one that is damaged, so that nothing counts as cardgen's own.

    Raises:
        HubError: for one of a later version of cardgen, which knows what this one would destroy.
    """
    try:
        return Marker.model_validate_json(content)
    except ValidationError:
        later = _later_format(content)
    if later is None:
        return None
    raise HubError(
        f"A later version of cardgen published there: it wrote {MARKER} in format {later}, and this one knows formats "
        f"up to {_LATEST}. Nothing was changed.",
        remedy="Update cardgen: pip install --upgrade cardgen",
    )


def _later_format(content: bytes) -> int | None:
    try:
        found = _AnyFormat.model_validate_json(content).format
    except ValidationError:
        return None
    return found if found > _LATEST else None
