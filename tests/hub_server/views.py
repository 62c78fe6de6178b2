"""JSON of the Hub's answers about repositories."""

from __future__ import annotations

from typing import Any

from tests.hub_server.repository import DATE, Blob, Commit, RefusedError, Repository


def repository_info(repository: Repository, commit: Commit, *, blobs: bool) -> dict[str, Any]:
    """``GET /api/models/<id>``: what ``ModelInfo`` and ``DatasetInfo`` read."""
    card = repository.front_matter(commit.oid)
    license_tag = [f"license:{card['license']}"] if "license" in card else []
    return {
        "_id": repository.repo_id,
        "id": repository.repo_id,
        "modelId": repository.repo_id,
        "author": repository.repo_id.partition("/")[0],
        "sha": commit.oid,
        "createdAt": DATE,
        "lastModified": DATE,
        "private": repository.private,
        "gated": "manual" if repository.gated else False,
        "disabled": False,
        "downloads": 0,
        "likes": 0,
        "tags": [*card.get("tags", []), *license_tag, *_base_model_tags(card)],
        "pipeline_tag": card.get("pipeline_tag"),
        "library_name": card.get("library_name"),
        "cardData": {key: value for key, value in card.items() if key != "model-index"},
        "model-index": card.get("model-index"),
        "siblings": [{"rfilename": path, **(_sizes(blob) if blobs else {})} for path, blob in commit.files.items()],
    }


def _base_model_tags(card: dict[str, Any]) -> list[str]:
    relation = card.get("base_model_relation")
    names = card.get("base_model", [])
    tags = []
    for name in [names] if isinstance(names, str) else names:
        tags += [f"base_model:{name}", *([f"base_model:{relation}:{name}"] if relation else [])]
    return tags


def _sizes(blob: Blob) -> dict[str, Any]:
    sizes: dict[str, Any] = {"size": len(blob.data), "blobId": blob.blob_id}
    if blob.lfs:
        sizes["lfs"] = {"sha256": blob.sha256, "size": len(blob.data), "pointerSize": len(blob.pointer)}
    return sizes


def tree(commit: Commit, folder: str, *, recursive: bool, expand: bool) -> list[dict[str, Any]]:
    """``GET …/tree/<revision>/<folder>``.

    Raises:
        RefusedError: 404 EntryNotFound for a folder that is not there.
    """
    prefix = f"{folder.strip('/')}/" if folder.strip("/") else ""
    inside = [path for path in _entries(commit) if path.startswith(prefix)]
    if prefix and not inside:
        raise RefusedError(404, f"{folder} does not exist on {commit.oid}", "EntryNotFound")
    shown = [path for path in inside if recursive or "/" not in path.removeprefix(prefix)]
    return [_entry(commit, path, expand=expand) for path in shown]


def paths_info(commit: Commit, paths: list[str], *, expand: bool) -> list[dict[str, Any]]:
    """``POST …/paths-info/<revision>``: what is not there is left out."""
    known = _entries(commit)
    return [_entry(commit, path, expand=expand) for path in (path.strip("/") for path in paths) if path in known]


def _entries(commit: Commit) -> list[str]:
    """Files, and the folders that they make."""
    entries = set(commit.files)
    for path in commit.files:
        parts = path.split("/")
        entries.update("/".join(parts[:depth]) for depth in range(1, len(parts)))
    return sorted(entries)


def _entry(commit: Commit, path: str, *, expand: bool) -> dict[str, Any]:
    last: dict[str, Any] = {}
    if expand:
        last = {"lastCommit": {"id": commit.oid, "title": commit.title, "date": DATE}}
    blob = commit.files.get(path)
    if blob is None:
        return {"type": "directory", "oid": commit.oid, "size": 0, "path": path, **last}
    entry: dict[str, Any] = {"type": "file", "oid": blob.blob_id, "size": len(blob.data), "path": path, **last}
    if blob.lfs:
        entry["lfs"] = {"oid": blob.sha256, "size": len(blob.data), "pointerSize": len(blob.pointer)}
    return entry


def refs(repository: Repository) -> dict[str, Any]:
    """``GET …/refs``."""

    def ref(name: str, full: str, oid: str) -> dict[str, str]:
        return {"name": name, "ref": full, "targetCommit": oid}

    heads = {name: oid for name, oid in repository.branches.items() if not name.startswith("refs/pr/")}
    requests = {name: oid for name, oid in repository.branches.items() if name.startswith("refs/pr/")}
    return {
        "branches": [ref(name, f"refs/heads/{name}", oid) for name, oid in heads.items()],
        "converts": [],
        "tags": [ref(name, f"refs/tags/{name}", oid) for name, oid in repository.tags.items()],
        "pullRequests": [ref(name.removeprefix("refs/pr/"), name, oid) for name, oid in requests.items()],
    }


def history(commits: list[Commit]) -> list[dict[str, Any]]:
    """``GET …/commits/<revision>``."""
    return [
        {
            "id": commit.oid,
            "title": commit.title,
            "message": commit.description,
            "authors": [{"user": commit.author}],
            "date": DATE,
        }
        for commit in commits
    ]
