"""Which of :mod:`~cardgen.publish.hub.errors` an error of the client is.

Transport errors are requests' in huggingface_hub 0.36 and httpx's later, and Xet adds the built-in ones. All are found
among ``OSError`` and the bases of the client's own ``HfHubHTTPError``, so neither HTTP library is named here.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from json import JSONDecodeError
from urllib.parse import urlsplit

from cardgen.errors import HubError
from cardgen.masking import masked
from cardgen.publish.hub.credentials import no_token, refused_token
from cardgen.publish.hub.errors import (
    GatedError,
    HeadMovedError,
    NotAllowedError,
    NoXetError,
    OfflineError,
    RepositoryNotFoundError,
)
from cardgen.publish.hub.wire import unreachable

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)


@contextmanager
def refusals(endpoint: str, repo_id: str, token: Callable[[], str | None]) -> Iterator[None]:
    """Turn what the client raises into :class:`HubError`, with a remedy and without the token.

    Args:
        endpoint: the Hub's address; it may hold credentials, which are not shown.
        repo_id: what is asked about.
        token: gives the one that was sent last.

    Raises:
        HubError: in place of any error of the client, of its HTTP library or of Xet.
    """
    expected: tuple[type[BaseException], ...] = (*_transport_errors(), RuntimeError, ValueError, KeyError)
    try:
        yield
    except HubError:
        raise
    except expected as error:
        sent = token()
        found = _explain(error, endpoint, repo_id, has_token=sent is not None)
        found.message, found.remedy = masked(_without(sent, found.message)), masked(found.remedy)
        found.args = (found.message,)
        # The client's error may quote the request's headers: it is not shown, not even in a traceback.
        raise found from None


def _explain(error: BaseException, endpoint: str, repo_id: str, *, has_token: bool) -> HubError:
    from huggingface_hub.errors import (
        GatedRepoError,
        LocalTokenNotFoundError,
        OfflineModeIsEnabled,
        RevisionNotFoundError,
    )

    causes = list(_causes(error))
    page = _page(endpoint)
    for cause in causes:
        if isinstance(cause, HubError):  # the wire's, in what a thread of the client made of it
            return cause
        if isinstance(cause, OfflineModeIsEnabled):
            return OfflineError("HF_HUB_OFFLINE is set, so the Hub is not asked.", remedy="Unset HF_HUB_OFFLINE.")
        if isinstance(cause, LocalTokenNotFoundError):
            return no_token(f"{repo_id} cannot be asked about without a token.")
        if isinstance(cause, GatedRepoError):
            return GatedError(f"Access to {repo_id} is restricted.", remedy=f"Ask for it at {page}/{repo_id}.")
        if isinstance(cause, RevisionNotFoundError):
            return RepositoryNotFoundError(
                f"{repo_id} has no such branch or pull request.",
                remedy="Name one that is there, or leave the revision out.",
            )
        if (status := _status(cause)) is not None:
            return _refused(status, cause, endpoint, repo_id, has_token=has_token)
    if isinstance(error, (JSONDecodeError, KeyError)):
        return unreachable(_host(endpoint), ValueError("it answers otherwise than a Hub does"))
    if isinstance(error, ValueError) and not isinstance(error, OSError):
        return HubError(f"The Hub does not accept {repo_id}: {error}", remedy="Correct the manifest and build again.")
    for cause in causes:
        if isinstance(cause, OSError) and cause.errno in _NO_ROOM:
            return HubError(
                f"There is no room for what the Hub sends ({cause.filename or 'a file'}: {cause.strerror}).",
                remedy="Free some space, or set TMPDIR to a folder that can be written.",
            )
    files = [cause.filename for cause in causes if isinstance(cause, OSError) and cause.filename]
    if files:
        return HubError(f"{files[0]} cannot be read: {error}", remedy="Build again, then push.")
    if any("xet" in str(cause).lower() for cause in causes):
        return NoXetError(
            f"The Hub at {_host(endpoint)} does not take uploads through Xet: {error}",
            remedy="Set HF_HUB_DISABLE_XET=1 to upload through LFS.",
        )
    return unreachable(_host(endpoint), causes[-1])


def _refused(status: int, error: BaseException, endpoint: str, repo_id: str, *, has_token: bool) -> HubError:
    said = " ".join(str(getattr(error, "server_message", None) or error).split())
    owner = repo_id.partition("/")[0]
    if status in (409, 412):
        return HeadMovedError(
            f"{repo_id} is being changed by somebody else; nothing was changed.", remedy="Push again in a while."
        )
    if status in (401, 403) and "@" in urlsplit(endpoint).netloc:
        return NotAllowedError(
            f"HF_ENDPOINT holds a user or password, which is sent in place of the token, and the Hub does not accept "
            f"it: {said}",
            remedy="Take it out of HF_ENDPOINT; the token is HF_TOKEN, or that of `hf auth login`.",
        )
    if status == 401 and not has_token:
        return no_token(f"{repo_id} is private or does not exist, and there is no token to tell.")
    if status == 401:
        return refused_token(said)
    if status == 403:
        return NotAllowedError(
            f"The token may not write to {repo_id}: {said}",
            remedy=f"Use a token that may write to {owner} ({_page(endpoint)}/settings/tokens), or change `repo_id`.",
        )
    if status == 404:
        return RepositoryNotFoundError(
            f"The Hub does not know {repo_id}: {said}", remedy="Check `repo_id` and HF_ENDPOINT."
        )
    return HubError(f"The Hub refused ({status}): {said}", remedy="Correct what it names, then push again.")


def _transport_errors() -> tuple[type[BaseException], ...]:
    from huggingface_hub.errors import HfHubHTTPError

    return (OSError, *(base for base in HfHubHTTPError.__bases__ if issubclass(base, BaseException)))


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def _status(error: BaseException) -> int | None:
    status = getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) else None


def _host(endpoint: str) -> str:
    return urlsplit(endpoint).netloc.rpartition("@")[2] or endpoint


def _page(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    return parts._replace(netloc=_host(endpoint)).geturl()


def _without(token: str | None, text: str) -> str:
    return text.replace(token, "<token>") if token else text
