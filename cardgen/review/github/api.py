"""GitHub's REST API, as far as a review needs it. The token goes to that one server and is told to nobody.

Sources: GitHub's documentation, "Getting started with the REST API" and "Rate limits for the REST API".
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import IO, Any, Literal
from urllib.parse import urlsplit

import cardgen
from cardgen.errors import GithubError

Method = Literal["GET", "POST", "PATCH", "DELETE"]

_TIMEOUT_S = 30
_MOST_BYTES = 20_000_000
_PER_PAGE = 100
_LONGEST_WAIT_S = 60.0
"""For which a review waits where GitHub asks for it; a limit by the hour is for a later run."""
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_OVERLOADED = (429, 500, 502, 503, 504)


class LostError(GithubError):
    """No answer came, or one that asks to come again. What was asked may have been done all the same."""

    def __init__(self, message: str, wait_s: float = 0.0) -> None:
        super().__init__(message, remedy="Run the job again.")
        self.wait_s = wait_s
        """Seconds that GitHub asks to wait."""


class ForbiddenError(GithubError):
    """The token may not do this."""


@dataclass(frozen=True)
class Api:
    """One server, with the token for it."""

    url: str
    """Such as ``https://api.github.com``."""
    token: str = field(repr=False)

    def __post_init__(self) -> None:
        address = urlsplit(self.url)
        if address.scheme != "https" and not (address.scheme == "http" and address.hostname in _LOOPBACK):
            raise GithubError(f"{self.url} is no https address, to which a token could be sent")

    def ask(self, method: Method, path: str, content: dict[str, Any] | None = None) -> Any:
        """What one request gives, parsed; ``None`` where the answer is empty.

        Raises:
            LostError: where it may help to ask again.
            ForbiddenError: where the token may not do it.
            GithubError: where GitHub refuses it otherwise.
        """
        request = urllib.request.Request(  # noqa: S310 - the scheme is looked at above
            f"{self.url}{path}",
            data=None if content is None else json.dumps(content).encode(),
            method=method,
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                "User-Agent": f"cardgen/{cardgen.__version__}",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        what = f"{method} {path.partition('?')[0]}"
        try:
            with _OPENER.open(request, timeout=_TIMEOUT_S) as answer:
                text = answer.read(_MOST_BYTES)
        except urllib.error.HTTPError as error:
            with error:
                raise _refusal(error, what) from error
        except (OSError, http.client.HTTPException) as error:
            reason = error.reason if isinstance(error, urllib.error.URLError) else error
            raise LostError(f"GitHub did not answer {what}: {reason or type(error).__name__}") from error
        try:
            return json.loads(text) if text else None
        except ValueError as error:
            raise LostError(f"GitHub did not answer {what} with JSON") from error

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        """Every item of a list, page by page.

        Raises:
            GithubError: as :meth:`ask`.
        """
        page = 1
        while True:
            items = self.ask("GET", f"{path}?per_page={_PER_PAGE}&page={page}")
            yield from items
            if len(items) < _PER_PAGE:
                return
            page += 1


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nobody, who would be handed the token."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


def _refusal(error: urllib.error.HTTPError, what: str) -> GithubError:
    told = f"GitHub answered {what} with {error.code}: {_said(error)}"
    wait_s = _asked_to_wait(error)
    if wait_s is not None and wait_s > _LONGEST_WAIT_S:
        return GithubError(f"{told}; it asks to wait {wait_s:.0f} s", remedy="Run the job again after that.")
    if wait_s is not None or error.code in _OVERLOADED:
        return LostError(told, wait_s or 0.0)
    if error.code == 403:
        return ForbiddenError(told, remedy="Grant the job's token the permissions that docs/review.md lists.")
    if error.code == 401:
        return GithubError(told, remedy="The token is none, or has run out: hand `github.token` to the action.")
    return GithubError(told)


def _asked_to_wait(error: urllib.error.HTTPError) -> float | None:
    """Seconds that a rate limit lasts; ``None`` where the answer is none of a rate limit."""
    if error.code not in (403, *_OVERLOADED):
        return None
    after = error.headers.get("Retry-After", "")
    if after.isdecimal():
        return float(after)
    reset = error.headers.get("X-RateLimit-Reset", "")
    if error.headers.get("X-RateLimit-Remaining") == "0" and reset.isdecimal():
        return max(0.0, float(reset) - time.time())
    return None


def _said(error: urllib.error.HTTPError) -> str:
    try:
        answer = json.loads(error.read(_MOST_BYTES))
    except (ValueError, OSError, http.client.HTTPException):
        return error.reason
    message = answer.get("message") if isinstance(answer, dict) else None
    return message if isinstance(message, str) else error.reason
