"""The Hub's HTTP interface, as far as huggingface_hub 0.36 and 2.x, datasets and transformers use it here.

The paths and bodies are those that the client sends and reads (``huggingface_hub/hf_api.py``, ``_commit_api.py``,
``lfs.py``, ``file_download.py``); the error codes those of ``huggingface_hub.utils.hf_raise_for_status``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast
from urllib.parse import parse_qs, unquote, urlencode

from tests.hub_server import commits, credentials, discussions, groups, lfs, views
from tests.hub_server.handler import Request, Response
from tests.hub_server.repository import RefusedError, Repository, RepoType, upload_mode

Route = Callable[[Request, Repository, dict[str, str]], Response]

REPO = r"(?P<owner>[^/]+)(?:/(?P<name>[^/]+?))?"
API = rf"/api/(?P<type>model|dataset)s/{REPO}"
GIT = rf"/(?:(?P<prefix>datasets)/)?{REPO}"


def answer(request: Request) -> Response:
    """Find the route of a request and take it.

    Raises:
        RefusedError: what the Hub refuses.
    """
    fixed = {
        ("GET", "/api/whoami-v2"): _whoami,
        ("POST", "/api/repos/create"): commits.create_repository,
        ("POST", "/api/validate-yaml"): commits.validate_yaml,
        ("POST", "/oauth/token"): credentials.exchange,
        ("GET", "/actions/id-token"): credentials.identify,
    }.get((request.method, request.path))
    if fixed is not None:
        return fixed(request)
    method = "GET" if request.method == "HEAD" else request.method
    for verb, pattern, grouping in GROUPINGS:
        match = re.fullmatch(pattern, request.path)
        if verb == method and match is not None:
            return grouping(request, {key: unquote(value) for key, value in match.groupdict().items()})
    for verb, pattern, route in ROUTES:
        match = re.fullmatch(pattern, request.path)
        if verb == method and match is not None:
            names = {key: unquote(value) for key, value in match.groupdict().items() if value is not None}
            if (place := _moved(request, names)) is not None:
                return Response(status=307, headers={"Location": place})
            return route(request, _find(request, names), names)
    raise RefusedError(404, f"This server has no {request.method} {request.path}")


def _moved(request: Request, names: dict[str, str]) -> str | None:
    """Where a request goes whose repository has another name now: the Hub redirects, and method and body stay."""
    repo_type = cast("RepoType", names.get("type") or ("dataset" if "prefix" in names else "model"))
    old = "/".join(names[key] for key in ("owner", "name") if key in names)
    new = request.hub.moved.get((repo_type, old))
    if new is None:
        return None
    return request.path.replace(old, new, 1) + (f"?{urlencode(request.query, doseq=True)}" if request.query else "")


def _find(request: Request, names: dict[str, str]) -> Repository:
    repo_type = cast("RepoType", names.get("type") or ("dataset" if "prefix" in names else "model"))
    repo_id = "/".join(names[key] for key in ("owner", "name") if key in names)
    repository = request.hub.repositories.get((repo_type, repo_id))
    if "oid" in names and repository is not None:  # a signed address, as of an object store
        if request.query.get("signature") != [request.hub.signature]:
            raise RefusedError(403, "The signature is missing or wrong.")
        return repository
    member = request.account is not None and repo_id.partition("/")[0] in (request.account.name, *request.account.orgs)
    if repository is None or (repository.private and not member):
        if request.account is None:
            raise RefusedError(401, "Invalid username or password.", "RepoNotFound")
        raise RefusedError(404, "Repository not found", "RepoNotFound")
    writes = request.method != "GET" and request.method != "HEAD" and "/paths-info/" not in request.path
    if writes and request.account is None:
        raise RefusedError(401, "Invalid username or password.")
    opens_request = (
        request.query.get("create_pr") == ["1"] or "/info/lfs/" in request.path or "/discussions/" in request.path
    )
    if writes and not (request.account and request.account.may_write(repo_id)):
        if request.account and request.account.role == "read":
            raise RefusedError(403, "Forbidden: you must use a write token to upload to a repository.")
        if not opens_request:
            raise RefusedError(403, f"You don't have the rights to write to {repo_id}.")
    return repository


def _whoami(request: Request) -> Response:
    if request.account is None:
        raise RefusedError(401, "Invalid username or password.")
    account = request.account
    return Response.of(
        {
            "type": "user",
            "id": account.name,
            "name": account.name,
            "fullname": account.name,
            "orgs": [{"type": "org", "name": name, "roleInOrg": "write"} for name in account.orgs],
            "auth": {"type": "access_token", "accessToken": {"displayName": "loopback", "role": account.role}},
        }
    )


def _info(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    commit = repository.resolve(names.get("rev", "main"))
    return Response.of(views.repository_info(repository, commit, blobs="blobs" in request.query))


def _tree(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    recursive = request.query.get("recursive", ["false"])[0].lower() in ("true", "1")
    expand = request.query.get("expand", ["false"])[0].lower() in ("true", "1")
    commit = repository.resolve(names["rev"])
    return Response.of(views.tree(commit, names.get("path", ""), recursive=recursive, expand=expand))


def _paths_info(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    form = parse_qs(request.body.decode())
    expand = form.get("expand", ["false"])[0].lower() in ("true", "1")
    return Response.of(views.paths_info(repository.resolve(names["rev"]), form.get("paths", []), expand=expand))


def _refs(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    return Response.of(views.refs(repository))


def _history(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    return Response.of(views.history(repository.history(names["rev"])))


def _resolve(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    commit = repository.resolve(names["rev"])
    headers = {"X-Repo-Commit": commit.oid, "Accept-Ranges": "bytes"}
    if repository.gated and request.account is None:
        raise RefusedError(401, f"Access to model {repository.repo_id} is restricted.", "GatedRepo")
    if repository.gated and request.account and not request.account.may_read_gated(repository):
        raise RefusedError(403, f"Access to model {repository.repo_id} is restricted.", "GatedRepo")
    blob = repository.file(names["rev"], names["path"])
    if blob.lfs:  # LFS content lies on another host: the Hub redirects
        base = request.hub.content_endpoint + request.path[: request.path.index("/resolve/")]
        place = f"{base}/lfs-content/{blob.sha256}?signature={request.hub.signature}"
        linked = {"X-Linked-Etag": f'"{blob.sha256}"', "X-Linked-Size": str(len(blob.data)), "Location": place}
        return Response(b"", 302, headers | linked)
    return Response(blob.data, 200, headers | {"ETag": f'"{blob.etag}"', "Content-Type": "text/plain; charset=utf-8"})


def _preupload(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    return Response.of(commits.preupload(repository.resolve(names["rev"]), request.json(), upload_mode))


REV = r"(?P<rev>[^/]+)"
OID = r"(?P<oid>[0-9a-f]{64})"
DISCUSSION = rf"{API}/discussions/(?P<number>\d+)"
ROUTES: tuple[tuple[str, str, Route], ...] = (
    ("GET", rf"{API}/tree/{REV}(?:/(?P<path>.*))?", _tree),
    ("POST", rf"{API}/paths-info/{REV}", _paths_info),
    ("GET", rf"{API}/refs", _refs),
    ("GET", rf"{API}/commits/{REV}", _history),
    ("GET", rf"{API}/discussions", discussions.listed),
    ("GET", DISCUSSION, discussions.details),
    ("POST", rf"{DISCUSSION}/comment", discussions.comment),
    ("POST", rf"{DISCUSSION}/comment/(?P<comment>\d+-\d+)/edit", discussions.edit_comment),
    ("POST", rf"{DISCUSSION}/title", discussions.rename),
    ("POST", rf"{DISCUSSION}/status", discussions.change_status),
    ("POST", rf"{DISCUSSION}/merge", discussions.merge),
    ("POST", rf"{API}/preupload/{REV}", _preupload),
    ("POST", rf"{API}/commit/{REV}", commits.commit),
    ("POST", rf"{API}/branch/(?P<branch>[^/]+)", commits.create_branch),
    ("POST", rf"{API}/tag/{REV}", commits.create_tag),
    ("GET", rf"{API}/revision/{REV}", _info),
    ("GET", API, _info),
    ("POST", rf"{GIT}\.git/info/lfs/objects/batch", lfs.batch),
    ("PUT", rf"{GIT}/lfs-upload/{OID}", lfs.upload),
    ("PUT", rf"{GIT}/lfs-part/{OID}/(?P<number>\d+)", lfs.upload_part),
    ("POST", rf"{GIT}/lfs-complete/{OID}", lfs.complete),
    ("POST", rf"{GIT}/lfs-verify", lfs.verify),
    ("GET", rf"{GIT}/resolve/{REV}/(?P<path>.+)", _resolve),
    ("GET", rf"{GIT}/lfs-content/{OID}", lfs.content),
)
SLUG = r"(?P<slug>[^/]+/[^/]+)"
GROUPINGS: tuple[tuple[str, str, Callable[[Request, dict[str, str]], Response]], ...] = (
    ("GET", "/api/collections", groups.listed),
    ("POST", "/api/collections", groups.create),
    ("GET", rf"/api/collections/{SLUG}", groups.details),
    ("POST", rf"/api/collections/{SLUG}/items?", groups.add_item),
)
