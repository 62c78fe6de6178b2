"""The files of models that somebody else made: sent from where they lie, since a set of them can be very large."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cardgen.card.assemble import card_place
from cardgen.errors import FindingsError
from cardgen.manifest.model import LoadedManifest
from cardgen.plan.layout import variant_folders
from cardgen.publish.content import describe, portable_config
from cardgen.publish.plan import LocalFile, RemoteState
from cardgen.records.evidence import Evidence
from cardgen.records.inspected import InspectedRecord
from cardgen.weights.inspect.provenance import is_id

_CONFIG = "config.json"
_NAME = "_name_or_path"


def adopted_files(loaded: LoadedManifest, evidence: Evidence, target: Path) -> tuple[LocalFile, ...]:
    """The files of a manifest's adopted variants, as they will lie in the repository; none of those it has by id.

    Args:
        loaded: the manifest, or the part of it that one repository holds.
        evidence: what was read of them.
        target: where a configuration is laid out that holds a path of this machine, and so is not sent as it is.

    Raises:
        FindingsError: where one is not here, or is not the one that was read.
    """
    folders = variant_folders(loaded.manifest)
    found: dict[str, LocalFile] = {}
    for name in loaded.manifest.adopted_variants:
        record = evidence.inspected_of(name)
        if loaded.variant in (None, name) and record is not None and record.path is not None:
            prefix = f"{folders[name]}/" if folders[name] else ""
            for file in _files(loaded, record, prefix, target):
                found.setdefault(file.path, file)
    return tuple(found.values())


def refuse_others(loaded: LoadedManifest, repo_id: str, remote: RemoteState) -> None:
    """Say so where a repository no longer holds the weights that were read in it, and that its card tells of.

    Args:
        loaded: the manifest, or the part of it that the repository holds.
        repo_id: where the card goes.
        remote: what is there.

    Raises:
        FindingsError: naming the first file that is another one, or is gone.
    """
    for name in loaded.manifest.adopted_variants:
        made = loaded.manifest.variants[name].made
        if made is None or made.id != repo_id or loaded.variant not in (None, name):
            continue
        record = card_place(loaded).read_evidence().inspected_of(name)
        for file in record.files if record is not None else ():
            there = remote.files.get(file.path)
            if there is not None and None in (there.sha256, file.sha256):
                continue
            if there is None or there.sha256 != file.sha256:
                how = "has gone from" if there is None else "is another one now in"
                raise FindingsError(
                    f"{file.path}, which the card tells of, {how} {repo_id}. Nothing was changed.",
                    remedy=f"Build the card anew: cardgen build --refresh {loaded.path}",
                )


def _files(loaded: LoadedManifest, record: InspectedRecord, prefix: str, target: Path) -> Iterator[LocalFile]:
    folder = loaded.folder / str(record.path)
    for file in record.files:
        source = (folder / file.path).resolve()  # what is published is the content, never a link
        shown = f"{record.path}/{file.path}"
        if not source.is_file():
            raise FindingsError(
                f"{shown}, of variant {record.variant}, is not on this machine.",
                remedy="Bring it here: the card tells of it, and it is published with it.",
            )
        described = describe(prefix + file.path, source)
        if described.sha256 != file.sha256:
            raise FindingsError(
                f"{shown} is not what was read for the card.",
                remedy=f"Build the card anew: cardgen build {loaded.path}",
            )
        yield _without_paths(described, target, loaded.manifest.base_model.id)


def _without_paths(file: LocalFile, target: Path, base_id: str | None) -> LocalFile:
    """The file as it is, or a configuration that says the base model's id where it had a path of a machine."""
    if file.path.rpartition("/")[2] != _CONFIG:
        return file
    content = file.source.read_bytes()
    config: Any = json.loads(content)
    name = config.get(_NAME) if isinstance(config, dict) else None
    if not isinstance(name, str) or not name or is_id(name):
        return file
    staged = target / file.path
    staged.parent.mkdir(parents=True, exist_ok=True)
    staged.write_bytes(portable_config(content, base_id))
    return describe(file.path, staged)
