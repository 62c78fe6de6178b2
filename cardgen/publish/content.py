"""The content of what is published: its hashes, and configurations without paths of this machine."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from cardgen.publish.plan import LocalFile

_CHUNK = 1 << 20


def describe(path: str, source: Path) -> LocalFile:
    """A file that is to be published, with its hashes.

    Args:
        path: in the repository.
        source: where it lies.
    """
    size = source.stat().st_size
    sha256 = hashlib.sha256()
    blob = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    with source.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            sha256.update(chunk)
            blob.update(chunk)
    return LocalFile(path, source, size, sha256.hexdigest(), blob.hexdigest())


def portable_config(content: bytes, base_id: str | None) -> bytes:
    """A model configuration whose ``_name_or_path`` is the base model's id, or absent: never a path of this machine."""
    config: Any = json.loads(content)
    if not isinstance(config, dict) or config.get("_name_or_path", base_id) == base_id:
        return content
    del config["_name_or_path"]
    if base_id:
        config = {"_name_or_path": base_id} | config
    return (json.dumps(config, indent=2, ensure_ascii=False) + "\n").encode()
