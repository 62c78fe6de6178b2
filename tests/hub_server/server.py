"""The HTTP server: its life, its log, and the repositories it holds."""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Any

from tests.hub_server.account import Account
from tests.hub_server.faults import Fault
from tests.hub_server.repository import Repository, RepoType

READING_POSTS = ("/paths-info/", "/validate-yaml")
"""POST requests of the client that change nothing."""


@dataclass(frozen=True)
class LoggedRequest:
    """One request as it came, with the status it was answered with (0: the connection was closed)."""

    method: str
    path: str
    status: int
    body_bytes: int
    authorized: bool

    @property
    def writes(self) -> bool:
        """Whether it is of a kind that can change something, or prepares to."""
        return self.method not in ("GET", "HEAD") and not any(part in self.path for part in READING_POSTS)


class HubServer:
    """A Hub on the loopback interface, with the user ``tester`` (in the organisation ``acme``) and its tokens.

    Use it as a context manager. Not all of the Hub: what publishing, resolving and loading need of it.
    """

    token = "hf_loopbackWriteTokenOfTester"
    read_token = "hf_loopbackReadTokenOfTester"

    def __init__(self, port: int = 0) -> None:
        self.accounts: dict[str, Account] = {
            self.token: Account("tester", orgs=("acme",)),
            self.read_token: Account("tester", "read", orgs=("acme",)),
        }
        self.repositories: dict[tuple[RepoType, str], Repository] = {}
        self.requests: list[LoggedRequest] = []
        self.faults: list[Fault] = []
        self.lock = threading.RLock()
        self.signature = secrets.token_hex(8)
        self._server = _Server(self, port)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def endpoint(self) -> str:
        """What ``HF_ENDPOINT`` is set to."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def content_endpoint(self) -> str:
        """Where LFS content is fetched from: by another host name, as clients treat such redirects differently."""
        return f"http://localhost:{self._server.server_address[1]}"

    def __enter__(self) -> HubServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._server.close_connections()
        self._thread.join()

    def add(
        self, repo_id: str, files: Mapping[str, bytes] | None = None, *, repo_type: RepoType = "model", **flags: bool
    ) -> Repository:
        """Make a repository as if somebody had pushed ``files``; flags: ``private``, ``gated``."""
        repository = Repository(repo_id, repo_type, private=flags.get("private", False))
        repository.gated = flags.get("gated", False)
        if files:
            repository.put(files, title="upload")
        self.repositories[repo_type, repo_id] = repository
        return repository

    def model(self, repo_id: str) -> Repository:
        """The model repository of this id."""
        return self.repositories["model", repo_id]

    def inject(self, fault: Fault) -> None:
        """Let the next matching requests go wrong."""
        with self.lock:
            self.faults.append(fault)

    def fault_for(self, method: str, path: str) -> Fault | None:
        """Take the fault, if any, that is due for a request."""
        with self.lock:
            for fault in self.faults:
                if fault.matches(method, path):
                    fault.times -= 1
                    return fault
        return None

    @property
    def writes(self) -> list[LoggedRequest]:
        """Requests that changed, or could have changed, anything."""
        return [request for request in self.requests if request.writes]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, hub: HubServer, port: int) -> None:
        from tests.hub_server.handler import Handler

        self.hub = hub
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error of the server."""
        import sys

        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def close_connections(self) -> None:
        """End connections that clients keep open."""
        for connection in list(self._connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # the client was quicker
                continue
