"""From HTTP to :mod:`tests.hub_server.routes` and back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.hub_server.account import Account
from tests.hub_server.repository import RefusedError
from tests.hub_server.server import HubServer, LoggedRequest

if TYPE_CHECKING:
    from tests.hub_server.server import _Server


@dataclass(frozen=True)
class Request:
    """What a route is given."""

    hub: HubServer
    method: str
    path: str
    """As sent: still percent-encoded."""
    query: Mapping[str, list[str]]
    body: bytes
    account: Account | None
    authorization: str = ""

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Response:
    """What a route answers."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, value: Any, status: int = 200) -> Response:
        return cls(json.dumps(value).encode(), status, {"Content-Type": "application/json; charset=utf-8"})


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it
        """The log is ``HubServer.requests``."""

    def _handle(self) -> None:
        from tests.hub_server.routes import answer

        hub = self.server.hub
        url = urlsplit(self.path)
        fault = hub.fault_for(self.command, url.path)
        if fault is not None:
            fault.action()
            if fault.kind == "break":
                self.rfile.read(int(self.headers["Content-Length"] or 0) // 2)
                self._log(0, 0, 0)
                self.close_connection = True
                return
        body = self._read_body()
        response = Response(status=0)
        if fault is None or fault.acts:
            try:
                account = self._account()
                request = Request(
                    hub, self.command, url.path, parse_qs(url.query), body, account, self.headers["Authorization"] or ""
                )
                response = answer(request)
            except RefusedError as refused:
                response = _refusal(refused)
        if fault is not None and fault.kind.startswith("status"):
            response = _refusal(RefusedError(fault.status, fault.message), fault.headers)
        if fault is not None and not fault.answers:
            self._log(0, len(body), 0)
            self.close_connection = True
            return
        if fault is not None and fault.kind == "corrupt" and response.body:
            response = replace(response, body=bytes([response.body[0] ^ 1]) + response.body[1:])
        response = self._part(response)
        self._log(response.status, len(body), len(response.body))
        self._send(response, truncated=fault is not None and fault.kind == "truncate")

    def _log(self, status: int, body_bytes: int, answer_bytes: int) -> None:
        authorized = self.headers["Authorization"] is not None
        self.server.hub.requests.append(
            LoggedRequest(self.command, self.path, status, body_bytes, authorized, answer_bytes)
        )

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815 - http.server names them

    def _account(self) -> Account | None:
        scheme, _, token = (self.headers["Authorization"] or "").partition(" ")
        if not token:
            return None
        hub = self.server.hub
        if token == hub.job_token:  # the build service's, which the Hub does not know
            return None
        account = hub.accounts.get(token) if scheme == "Bearer" else None
        if account is not None and not hub.spend(token):
            raise RefusedError(401, "User Access Token is expired")
        if account is None:
            raise RefusedError(401, "Invalid credentials in Authorization header")
        return account

    def _read_body(self) -> bytes:
        if "chunked" not in (self.headers["Transfer-Encoding"] or ""):
            return self.rfile.read(int(self.headers["Content-Length"] or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return b"".join(parts)

    def _part(self, response: Response) -> Response:
        """Of a file, the range of bytes that was asked for."""
        if "ETag" not in response.headers or response.status != 200:
            return response
        status, body, headers = _ranged(self.headers["Range"], response.body, dict(response.headers))
        return replace(response, status=status, body=body, headers=headers)

    def _send(self, response: Response, *, truncated: bool) -> None:
        body = response.body
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if truncated else body)
        if truncated:
            self.close_connection = True


def _ranged(asked: str | None, body: bytes, headers: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
    """RFC 9110, section 14: one range of bytes."""
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", asked or "")
    if match is None or match.groups() == ("", ""):
        return 200, body, headers
    first, last = match.groups()
    start = int(first) if first else max(0, len(body) - int(last))
    stop = min(int(last) + 1, len(body)) if first and last else len(body)
    if start >= stop:
        return 416, b"", headers | {"Content-Range": f"bytes */{len(body)}"}
    return 206, body[start:stop], headers | {"Content-Range": f"bytes {start}-{stop - 1}/{len(body)}"}


def _refusal(fault: RefusedError, more: Mapping[str, str] | None = None) -> Response:
    response = Response.of({"error": fault.message, "errors": [{"message": fault.message}]}, fault.status)
    headers = {**response.headers, **(more or {})}
    if "\n" not in fault.message:
        headers["X-Error-Message"] = fault.message
    if fault.code:
        headers["X-Error-Code"] = fault.code
    return Response(response.body, response.status, headers)
