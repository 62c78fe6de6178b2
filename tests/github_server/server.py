"""The HTTP server: its life, its log, and what it holds."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Any

from tests.github_server.faults import Fault

REPOSITORY = "acme/models"


@dataclass(frozen=True)
class LoggedRequest:
    """One request as it came, with the status it was answered with (0: the connection was closed)."""

    method: str
    path: str
    status: int


@dataclass
class GithubServer:
    """A GitHub with one repository, ``acme/models``, and one pull request. Use it as a context manager."""

    number: int = 7
    may_write: bool = True
    """What the token may do; that of a pull request from a fork may only read."""
    comments: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    requests: list[LoggedRequest] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """What GitHub would not have taken, or not have taken as meant."""
    faults: list[Fault] = field(default_factory=list)
    token: str = "ghs_loopbackTokenOfTheJob"
    login: str = "github-actions[bot]"
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> GithubServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def write_comment(self, body: str, login: str) -> dict[str, Any]:
        """A comment of somebody."""
        with self.lock:
            number = 1000 + len(self.requests) + len(self.comments)
            comment = {
                "id": number,
                "body": body,
                "user": {"login": login, "type": "Bot" if login.endswith("[bot]") else "User"},
                "html_url": f"https://github.com/{REPOSITORY}/pull/{self.number}#issuecomment-{number}",
            }
            self.comments.append(comment)
            return comment

    def sent(self, method: str) -> list[str]:
        """The paths of the requests of a kind that were answered with success."""
        return [one.path for one in self.requests if one.method == method and 200 <= one.status < 300]

    @contextmanager
    def next_fault(self, method: str, path: str) -> Iterator[Fault | None]:
        """The fault that a request meets."""
        with self.lock:
            for fault in self.faults:
                if fault.times and fault.method == method and fault.path in path:
                    fault.times -= 1
                    yield fault
                    return
        yield None


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, github: GithubServer) -> None:
        from tests.github_server.handler import Handler

        self.github = github
        super().__init__(("127.0.0.1", 0), Handler)
