"""What can go wrong with the Hub: one class a remedy, whichever major of huggingface_hub met it."""

from __future__ import annotations

from cardgen.errors import HubError

LONGEST_WAIT_S = 300.0
"""How long the Hub may ask to wait before it is not waited for: its limits count in windows of five minutes."""


class RepositoryNotFoundError(HubError):
    """The Hub does not know the repository or revision, or does not let this token see it."""


class RepositoryMovedError(HubError):
    """The repository has another name now: card and snippets would name the old one."""


class NotAllowedError(HubError):
    """The token, or what stands in its place, may not do this."""


class NoTokenError(HubError):
    """There is no token, it is no longer good, or it cannot be had."""


class GatedError(HubError):
    """The repository's owner lets in those who asked."""


class RateLimitedError(HubError):
    """The Hub asks to wait; what it was asked was not done."""

    def __init__(self, message: str, *, remedy: str = "", wait_s: float | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.wait_s = wait_s
        """As it says; ``None`` where it does not."""


class MetadataRejectedError(HubError):
    """The Hub does not take the card's front matter."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__(
            "The Hub does not accept the card's metadata: " + "; ".join(faults),
            remedy="Correct the manifest and build again.",
        )
        self.faults = faults
        """In the Hub's words: a path in quotes, then what is wrong there."""


class IgnoredFilesError(HubError):
    """A ``.gitignore`` on the Hub would keep files out of the commit."""


class HeadMovedError(HubError):
    """Somebody committed between our reading and our commit; nothing of ours was applied."""


class ConnectionLostError(HubError):
    """The Hub did not answer; what it was last asked may have been done or not."""


class ServerError(ConnectionLostError):
    """The Hub answered that it failed; what it was asked may have been done or not."""


class OfflineError(HubError):
    """The user forbids to ask."""


class NoXetError(HubError):
    """The client uploads through Xet, and this Hub has none."""
