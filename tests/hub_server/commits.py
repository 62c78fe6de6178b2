"""What changes repositories: creation, uploads, commits, branches."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import yaml

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
    place = f"{request.hub.endpoint}/{'datasets/' if repo_type == 'dataset' else ''}{repo_id}"
    if (repo_type, repo_id) in request.hub.repositories:
        return Response.of({"error": f"You already created this {repo_type} repo", "url": place}, 409)
    private = bool(asked.get("private")) or asked.get("visibility") == "private"
    request.hub.add(repo_id, repo_type=repo_type, private=private)
    return Response.of({"url": place, "name": repo_id, "id": repo_id})


def validate_yaml(request: Request) -> Response:
    """``POST /api/validate-yaml``: front matter must be a YAML mapping; the licence, if any, a word."""
    content = request.json()["content"]
    errors = []
    if content.startswith("---\n"):
        try:
            data = yaml.safe_load(content.split("\n---", 1)[0])
        except yaml.YAMLError as error:
            errors.append({"message": f"YAML: {error}"})
        else:
            if not isinstance(data, dict):
                errors.append({"message": "front matter is not a mapping"})
            elif not isinstance(data.get("license", ""), str):
                errors.append({"message": '"license" must be a string'})
    return Response.of({"errors": errors, "warnings": []}, 400 if errors else 200)


def preupload(commit: Commit, files: list[dict[str, Any]], mode: Callable[[str, int, bytes], str]) -> dict[str, Any]:
    """``POST …/preupload/<revision>``: LFS or not, and what is there already."""
    answer = []
    for file in files:
        there = commit.files.get(file["path"])
        answer.append(
            {
                "path": file["path"],
                "uploadMode": mode(file["path"], file["size"], base64.b64decode(file["sample"])),
                "shouldIgnore": False,
                **({"oid": there.etag} if there else {}),
            }
        )
    return {"files": answer}


def lfs_batch(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    """The batch interface of Git LFS, basic transfers only: https://github.com/git-lfs/git-lfs (docs/api/batch.md)."""
    base = request.hub.endpoint + request.path[: request.path.index(".git/info/lfs/")]
    objects = []
    for item in request.json()["objects"]:
        entry = {"oid": item["oid"], "size": item["size"]}
        if item["oid"] not in repository.lfs:
            entry["actions"] = {
                "upload": {"href": f"{base}/lfs-upload/{item['oid']}?signature={request.hub.signature}"},
                "verify": {"href": f"{base}/lfs-verify?create_pr=1"},
            }
        objects.append(entry)
    return Response.of({"transfer": "basic", "objects": objects})


def lfs_upload(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    """Take the content of one LFS object; it must have the hash that it was announced with."""
    if hashlib.sha256(request.body).hexdigest() != names["oid"]:
        raise RefusedError(400, "The content does not have the announced SHA-256.")
    repository.lfs[names["oid"]] = request.body
    return Response()


def lfs_verify(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    """The last word on an upload."""
    asked = request.json()
    data = repository.lfs.get(asked["oid"])
    if data is None or len(data) != asked["size"]:
        raise RefusedError(404, "The object was not uploaded.")
    return Response.of({"message": "Success"})


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
                change.puts[value["path"]] = Blob(base64.b64decode(value["content"]), lfs=False)
            case "lfsFile":
                if value["oid"] not in repository.lfs:
                    raise RefusedError(400, f"{value['path']}: the LFS object was not uploaded")
                change.puts[value["path"]] = Blob(repository.lfs[value["oid"]], lfs=True)
            case "deletedFile" | "deletedFolder":
                change.deletes.append(value["path"])
            case unknown:
                raise RefusedError(400, f"unknown operation {unknown}")
    if not change.title:
        raise RefusedError(400, "a commit needs a summary")
    return change


def create_branch(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    """``POST …/branch/<name>``."""
    start = json.loads(request.body or b"{}").get("startingPoint")
    repository.create_branch(names["branch"], start)
    return Response()
