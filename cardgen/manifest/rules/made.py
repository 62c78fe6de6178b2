"""What must hold for variants that somebody else made and whose files are read."""

from __future__ import annotations

import posixpath
import re
from pathlib import PurePosixPath

from cardgen.manifest.made import NOT_OF_MADE, Made
from cardgen.manifest.model import Manifest
from cardgen.manifest.places import Findings, Path
from cardgen.manifest.rules.references import check_id, check_path, check_revision, path_fault

_SAID = {"backend": "nothing is made here", "approach": "the model's own files say what it is"}


def check_made(manifest: Manifest, findings: Findings) -> None:
    """Check where the files of such variants are said to be, and that nothing is said that they say themselves."""
    first: dict[tuple[str | None, ...], str] = {}
    for name in manifest.adopted_variants:
        path: Path = ("variants", name)
        made = manifest.variants[name].made
        assert made is not None
        for key in NOT_OF_MADE:
            if (*path, key) in findings.entries:
                told = _SAID.get(key, "the model's own files say what it is")
                findings.add((*path, key), f"does not go with `made`: {told}", "leave one of them out", at="key")
        if not findings.sound((*path, "made")):
            continue
        _check_place(made, (*path, "made"), manifest, findings)
        same = (made.id, _normal(made.path), made.revision, _normal(made.file))
        if (other := first.setdefault(same, name)) != name and findings.sound((*path, "made")):
            message = f"is the same model as `{other}`"
            findings.add((*path, "made"), message, "keep one of them, or name another `file`", at="key")
    if manifest.adopted_variants and manifest.card == "int8" and findings.sound(("card",)):
        message = "is for what cardgen's backends quantize to INT8, and a variant was made elsewhere"
        findings.add(("card",), message, "write `card: quantized`")


def _check_place(made: Made, path: Path, manifest: Manifest, findings: Findings) -> None:
    if findings.sound((*path, "id"), (*path, "path")):
        if made.id is None and made.path is None:
            remedy = "give `path:` for a local folder, or `id: owner/name` for a repository of the Hub"
            findings.add(path, "names no model", remedy, at="key")
        elif made.id is not None and made.path is not None:
            message = "is given beside `id`, and a model's files are read in one place"
            findings.add((*path, "path"), message, "keep the one that is meant", at="key")
    check_id(made.id, (*path, "id"), findings)
    check_path(made.path, (*path, "path"), findings)
    check_revision(made.revision, (*path, "revision"), findings, local=made.path is not None)
    if made.id is not None and made.id == manifest.base_model.id and made.file is None:
        message = "is the base model's own repository"
        findings.add((*path, "id"), message, "name the quantized model's, or the `file` of it that is meant")
    if made.file is not None:
        fault = path_fault(made.file)
        if fault is None and ".." in PurePosixPath(made.file).parts:
            fault = ("leads out of the folder", "name a file in it")
        if fault is not None:
            remedy = fault[1].replace("the manifest", "the folder or repository")
            findings.add((*path, "file"), f"`{made.file}` {fault[0]}", remedy)
    url = made.by.url if made.by else None
    if url is not None and not re.match("https?://[^/ ]+", url):
        findings.add((*path, "by", "url"), f"`{url}` is not an address", "it starts with https://")


def _normal(name: str | None) -> str | None:
    return None if name is None else posixpath.normpath(name)
