"""The file by which cardgen knows its own work on the Hub.

It is committed with everything else, and names each file of that commit by its hashes. A file on the Hub that still has
those is as cardgen left it; any other was put there, or edited, by somebody else. It lies in the repository and not on
the publisher's machine, because pushes come from many machines.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Literal

from pydantic import ValidationError

from cardgen.records.frozen import Frozen

MARKER = ".cardgen.json"


class PushedFile(Frozen):
    """A file as it was pushed."""

    sha256: str
    blob: str
    """Git's SHA-1 of the content as a blob."""


class Marker(Frozen):
    """What a push left in the repository."""

    format: Literal[1] = 1
    manifest: str
    """Name of the manifest that was published."""
    files: Mapping[str, PushedFile]
    """All files of the push but this one."""


def dump_marker(marker: Marker) -> str:
    """The marker's JSON: sorted, so that it changes only where the files do."""
    return json.dumps(marker.model_dump(mode="json"), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def load_marker(content: bytes) -> Marker | None:
    """Read a marker; ``None`` for one that is damaged or of a later format, so that nothing counts as cardgen's own."""
    try:
        return Marker.model_validate_json(content)
    except ValidationError:
        return None
