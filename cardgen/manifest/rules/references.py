"""What must hold for the names of models and datasets. Whether they exist is found out when they are resolved."""

from __future__ import annotations

import posixpath
import re

from cardgen.catalog.hub_names import id_fault, revision_fault
from cardgen.manifest.data import DatasetRef
from cardgen.manifest.model import BaseModelRef
from cardgen.manifest.places import Findings, Path

DATA_SUFFIXES = (".csv", ".json", ".jsonl", ".parquet")
"""Kinds of files that a local dataset may be."""


def check_base_model(ref: BaseModelRef, findings: Findings) -> None:
    """Check the reference to the base model."""
    path: Path = ("base_model",)
    if ref.id is None and ref.path is None and findings.sound((*path, "id"), (*path, "path")):
        remedy = "give `id: owner/name` for one on the Hub, or `path:` for a local folder"
        findings.add(path, "names no model", remedy, at="key")
    check_id(ref.id, (*path, "id"), findings)
    check_path(ref.path, (*path, "path"), findings)
    check_revision(ref.revision, (*path, "revision"), findings, local=ref.path is not None)


def check_dataset(ref: DatasetRef, path: Path, findings: Findings, *, needs_split: bool) -> None:
    """Check one reference to a dataset."""
    if findings.sound((*path, "id"), (*path, "path")):
        if ref.id is None and ref.path is None:
            remedy = "give `id: owner/name` for one on the Hub, or `path:` for a file"
            findings.add(path, "names no dataset", remedy, at="key")
        elif ref.id is not None and ref.path is not None:
            findings.add((*path, "path"), "is given beside `id`", "keep the one that is meant", at="key")
    check_id(ref.id, (*path, "id"), findings)
    check_path(ref.path, (*path, "path"), findings)
    local = ref.path is not None and ref.id is None
    check_revision(ref.revision, (*path, "revision"), findings, local=local)
    if ref.path is not None and not ref.path.lower().endswith(DATA_SUFFIXES):
        message = f"`{ref.path}` is no kind of file that cardgen reads"
        findings.add((*path, "path"), message, f"it reads {', '.join(DATA_SUFFIXES)}")
    if local and ref.config is not None:
        findings.add((*path, "config"), "does not apply: a file has no configurations", "leave it out", at="key")
    if ref.path is not None and ref.split is not None and "[" in ref.split:
        message = f"`{ref.split}` is a slice, and a file is always read whole: its split only names it"
        findings.add((*path, "split"), message, "put the rows into a file of their own")
    if needs_split and ref.path is None and ref.split is None:
        findings.add((*path, "split"), "is missing", "say which split, such as validation or test")


def same_data(one: DatasetRef, one_split: str | None, other: DatasetRef, other_split: str | None) -> bool:
    """Whether two references mean samples in common, as far as can be told from their names.

    Two slices of one split (``train[:80%]``, ``train[80%:]``) are taken as apart, unless they are the same.
    """
    if one.path is not None or other.path is not None:
        return one.path is not None and other.path is not None and _normal(one.path) == _normal(other.path)
    if (one.id, one.config) != (other.id, other.config) or one_split is None or other_split is None:
        return False
    if "[" in one_split and "[" in other_split:
        return one_split == other_split
    names = [{part.split("[")[0].strip() for part in split.split("+")} for split in (one_split, other_split)]
    return bool(names[0] & names[1])


def path_fault(text: str) -> tuple[str, str] | None:
    """Why ``text`` is no path that a manifest may hold, and what to write; ``None`` where it is one."""
    if text.startswith(("/", "~")) or re.match("[A-Za-z]:", text):
        return "is not relative, so it means nothing on another machine", "write it relative to the manifest"
    if "\\" in text:
        return "holds a backslash", "write / between folders, on every system"
    return None


def _normal(path: str) -> str:
    return posixpath.normpath(path)


def check_id(text: str | None, path: Path, findings: Findings) -> None:
    """Check a Hub id, where one is given."""
    if text is not None and (fault := id_fault(text)):
        findings.add(path, f"`{text}` {fault[0]}", fault[1])


def check_path(text: str | None, path: Path, findings: Findings) -> None:
    """Check a local path, where one is given."""
    if text is not None and (fault := path_fault(text)):
        findings.add(path, f"`{text}` {fault[0]}", fault[1])


def check_revision(text: str | None, path: Path, findings: Findings, *, local: bool) -> None:
    """Check a revision, where one is given."""
    if text is None:
        return
    if local:
        message = "does not apply: a local file or folder is known by its content, whose hash is recorded"
        findings.add(path, message, "leave it out", at="key")
    elif fault := revision_fault(text):
        findings.add(path, f"`{text}` {fault[0]}", fault[1])
