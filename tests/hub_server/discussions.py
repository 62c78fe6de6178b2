"""Pull requests: listed, read, commented on, renamed, closed and merged."""

from __future__ import annotations

from typing import Any

from tests.hub_server.handler import Request, Response
from tests.hub_server.repository import DATE, Comment, PullRequest, RefusedError, Repository

PAGE = 50


def listed(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    """``GET …/discussions``, newest first, a page at a time."""
    author, status, page = (request.query.get(key, [None])[0] for key in ("author", "status", "p"))
    start = PAGE * int(page or 0)
    found = [
        _summary(repository, pull_request)
        for pull_request in reversed(repository.pull_requests.values())
        if author in (None, pull_request.author)
        and status in (None, "all", pull_request.status)
        and request.query.get("type") != ["discussion"]
    ]
    shown = found[start : start + PAGE]
    return Response.of({"discussions": shown, "count": len(found), "start": start, "numClosedDiscussions": 0})


def details(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    """``GET …/discussions/<number>``."""
    pull_request = _find(repository, names)
    events = [_event(pull_request, number) for number in range(len(pull_request.comments))]
    return Response.of(
        _summary(repository, pull_request)
        | {"events": events, "changes": {"base": pull_request.target}, "filesWithConflicts": [], "diff": ""}
    )


def comment(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    """``POST …/discussions/<number>/comment``: anybody who has an account may."""
    pull_request = _find(repository, names)
    pull_request.comments.append(Comment(_author(request), request.json()["comment"]))
    return Response.of({"newMessage": _event(pull_request, len(pull_request.comments) - 1)})


def edit_comment(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    """``POST …/discussions/<number>/comment/<id>/edit``: its author may."""
    pull_request = _find(repository, names)
    number = int(names["comment"].partition("-")[2])
    written = pull_request.comments[number]
    if written.author != _author(request):
        raise RefusedError(403, "You cannot edit somebody else's comment.")
    written.text, written.edited = request.json()["content"], True
    return Response.of({"updatedComment": _event(pull_request, number)})


def rename(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    """``POST …/discussions/<number>/title``."""
    pull_request = _find(repository, names)
    old, pull_request.title = pull_request.title, request.json()["title"]
    change = {"from": old, "to": pull_request.title}
    return Response.of(
        {"newTitle": _envelope(pull_request, "title", _author(request)) | {"type": "title-change", "data": change}}
    )


def change_status(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    """``POST …/discussions/<number>/status``."""
    pull_request = _find(repository, names)
    pull_request.status = request.json()["status"]
    data = {"status": pull_request.status}
    return Response.of(
        {"newStatus": _envelope(pull_request, "status", _author(request)) | {"type": "status-change", "data": data}}
    )


def merge(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    """``POST …/discussions/<number>/merge``."""
    repository.merge(_find(repository, names).number, author=_author(request))
    return Response.of({"success": True})


def _find(repository: Repository, names: dict[str, str]) -> PullRequest:
    number = int(names["number"])
    if number not in repository.pull_requests:
        raise RefusedError(404, "Discussion not found")
    return repository.pull_requests[number]


def _author(request: Request) -> str:
    if request.account is None:
        raise RefusedError(401, "Invalid username or password.")
    return request.account.name


def _summary(repository: Repository, request: PullRequest) -> dict[str, Any]:
    return {
        "num": request.number,
        "title": request.title,
        "author": {"name": request.author, "type": "user"},
        "repo": {"name": repository.repo_id, "type": repository.repo_type},
        "status": request.status,
        "isPullRequest": True,
        "createdAt": DATE,
        "numComments": len(request.comments),
        "pinned": False,
    }


def _envelope(request: PullRequest, name: str, author: str) -> dict[str, Any]:
    return {"id": f"{request.number}-{name}", "createdAt": DATE, "author": {"name": author, "type": "user"}}


def _event(request: PullRequest, number: int) -> dict[str, Any]:
    written = request.comments[number]
    data = {"edited": written.edited, "hidden": False, "latest": {"raw": written.text}}
    return _envelope(request, str(number), written.author) | {"type": "comment", "data": data}
