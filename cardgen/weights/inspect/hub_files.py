"""The files of a repository on the Hub, of which only the parts that are asked for are fetched."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from cardgen.errors import HubError, ModelFilesError
from cardgen.masking import masked
from cardgen.weights.inspect.files import named

_TIMEOUT_S = 30.0
_PARTIAL, _WHOLE, _BEYOND = 206, 200, 416


class HubFiles:
    """The files of a model at one commit: a branch that moves meanwhile changes nothing."""

    def __init__(self, repo_id: str, revision: str, *, chosen: str | None = None, endpoint: str | None = None) -> None:
        """Ask what there is.

        Args:
            repo_id: ``owner/name``.
            revision: a branch, tag or commit.
            chosen: path of the one file that is meant, where not the whole repository is.
            endpoint: of the Hub; the client's own where none is given.

        Raises:
            HubError: where the repository cannot be read.
            ModelFilesError: where it has no file ``chosen``.
        """
        from huggingface_hub import HfApi
        from huggingface_hub.errors import (
            GatedRepoError,
            HFValidationError,
            RepositoryNotFoundError,
            RevisionNotFoundError,
        )

        self.label = f"{repo_id}@{revision}"
        self.chosen = chosen
        self._api = HfApi(endpoint=endpoint, library_name="cardgen")
        try:
            info = self._api.model_info(repo_id, revision=revision, files_metadata=True, timeout=_TIMEOUT_S)
        except GatedRepoError as error:
            raise _gated(repo_id) from error
        except RepositoryNotFoundError as error:
            raise HubError(
                f"There is no folder or file {repo_id} here, and no model {repo_id} on the Hub that you may read.",
                remedy="Check the name; a private one needs `hf auth login`.",
            ) from error
        except RevisionNotFoundError as error:
            raise HubError(
                f"{repo_id} has no revision {revision}.", remedy="Name a branch, a tag or a commit."
            ) from error
        except HFValidationError as error:
            raise HubError(f"{repo_id} is no name of a repository.", remedy="Name owner/name.") from error
        except _transport_errors() as error:
            raise _refused(repo_id, error) from error
        siblings = sorted(info.siblings or (), key=lambda sibling: sibling.rfilename)
        self.commit = str(info.sha)
        self.sizes = {sibling.rfilename: sibling.size or 0 for sibling in siblings}
        self._sha256 = {sibling.rfilename: sibling.lfs.sha256 for sibling in siblings if sibling.lfs}
        self.repo_id = repo_id
        if chosen is not None and chosen not in self.sizes:
            raise ModelFilesError(f"{self.label} has no file {chosen}.", remedy=f"It has {', '.join(self.sizes)}.")

    def named(self, suffix: str) -> list[str]:
        """The files of this ending."""
        return named(self, suffix)

    def read(self, name: str, start: int, length: int) -> bytes:
        """So many bytes from a place, by a request for this range."""
        from huggingface_hub.utils._headers import build_hf_headers
        from huggingface_hub.utils._http import get_session

        address = f"{self._api.endpoint}/{self.repo_id}/resolve/{self.commit}/{quote(name)}"
        headers = build_hf_headers(token=self._api.token, library_name="cardgen")
        headers["range"] = f"bytes={start}-{start + length - 1}"
        headers["accept-encoding"] = "identity"  # a range is one of the bytes that are sent
        try:
            response: Any = get_session().get(address, headers=headers, timeout=_TIMEOUT_S)
        except _transport_errors() as error:
            raise _refused(self.repo_id, error) from error
        if response.status_code == _BEYOND:
            return b""
        if response.headers.get("X-Error-Code") == "GatedRepo":
            raise _gated(self.repo_id)
        if response.status_code not in (_PARTIAL, _WHOLE):
            raise ModelFilesError(f"{self.label}: {name} cannot be read: the Hub answered {response.status_code}.")
        content: bytes = response.content
        return content[:length] if response.status_code == _PARTIAL else content[start : start + length]

    def sha256(self, name: str) -> str | None:
        """As the Hub tells it, which it does for large files."""
        return self._sha256.get(name)


def _gated(repo_id: str) -> HubError:
    return HubError(f"{repo_id} is gated.", remedy="Ask for access on its page, and log in with `hf auth login`.")


def _refused(repo_id: str, error: BaseException) -> HubError:
    said = masked(str(error)).strip() or type(error).__name__
    return HubError(f"{repo_id} cannot be read from the Hub: {said.splitlines()[0]}")


def _transport_errors() -> tuple[type[BaseException], ...]:
    """What every major of the client raises where no answer comes: their HTTP libraries' own, beside OSError.

    And where a job has no identity to get a token for, which is a plain Exception since 1.x.
    """
    from huggingface_hub import errors

    transport = (base for base in errors.HfHubHTTPError.__bases__ if issubclass(base, BaseException))
    return (OSError, getattr(errors, "OIDCError", OSError), *transport)
