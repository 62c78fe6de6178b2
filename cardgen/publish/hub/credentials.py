"""The token, asked of huggingface_hub each time: it renews one that it got for an identity token, or at a login."""

from __future__ import annotations

import os

from cardgen.masking import masked
from cardgen.publish.hub.errors import NoTokenError

TRUSTED = "HF_OIDC_RESOURCE"
"""Set where a build service's identity is exchanged for a token: https://huggingface.co/docs/hub/trusted-publishers."""


def ask_token() -> str | None:
    """The token that huggingface_hub finds in its own places; ``None`` where there is none.

    Raises:
        NoTokenError: where the place cannot be read, or no token can be had for the job's identity.
    """
    from huggingface_hub import errors, get_token

    # Known since 1.x; a plain Exception.
    no_identity: type[Exception] = getattr(errors, "OIDCError", errors.LocalTokenNotFoundError)
    transport: type[Exception] = errors.HfHubHTTPError.__bases__[0]
    try:
        return get_token()
    except no_identity as error:
        raise NoTokenError(
            f"There is no identity to exchange for a token: {masked(str(error))}",
            remedy=f"Give the job the permission `id-token: write`, set HF_OIDC_ID_TOKEN, or unset {TRUSTED} to use "
            "HF_TOKEN or the token of `hf auth login`.",
        ) from None
    except (transport, OSError, ValueError, KeyError) as error:
        if os.environ.get(TRUSTED):
            raise _not_exchanged(error) from None
        place = getattr(error, "filename", None)
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise NoTokenError(
            f"The stored token cannot be read ({place or 'its file'}: {reason}).",
            remedy="Log in anew (hf auth login), or set HF_TOKEN.",
        ) from None


def no_token(message: str) -> NoTokenError:
    """The error for what needs a token."""
    remedy = "Log in (hf auth login), or set HF_TOKEN to a token with write access."
    if os.environ.get(TRUSTED):
        from huggingface_hub import __version__, errors

        if not hasattr(errors, "OIDCError"):
            remedy = f"huggingface_hub {__version__} does not know {TRUSTED}: install a newer one, or set HF_TOKEN."
    return NoTokenError(message, remedy=remedy)


def refused_token(said: str) -> NoTokenError:
    """The error for a token that the Hub does not accept, or no longer."""
    if os.environ.get(TRUSTED):
        return NoTokenError(
            f"The Hub does not accept the token that it gave for the job's identity: {said}",
            remedy="An identity token that was set by hand (HF_OIDC_ID_TOKEN) cannot be renewed: set a fresh one, and "
            "push again.",
        )
    return NoTokenError(f"The Hub does not accept the token: {said}", remedy="Log in anew: hf auth login.")


def _not_exchanged(error: Exception) -> NoTokenError:
    said = masked(" ".join(str(getattr(error, "server_message", None) or type(error).__name__).split()))
    return NoTokenError(
        f"The job's identity was not exchanged for a token of {os.environ[TRUSTED]}: {said}",
        remedy=f"Look at {TRUSTED}, which names the repository, and at the trusted publishers in its settings.",
    )
