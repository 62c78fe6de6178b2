"""What is answered to a request. What GitHub documents as required is required."""

from __future__ import annotations

import json
import re
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.github_server.server import REPOSITORY, GithubServer, LoggedRequest

_COMMENTS = re.compile(rf"/repos/{REPOSITORY}/issues/(\d+)/comments")
_COMMENT = re.compile(rf"/repos/{REPOSITORY}/issues/comments/(\d+)")
_STATUSES = re.compile(rf"/repos/{REPOSITORY}/statuses/([0-9a-f]{{40}})")
_MOST_CHARACTERS = 65_536
_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}

Answer = tuple[int, Any]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def github(self) -> GithubServer:
        return self.server.github  # type: ignore[attr-defined, no-any-return]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        pass

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PATCH(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with self.github.next_fault(self.command, self.path) as fault:
            if fault is None:
                status, content = self._answer(body)
                self._send(status, b"" if content is None else json.dumps(content).encode())
                return
            if fault.done:
                self._answer(body)
            if fault.status:
                self._send(fault.status, fault.body, **fault.headers)
            else:
                self._log(0)
                self.close_connection = True

    def _send(self, status: int, content: bytes, **headers: str) -> None:
        self._log(status)
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _log(self, status: int) -> None:
        self.github.requests.append(LoggedRequest(self.command, self.path, status))

    def _answer(self, body: bytes) -> Answer:
        for name, value in _HEADERS.items():
            if self.headers.get(name) != value:
                self.github.wrong.append(f"{self.command} {self.path}: {name} is {self.headers.get(name)}")
        if not (self.headers.get("User-Agent") or "").startswith("cardgen/"):
            return 403, {"message": "Request forbidden by administrative rules."}
        if self.headers.get("Authorization") != f"Bearer {self.github.token}":
            return 401, {"message": "Bad credentials"}
        if self.command != "GET" and not self.github.may_write:
            return 403, {"message": "Resource not accessible by integration"}
        content = self._content(body)
        with self.github.lock:
            return self._route(content) if content is not None else (400, {"message": "Problems parsing JSON"})

    def _content(self, body: bytes) -> dict[str, Any] | None:
        if not body:
            return {}
        if self.headers.get("Content-Type") != "application/json":
            self.github.wrong.append(f"{self.command} {self.path}: {self.headers.get('Content-Type')}")
        try:
            content = json.loads(body)
        except ValueError:
            return None
        return content if isinstance(content, dict) else None

    def _route(self, content: dict[str, Any]) -> Answer:
        address = urlsplit(self.path)
        if (found := _COMMENTS.fullmatch(address.path)) and int(found[1]) == self.github.number:
            if self.command == "GET":
                return self._list(dict(parse_qsl(address.query, strict_parsing=True)))
            if self.command == "POST":
                fault = _fault_of_body(content)
                return fault or (201, self.github.write_comment(content["body"], self.github.login))
        if found := _COMMENT.fullmatch(address.path):
            return self._one(int(found[1]), content)
        if self.command == "POST" and (found := _STATUSES.fullmatch(address.path)):
            return self._status(found[1], content)
        return 404, {"message": "Not Found"}

    def _list(self, query: dict[str, str]) -> Answer:
        per_page, page = int(query.pop("per_page", "30")), int(query.pop("page", "1"))
        if query or not 1 <= per_page <= 100:
            return 422, {"message": "Validation Failed"}
        return 200, self.github.comments[(page - 1) * per_page : page * per_page]

    def _one(self, number: int, content: dict[str, Any]) -> Answer:
        comment = next((each for each in self.github.comments if each["id"] == number), None)
        if comment is None:
            return 404, {"message": "Not Found"}
        if self.command == "DELETE":
            self.github.comments.remove(comment)
            return 204, None
        if self.command != "PATCH":
            return 404, {"message": "Not Found"}
        if comment["user"]["login"] != self.github.login:  # GitHub lets a token that may write change it
            self.github.wrong.append(f"the comment {number} of {comment['user']['login']} was changed")
        fault = _fault_of_body(content)
        if fault is None:
            comment["body"] = content["body"]
        return fault or (200, comment)

    def _status(self, commit: str, content: dict[str, Any]) -> Answer:
        if content.get("state") not in ("error", "failure", "pending", "success"):
            return 422, {"message": "Validation Failed"}
        if len(content.get("description") or "") > 140:
            return 422, {"message": "description is too long (maximum is 140 characters)"}
        if set(content) - {"state", "context", "description", "target_url"}:
            self.github.wrong.append(f"a status has {sorted(content)}")
        self.github.statuses.append({"commit": commit, **content})
        return 201, self.github.statuses[-1]


def _fault_of_body(content: dict[str, Any]) -> Answer | None:
    body = content.get("body")
    if set(content) != {"body"} or not isinstance(body, str) or not body.strip():
        return 422, {"message": "Validation Failed"}
    if len(body) > _MOST_CHARACTERS:
        return 422, {"message": f"body is too long (maximum is {_MOST_CHARACTERS} characters)"}
    return None
