"""What every request of the client goes through, on its way to the HTTP library and back.

Here the token is asked for each request, and what the Hub cannot answer is raised at once: huggingface_hub would ask
again for 23 seconds a request, or for as long as the Hub says, without a word. Who asks again, and when, is decided in
``client`` alone. requests (0.36) and httpx (1.x, and 2.x under another name) both send through ``send``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakSet

from cardgen.masking import masked
from cardgen.patterns import regex
from cardgen.publish.hub.errors import ConnectionLostError, RateLimitedError, ServerError

_RESET = regex(r";\s*t\s*=\s*(\d+)")
"""Seconds in ``RateLimit: "api";r=0;t=55``: draft-ietf-httpapi-ratelimit-headers."""

_lock = threading.Lock()
_open: list[Wire] = []
_wrapped: WeakSet[Any] = WeakSet()
"""Sessions, and what makes them."""


class Wire:
    """Stands behind the client's sessions while it is open; at all other times they are as they were."""

    def __init__(self, endpoint: str, ask_token: Callable[[], str | None]) -> None:
        parts = urlsplit(endpoint)
        self._host = parts.netloc.rpartition("@")[2]
        self._origin = (parts.scheme, self._host)
        self._ask_token = ask_token
        self._given: set[str] = set()
        """Tokens that were given out here. Others are of the client's own asking, as those for the token itself."""

    @contextmanager
    def open(self) -> Iterator[None]:
        """Have the client's requests go through here; from several threads at once, if need be."""
        with _lock:
            _open.append(self)
            _wrap_sessions()
        try:
            yield
        finally:
            with _lock:
                _open.remove(self)

    def token(self) -> str | None:
        """The token of now; ``None`` where there is none."""
        token = self._ask_token()
        if token is not None:
            self._given.add(token)
        return token

    def reaches(self, address: str) -> bool:
        """Whether an address is the Hub's own, and not that of a store to which it sends."""
        parts = urlsplit(address)
        return (parts.scheme, parts.netloc.rpartition("@")[2]) == self._origin

    def send(self, original: Callable[..., Any], request: Any, **options: Any) -> Any:
        """Send a request with the token of now.

        Raises:
            ConnectionLostError: where no answer came, or one of a server that failed.
            RateLimitedError: where the Hub asks to wait.
        """
        from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

        scheme, _, sent = request.headers.get("authorization", "").partition(" ")
        if scheme == "Bearer" and sent in self._given and self.reaches(str(request.url)):
            request.headers["authorization"] = f"Bearer {self.token() or sent}"
        transport: type[Exception] = HfHubHTTPError.__bases__[0]
        try:
            response = original(request, **options)
        except OfflineModeIsEnabled:
            raise
        except (transport, OSError) as error:
            raise unreachable(self._host, error) from None
        if response.status_code == 429 or response.status_code >= 500:
            response.close()
            raise self._refused(response.status_code, response.headers)
        return response

    def _refused(self, status: int, headers: Mapping[str, str]) -> RateLimitedError | ServerError:
        said = masked(headers.get("x-error-message") or f"status {status}")
        if status != 429:
            return ServerError(f"{self._host} cannot answer now ({status}): {said}", remedy="Push again in a while.")
        wait_s = told_wait(headers)
        when = "in a while" if wait_s is None else f"in {wait_s:.0f} seconds"
        return RateLimitedError(
            f"{self._host} asks to wait, since it was asked too often: {said}",
            remedy=f"Push again {when}.",
            wait_s=wait_s,
        )


def unreachable(host: str, error: BaseException) -> ConnectionLostError:
    """The error for an HTTP library's own, which may quote the request's headers and is not shown whole."""
    text = " ".join(str(error).split())
    short = f"{text[:300]}…" if len(text) > 300 else text or type(error).__name__
    return ConnectionLostError(
        f"The Hub at {host} cannot be reached: {masked(short)}",
        remedy="Check the network and HF_ENDPOINT, then try again: what is there already is not sent twice.",
    )


def told_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds that the Hub asks to wait: ``Retry-After`` in either form (RFC 9110, 10.2.3), or ``RateLimit``."""
    said = headers.get("retry-after", "").strip()
    if said.isdigit():
        return float(said)
    if said:
        try:
            when = parsedate_to_datetime(said)
        except ValueError:
            return None
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return max(0.0, (when - datetime.now(UTC)).total_seconds())
    reset = _RESET.search(headers.get("ratelimit", ""))
    return float(reset[1]) if reset else None


def _wrap_sessions() -> None:
    import huggingface_hub
    from huggingface_hub.utils import _http

    configure = getattr(huggingface_hub, "configure_http_backend", None)
    if configure is None:  # one session for all threads
        _wrap(_http.get_session())
        return
    make = _http._GLOBAL_BACKEND_FACTORY  # type: ignore[attr-defined] # noqa: SLF001 - one for each thread, in 0.36
    if make not in _wrapped:

        def make_wrapped() -> Any:
            return _wrap(make())

        _wrapped.add(make_wrapped)
        configure(make_wrapped)


def _wrap(session: Any) -> Any:
    if session not in _wrapped:
        _wrapped.add(session)
        original = session.send

        def send(request: Any, **options: Any) -> Any:
            wire = _wire_for(str(request.url))
            return wire.send(original, request, **options) if wire else original(request, **options)

        session.send = send
    return session


def _wire_for(address: str) -> Wire | None:
    """The open wire to an address; where it is a store's, whichever was opened last."""
    with _lock:
        return next((wire for wire in _open if wire.reaches(address)), _open[-1] if _open else None)
