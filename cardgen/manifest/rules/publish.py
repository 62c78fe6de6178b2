"""What must hold in a manifest about where it publishes."""

from __future__ import annotations

from cardgen.catalog.hub_names import id_fault
from cardgen.manifest.model import Manifest
from cardgen.manifest.places import Findings, Path
from cardgen.manifest.publish import MAX_TITLE, is_slug

_REPOSITORIES: Path = ("publish", "repositories")
_TAKEN = {"assets": "pictures lie", "exports": "what `publish.exports` asks for lies"}
"""Folders beside those of the variants' cards, and what for."""


def check_publish(manifest: Manifest, findings: Findings) -> None:
    """Check the repositories of variants, and the collection's name."""
    _check_collection(manifest.publish.collection, findings)
    exports: Path = ("publish", "exports")
    for position, format_name in enumerate(manifest.publish.exports):
        if format_name in manifest.publish.exports[:position] and findings.sound((*exports, position)):
            findings.add((*exports, position), f"names `{format_name}` again", "name each format once")
    if manifest.publish.repositories == "per-variant":
        _check_repositories(manifest, findings)
        return
    for name, variant in manifest.variants.items():
        if variant.repo_id is not None and findings.sound(_REPOSITORIES):
            message = "is of no use: all variants are published in one repository"
            findings.add(("variants", name, "repo_id"), message, "add `publish: {repositories: per-variant}`")


def _check_collection(title: str | None, findings: Findings) -> None:
    at: Path = ("publish", "collection")
    if title is None or not findings.sound(at) or is_slug(title):
        return
    if not title.strip() or not title.isprintable():
        findings.add(at, "is no title: it must be one line of text", "write such as `Names, INT8`")
    elif len(title) > MAX_TITLE:
        message = f"is a title of {len(title)} characters, and the Hub takes {MAX_TITLE}"
        findings.add(
            at, message, "shorten it; the address of an existing collection ends in `owner/words-` and 24 hex digits"
        )


def _check_repositories(manifest: Manifest, findings: Findings) -> None:
    runs = manifest.reports_runs or (manifest.benchmark is not None and manifest.benchmark.grid is not None)
    if (runs or not manifest.variants) and findings.sound(("variants",)):
        what = "and this manifest has runs" if runs else "and there is none"
        findings.add(_REPOSITORIES, f"gives each variant a repository, {what}", "write `one`")
    for name in [name for name in manifest.variants if name in _TAKEN]:
        message = f"is no name for a variant with a repository of its own: {_TAKEN[name]} in a folder of this name"
        findings.add(("variants", name), message, "give it another name", at="key")
    taken: dict[str, str] = {}
    for name, variant in manifest.variants.items():
        repo_id = manifest.repository(name)
        at: Path = ("variants", name) if variant.repo_id is None else ("variants", name, "repo_id")
        if fault := id_fault(repo_id, owner=True):
            remedy = fault[1] if variant.repo_id else f"give it a `repo_id`; {fault[1]}"
            findings.add(at, f"is published at `{repo_id}`, which {fault[0]}", remedy)
        elif repo_id == manifest.base_model.id:
            message = "is published at the base model's own repository, whose card and weights would be overwritten"
            findings.add(at, message, "name another `repo_id`")
        elif (other := taken.setdefault(repo_id.lower(), name)) != name:
            findings.add(at, f"is published at {repo_id}, and so is `{other}`", "give each a `repo_id` of its own")
