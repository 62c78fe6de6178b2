"""What changes repositories: creation, commits, branches, tags."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from fnmatch import fnmatch
from typing import Any
from urllib.parse import quote

from tests.hub_server import metadata
from tests.hub_server.handler import Request, Response
from tests.hub_server.repository import Blob, Change, Commit, RefusedError, Repository


def create_repository(request: Request) -> Response:
    """``POST /api/repos/create``; 0.36 says ``private``, 2.x ``visibility``."""
    if request.account is None:
        raise RefusedError(401, "Invalid username or password.")
    asked = request.json()
    repo_id = f"{asked.get('organization') or request.account.name}/{asked['name']}"
    if not request.account.may_write(repo_id):
        raise RefusedError(403, f"You don't have the rights to create a model under the namespace {repo_id}.")
    repo_type = asked.get("type", "model")
    repo_id = request.hub.moved.get((repo_type, repo_id), repo_id)
    place = f"{request.hub.endpoint}/{'datasets/' if repo_type == 'dataset' else ''}{repo_id}"
    if (repo_type, repo_id) in request.hub.repositories:
        return Response.of({"error": f"You already created this {repo_type} repo", "url": place}, 409)
    private = bool(asked.get("private")) or asked.get("visibility") == "private"
    request.hub.add(repo_id, repo_type=repo_type, private=private)
    return Response.of({"url": place, "name": repo_id, "id": repo_id})


def validate_yaml(request: Request) -> Response:
    """``POST /api/validate-yaml``."""
    errors = [{"message": message} for message in metadata.faults(request.json()["content"])]
    return Response.of({"errors": errors, "warnings": []}, 400 if errors else 200)


def preupload(commit: Commit, asked: dict[str, Any], mode: Callable[[str, int, bytes], str]) -> dict[str, Any]:
    """``POST …/preupload/<revision>``: LFS or not, what is there already, and what a ``.gitignore`` keeps out."""
    there = commit.files.get(".gitignore")
    ignore = asked.get("gitIgnore") or (there.data.decode() if there else "")
    answer = []
    for file in asked["files"]:
        held = commit.files.get(file["path"])
        answer.append(
            {
                "path": file["path"],
                "uploadMode": mode(file["path"], file["size"], base64.b64decode(file["sample"])),
                "shouldIgnore": _ignored(file["path"], ignore),
                **({"oid": held.etag} if held else {}),
            }
        )
    return {"files": answer}


def _ignored(path: str, ignore: str) -> bool:
    """Whether patterns of a ``.gitignore`` hide a path; the simple ones of https://git-scm.com/docs/gitignore."""
    hidden = False
    for line in (line.strip() for line in ignore.splitlines()):
        if not line or line.startswith("#"):
            continue
        pattern = line.removeprefix("!").rstrip("/")
        names = [path] if "/" in pattern else path.split("/")
        parents = ["/".join(path.split("/")[:depth]) for depth in range(1, path.count("/") + 1)]
        if any(fnmatch(name, pattern.removeprefix("/")) for name in (*names, *parents)):
            hidden = not line.startswith("!")
    return hidden


def commit(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    """``POST …/commit/<revision>``: NDJSON, a header and one line a file."""
    change = _change(request.body, repository)
    author = request.account.name if request.account else ""
    pull_request = None
    if request.query.get("create_pr") == ["1"]:
        pull_request, made = repository.open_pull_request(names["rev"], change, author=author)
    else:
        made = repository.commit(names["rev"], change, author=author)
    place = f"{request.hub.endpoint}/{'datasets/' if repository.repo_type == 'dataset' else ''}{repository.repo_id}"
    answer = {"success": True, "commitOid": made.oid, "commitUrl": f"{place}/commit/{quote(made.oid)}"}
    if pull_request:
        answer["pullRequestUrl"] = f"{place}/discussions/{pull_request.number}"
    return Response.of(answer)


def _change(body: bytes, repository: Repository) -> Change:
    change = Change("")
    for line in body.splitlines():
        item = json.loads(line)
        value = item["value"]
        match item["key"]:
            case "header":
                change.title = value["summary"]
                change.description = value.get("description", "")
                change.parent = value.get("parentCommit")
            case "file":
                if value.get("encoding") != "base64":
                    raise RefusedError(400, f"{value['path']}: unknown encoding")
                change.puts[value["path"]] = Blob(base64.b64decode(value["content"]), lfs=False)
            case "lfsFile":
                if value["oid"] not in repository.lfs:
                    raise RefusedError(400, f"{value['path']}: the LFS object was not uploaded")
                if value["algo"] != "sha256" or value.get("size") != len(repository.lfs[value["oid"]]):
                    raise RefusedError(400, f"{value['path']}: the LFS object has another size")
                change.puts[value["path"]] = Blob(repository.lfs[value["oid"]], lfs=True)
            case "deletedFile" | "deletedFolder":
                change.deletes.append(value["path"])
            case unknown:
                raise RefusedError(400, f"unknown operation {unknown}")
    if not change.title:
        raise RefusedError(400, "a commit needs a summary")
    if not change.puts and not change.deletes:
        raise RefusedError(400, "a commit needs a file")
    readme = change.puts.get("README.md")
    if readme is not None and (wrong := metadata.faults(readme.data.decode(errors="replace"))):
        raise RefusedError(400, "\n".join(wrong))
    return change


def create_branch(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    """``POST …/branch/<name>``."""
    start = json.loads(request.body or b"{}").get("startingPoint")
    repository.create_branch(names["branch"], start)
    return Response()


def create_tag(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    """``POST …/tag/<revision>``."""
    repository.create_tag(request.json()["tag"], names["rev"])
    return Response()
