"""What went wrong with the Hub, in a person's words.

Transport errors are requests' in huggingface_hub 0.36 and httpx's in 2.x, and Xet adds the built-in ones. All are found
among ``OSError`` and the bases of the client's own ``HfHubHTTPError``, so neither HTTP library is named here.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from json import JSONDecodeError
from urllib.parse import urlsplit

from cardgen.errors import HubError
from cardgen.masking import masked

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)


class HeadMovedError(HubError):
    """Somebody committed between our reading and our commit; nothing of ours was applied."""


class ConnectionLostError(HubError):
    """The Hub did not answer; what it was last asked may have been done or not."""


@contextmanager
def refusals(endpoint: str, repo_id: str, token: str | None) -> Iterator[None]:
    """Turn what the client raises into :class:`HubError`, with a remedy and without the token.

    Raises:
        HubError: in place of any error of the client, of its HTTP library or of Xet.
    """
    expected: tuple[type[BaseException], ...] = (*_transport_errors(), RuntimeError, ValueError)
    try:
        yield
    except HubError:
        raise
    except expected as error:
        found = _explain(error, endpoint, repo_id, token)
        found.message, found.remedy = masked(_without(token, found.message)), masked(found.remedy)
        found.args = (found.message,)
        # The client's error may quote the request's headers: it is not shown, not even in a traceback.
        raise found from None


def _explain(error: BaseException, endpoint: str, repo_id: str, token: str | None) -> HubError:
    from huggingface_hub.errors import GatedRepoError, OfflineModeIsEnabled, RevisionNotFoundError

    causes = list(_causes(error))
    if isinstance(error, ValueError) and not isinstance(error, (OSError, JSONDecodeError)):
        return HubError(f"The Hub does not accept {repo_id}: {error}", remedy="Correct the manifest and build again.")
    for cause in causes:
        if isinstance(cause, OfflineModeIsEnabled):
            return HubError("HF_HUB_OFFLINE is set, so the Hub is not asked.", remedy="Unset HF_HUB_OFFLINE.")
        if isinstance(cause, GatedRepoError):
            return HubError(f"Access to {repo_id} is restricted.", remedy=f"Ask for it at {endpoint}/{repo_id}.")
        if isinstance(cause, RevisionNotFoundError):
            return HubError(
                f"{repo_id} has no such branch or pull request.", remedy="Name one in --revision, or leave it out."
            )
        if (status := _status(cause)) is not None:
            return _refused(status, cause, endpoint, repo_id, token)
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
        return HubError(
            f"The Hub at {_host(endpoint)} does not take uploads through Xet: {error}",
            remedy="Set HF_HUB_DISABLE_XET=1 to upload through LFS.",
        )
    return ConnectionLostError(
        f"The Hub at {_host(endpoint)} cannot be reached: {_short(causes[-1])}",
        remedy="Check the network and HF_ENDPOINT, then push again: what is there already is not sent twice.",
    )


def _refused(status: int, error: BaseException, endpoint: str, repo_id: str, token: str | None) -> HubError:
    said = getattr(error, "server_message", None) or _short(error)
    owner = repo_id.partition("/")[0]
    if status == 412:
        return HeadMovedError(
            f"{repo_id} is being changed by somebody else; nothing was changed.", remedy="Push again in a while."
        )
    if status == 401 and token is None:
        return no_token(f"{repo_id} is private or does not exist, and there is no token to tell.")
    if status == 401:
        return HubError(f"The Hub does not accept the token: {said}", remedy="Log in anew: hf auth login.")
    if status == 403:
        return HubError(
            f"The token may not write to {repo_id}: {said}",
            remedy=f"Use a token with write access to {owner} ({endpoint}/settings/tokens), or change `repo_id`.",
        )
    if status == 404:
        return HubError(f"The Hub does not know {repo_id}: {said}", remedy="Check `repo_id` and HF_ENDPOINT.")
    if status == 429:
        return HubError(f"The Hub asks to wait: {said}", remedy="Push again in a while.")
    if status >= 500:
        return ConnectionLostError(f"The Hub cannot answer now ({status}): {said}", remedy="Push again in a while.")
    return HubError(f"The Hub refused ({status}): {said}", remedy="Correct what it names, then push again.")


def no_token(message: str) -> HubError:
    """The error for what needs a token."""
    return HubError(message, remedy="Log in (hf auth login), or set HF_TOKEN to a token with write access.")


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


def _short(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{text[:300]}…" if len(text) > 300 else text or type(error).__name__


def _host(endpoint: str) -> str:
    return urlsplit(endpoint).netloc.rpartition("@")[2] or endpoint


def _without(token: str | None, text: str) -> str:
    return text.replace(token, "<token>") if token else text
