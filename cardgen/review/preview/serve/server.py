"""Hands out pages to a browser on this machine, and to nobody else."""

from __future__ import annotations

import mimetypes
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from cardgen.errors import UsageError
from cardgen.reading import CARD_BYTES, read_bytes
from cardgen.review.preview.serve.live import LivePages

HOST: Final = "127.0.0.1"
_LOOK_S = 0.3
"""Between two looks at the files."""
_SIGN_OF_LIFE_S = 15.0
"""After which a browser that waits is told that there is nothing, by which it is found out whether it still does."""
_TYPES = {".avif": "image/avif", ".svg": "image/svg+xml", ".webp": "image/webp"}
"""That Python knows only where the system does."""
_PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


class PreviewServer(ThreadingHTTPServer):
    """An HTTP server on loopback.

    A page of another site can have its name lead here ("DNS rebinding"); so whoever asks must ask for this machine.
    """

    daemon_threads = True

    def __init__(self, pages: LivePages, port: int = 0) -> None:
        """Listen.

        Args:
            pages: what to hand out.
            port: 0 for any that is free.

        Raises:
            UsageError: where the port cannot be had.
        """
        try:
            super().__init__((HOST, port), _Handler)
        except OSError as error:
            message = f"port {port} cannot be had: {error.strerror}"
            raise UsageError(message, remedy="Leave --port out for one that is free.") from error
        self.pages = pages
        self.hosts = {f"{name}:{self.server_port}" for name in (HOST, "localhost")}
        if self.server_port == 80:  # which browsers leave out
            self.hosts |= {HOST, "localhost"}

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that has left before all was answered."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    @property
    def address(self) -> str:
        """Where a browser finds the pages."""
        return f"http://{HOST}:{self.server_port}/"


@contextmanager
def served(pages: LivePages, port: int = 0) -> Iterator[PreviewServer]:
    """A server that answers in a thread of its own, until the end of the block.

    Raises:
        UsageError: where the port cannot be had.
    """
    server = PreviewServer(pages, port)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def follow(pages: LivePages) -> None:
    """Look for changes until somebody interrupts."""
    while True:
        time.sleep(_LOOK_S)
        pages.refresh()


class _Handler(BaseHTTPRequestHandler):
    server: PreviewServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer a page, a picture or the stream of changes."""
        if self.headers.get("Host", "").lower() not in self.server.hosts:
            self._answer(HTTPStatus.MISDIRECTED_REQUEST, "text/plain", b"This preview is for this machine alone.\n")
            return
        asked = urlsplit(self.path)
        if asked.path == "/events":
            self._tell_changes(parse_qs(asked.query).get("from", [""])[0])
            return
        path = unquote(asked.path.removeprefix("/"))
        name = f"{path}index.html" if path.endswith("/") or not path else path
        site = self.server.pages.site
        if name in site.pages:
            self._answer(HTTPStatus.OK, "text/html; charset=utf-8", site.pages[name]().encode())
        elif name in site.plots:
            self._answer(HTTPStatus.OK, _kind(name), site.plots[name].encode(), picture=True)
        elif name in site.copies:
            self._picture(name)
        else:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"There is no such page.\n")

    def do_HEAD(self) -> None:
        """Answer what a GET would get, without its content."""
        self.do_GET()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the library's
        """Say nothing: the terminal is for what goes wrong with manifests."""

    def _picture(self, name: str) -> None:
        try:
            content = read_bytes(self.server.pages.site.copies[name], CARD_BYTES)
        except OSError:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"The picture cannot be read.\n")
            return
        self._answer(HTTPStatus.OK, _kind(name), content, picture=True)

    def _answer(self, status: HTTPStatus, kind: str, content: bytes, *, picture: bool = False) -> None:
        self.send_response(status)
        self._send_head(kind)
        if picture:  # an SVG that is opened by itself is a page, and could run what is in it
            self.send_header("Content-Security-Policy", _PICTURE_POLICY)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _send_head(self, kind: str) -> None:
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("X-Frame-Options", "DENY")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")

    def _tell_changes(self, known: str) -> None:
        """Server-sent events: one for each change, and at once where the browser shows another version."""
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self._send_head("text/event-stream")
        self.end_headers()
        if self.command == "HEAD":
            return
        version = int(known) if known.isascii() and known.isdigit() else self.server.pages.version
        while True:  # until the page is closed, and nothing can be written any more
            now = self.server.pages.wait(version, _SIGN_OF_LIFE_S)
            self.wfile.write(b": nothing new\n\n" if now == version else b"event: change\ndata: %d\n\n" % now)
            version = now


def _kind(name: str) -> str:
    """The media type of a picture."""
    return _TYPES.get(f".{name.rpartition('.')[2].lower()}") or mimetypes.guess_type(name)[0] or ""
