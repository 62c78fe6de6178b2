"""The HTTP server: its life, its log, and the repositories it holds."""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import TYPE_CHECKING, Any

from tests.hub_server.account import Account
from tests.hub_server.faults import Fault, RandomFaults
from tests.hub_server.repository import Repository, RepoType

if TYPE_CHECKING:
    from tests.hub_server.groups import Collection

READING_POSTS = ("/paths-info/", "/validate-yaml", "/oauth/token")
"""POST requests of the client that change nothing."""


@dataclass(frozen=True)
class LoggedRequest:
    """One request as it came, with the status it was answered with (0: the connection was closed)."""

    method: str
    path: str
    status: int
    body_bytes: int
    authorized: bool
    answer_bytes: int = 0
    """Of the body."""

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
    job_token = "loopbackRequestTokenOfTheJob"
    """By this a job of the build service asks for its identity token."""

    def __init__(self, port: int = 0) -> None:
        self.accounts: dict[str, Account] = {
            self.token: Account("tester", orgs=("acme",)),
            self.read_token: Account("tester", "read", orgs=("acme",)),
        }
        self.uses: dict[str, int] = {}
        """How many more requests a token is good for, where that is not any number: then it has expired."""
        self.repositories: dict[tuple[RepoType, str], Repository] = {}
        self.moved: dict[tuple[RepoType, str], str] = {}
        """New names of repositories by their old ones."""
        self.collections: dict[str, Collection] = {}
        self.requests: list[LoggedRequest] = []
        self.faults: list[Fault] = []
        self.weather: RandomFaults | None = None
        """What befalls requests for which no fault was injected."""
        self.part_bytes: int | None = None
        """Larger uploads are taken in parts of this size; ``None``: all are taken whole."""
        self.publishers: set[str] = set()
        """Repositories to which an identity token may publish."""
        self.id_tokens: set[str] = set()
        self.exchanged: list[str] = []
        """Tokens given for identity tokens."""
        self.exchanged_seconds = 3600
        """How long such a token says that it lives."""
        self.exchanged_uses: int | None = None
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

    def rename(self, old: str, new: str) -> None:
        """Give a model repository another name; requests to the old one are redirected."""
        repository = self.repositories.pop(("model", old))
        repository.repo_id = new
        self.repositories["model", new] = repository
        self.moved["model", old] = new

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
            return self.weather.draw(method, path) if self.weather else None

    def spend(self, token: str) -> bool:
        """Use a token once; whether it was still good."""
        with self.lock:
            left = self.uses.get(token)
            if left is not None:
                self.uses[token] = left - 1
            return left is None or left > 0

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
