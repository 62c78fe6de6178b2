"""The Hub, as publishing sees it: the only importer of huggingface_hub's write interface."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cardgen import __version__
from cardgen.errors import HubError
from cardgen.masking import masked
from cardgen.publish.marker import MARKER, load_marker
from cardgen.publish.parsed import ParsedCard
from cardgen.publish.plan import ABSENT, README, PublishPlan, RemoteFile, RemoteState
from cardgen.publish.refusals import ConnectionLostError, refusals
from cardgen.reading import RECORDS_BYTES
from cardgen.retry import read_again

if TYPE_CHECKING:
    from huggingface_hub.hf_api import RepoFile

DEFAULT_BRANCH = "main"

_TIMEOUT_S = 30.0


@dataclass(frozen=True)
class Commit:
    """What a push made."""

    oid: str
    """40 hex digits."""
    url: str
    pull_request: str | None = None
    """Address of the pull request that holds it."""


class Hub:
    """A client of one endpoint, with the token that huggingface_hub finds in its own places.

    Every method raises :class:`cardgen.errors.HubError`. What only reads is asked a few times.
    """

    def __init__(
        self, endpoint: str | None = None, *, progress: bool = False, log: Callable[[str], None] = lambda _line: None
    ) -> None:
        remedy = "Correct or unset HF_ENDPOINT."
        try:
            from huggingface_hub import HfApi, constants, get_token
            from huggingface_hub.utils.tqdm import disable_progress_bars
        except ValueError as error:  # the client reads its settings when it is imported
            raise HubError(
                f"huggingface_hub does not take its settings: {masked(str(error))}", remedy=remedy
            ) from error

        self.endpoint = (endpoint or constants.ENDPOINT).rstrip("/")
        self.token = get_token()
        self._log = log
        if not _is_address(self.endpoint):
            raise HubError(f"{masked(self.endpoint)!r} is no address of a Hub.", remedy=remedy)
        parts = urlsplit(self.endpoint)
        self._page = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        """The endpoint as people may see it: without credentials."""
        self._api = HfApi(endpoint=self.endpoint, token=self.token, library_name="cardgen", library_version=__version__)
        if not progress:
            disable_progress_bars()

    def read(self, repo_id: str, revision: str) -> RemoteState:
        """What a model repository holds at a revision, or will start from where the branch is not there yet."""
        return read_again(lambda: self._read(repo_id, revision), lost=ConnectionLostError, say=self._log)

    def _read(self, repo_id: str, revision: str) -> RemoteState:
        from huggingface_hub.errors import RepositoryNotFoundError, RevisionNotFoundError

        with self._refusals(repo_id):
            try:
                info = self._api.model_info(repo_id, revision=revision, timeout=_TIMEOUT_S)
            except RevisionNotFoundError:
                if revision.startswith("refs/"):
                    raise
                info = self._api.model_info(repo_id, revision=DEFAULT_BRANCH, timeout=_TIMEOUT_S)
                return self._state(repo_id, str(info.sha), branch_exists=False)
            except RepositoryNotFoundError as error:
                if error.response.status_code == 401:  # without a token, private and absent look alike
                    raise
                return ABSENT
            return self._state(repo_id, str(info.sha), branch_exists=True)

    def commit_at(self, repo_id: str, revision: str | None) -> str:
        """The commit that a revision of a model repository is at; the default branch where none is given."""

        def ask() -> str:
            with self._refusals(repo_id):
                return str(self._api.model_info(repo_id, revision=revision, timeout=_TIMEOUT_S).sha)

        return read_again(ask, lost=ConnectionLostError, say=self._log)

    def texts(self, repo_id: str, commit: str, names: Collection[str]) -> dict[str, bytes]:
        """The content of those of the named files that a commit has."""

        def ask() -> dict[str, bytes]:
            from huggingface_hub.hf_api import RepoFile

            with self._refusals(repo_id):
                found = self._api.get_paths_info(repo_id, list(names), revision=commit)
                files = [entry for entry in found if isinstance(entry, RepoFile)]
                if too_long := next((file for file in files if file.size > RECORDS_BYTES), None):
                    raise HubError(f"{too_long.path} of {repo_id} is larger than {RECORDS_BYTES} bytes.")
                return {file.path: self._content(repo_id, file.path, commit) for file in files}

        return read_again(ask, lost=ConnectionLostError, say=self._log)

    def create_repository(self, repo_id: str, *, private: bool) -> None:
        """Make a model repository, unless it is there."""
        with self._refusals(repo_id):
            self._api.create_repo(repo_id, private=private, exist_ok=True)

    def create_branch(self, repo_id: str, branch: str, start: str) -> None:
        """Make a branch that starts at a commit, unless it is there."""
        with self._refusals(repo_id):
            self._api.create_branch(repo_id, branch=branch, revision=start, exist_ok=True)

    def commit(self, plan: PublishPlan, *, description: str, create_pr: bool) -> Commit:
        """Send everything as one commit on the plan's parent, or as a pull request that holds it.

        Raises:
            HeadMovedError: where the parent is no longer the head; nothing was changed.
            ConnectionLostError: where no answer came; the commit may have been made.
        """
        from huggingface_hub import CommitOperationAdd, CommitOperationDelete

        with self._refusals(plan.repo_id):
            made = self._api.create_commit(
                plan.repo_id,
                [
                    *(CommitOperationAdd(file.path, str(file.source)) for file in plan.changes),
                    *(CommitOperationDelete(path, is_folder=False) for path in plan.deletions),
                ],
                commit_message=plan.message,
                commit_description=description,
                revision=plan.revision,
                parent_commit=plan.parent,
                create_pr=create_pr,
            )
        number = made.pr_num
        return Commit(
            made.oid,
            self.commit_url(plan.repo_id, made.oid),
            self.pull_request_url(plan.repo_id, number) if number is not None else None,
        )

    def own_pull_request(self, repo_id: str, description: str) -> int | None:
        """Number of the newest open pull request that this user opened with this description."""
        return read_again(lambda: self._own_pull_request(repo_id, description), lost=ConnectionLostError, say=self._log)

    def _own_pull_request(self, repo_id: str, description: str) -> int | None:
        from huggingface_hub.errors import RepositoryNotFoundError

        with self._refusals(repo_id):
            user = self._api.whoami()["name"]
            try:
                found = list(
                    self._api.get_repo_discussions(
                        repo_id, author=user, discussion_type="pull_request", discussion_status="open"
                    )
                )
            except RepositoryNotFoundError:
                return None
            for summary in sorted(found, key=lambda one: one.num, reverse=True):
                events = self._api.get_discussion_details(repo_id, summary.num).events
                if any(description in getattr(event, "content", "") for event in events):
                    return summary.num
        return None

    def first_after(self, repo_id: str, revision: str, parent: str) -> str | None:
        """The commit that was made on ``parent``, of those that led to a revision; ``None`` where there is none."""
        return read_again(lambda: self._first_after(repo_id, revision, parent), lost=ConnectionLostError, say=self._log)

    def _first_after(self, repo_id: str, revision: str, parent: str) -> str | None:
        with self._refusals(repo_id):
            made = [commit.commit_id for commit in self._api.list_repo_commits(repo_id, revision=revision)]
        place = made.index(parent) if parent in made else 0
        return made[place - 1] if place else None  # the newest stands first

    def history(self, repo_id: str, revision: str) -> tuple[str, ...]:
        """The commits that led to a revision, newest first."""

        def read() -> tuple[str, ...]:
            with self._refusals(repo_id):
                return tuple(made.commit_id for made in self._api.list_repo_commits(repo_id, revision=revision))

        return read_again(read, lost=ConnectionLostError, say=self._log)

    def file_at(self, repo_id: str, path: str, commit: str) -> RemoteFile | None:
        """What the Hub knows of a file at a commit; ``None`` where there is none."""
        from huggingface_hub.hf_api import RepoFile

        def read() -> RemoteFile | None:
            with self._refusals(repo_id):
                found = self._api.get_paths_info(repo_id, [path], revision=commit)
            return next((_remote_file(entry) for entry in found if isinstance(entry, RepoFile)), None)

        return read_again(read, lost=ConnectionLostError, say=self._log)

    def parsed(self, repo_id: str, commit: str) -> ParsedCard:
        """What the Hub read from the front matter of a commit's card."""

        def read() -> ParsedCard:
            with self._refusals(repo_id):
                info = self._api.model_info(repo_id, revision=commit, timeout=_TIMEOUT_S)
            data = info.card_data.to_dict() if info.card_data else {}
            index = info.model_index or data.pop("model-index", None) or []
            return ParsedCard(data, tuple(info.tags or ()), index)

        return read_again(read, lost=ConnectionLostError, say=self._log)

    def pull_request_url(self, repo_id: str, number: int) -> str:
        """Where people look at a pull request."""
        return f"{self._page}/{repo_id}/discussions/{number}"

    def commit_url(self, repo_id: str, oid: str) -> str:
        """Where people look at a commit."""
        return f"{self._page}/{repo_id}/commit/{oid}"

    def _state(self, repo_id: str, head: str, *, branch_exists: bool) -> RemoteState:
        from huggingface_hub.hf_api import RepoFile

        entries = self._api.list_repo_tree(repo_id, recursive=True, revision=head)
        files = {entry.path: _remote_file(entry) for entry in entries if isinstance(entry, RepoFile)}
        readme = self._content(repo_id, README, head) if README in files else None
        marker = self._content(repo_id, MARKER, head) if MARKER in files else None
        return RemoteState(
            head=head,
            branch_exists=branch_exists,
            files=files,
            readme=readme,
            marker=load_marker(marker) if marker is not None else None,
        )

    def _content(self, repo_id: str, path: str, commit: str) -> bytes:
        # Into a folder of its own: the user's cache is no place for what is looked at once.
        with tempfile.TemporaryDirectory(prefix="cardgen-") as folder:
            return Path(self._api.hf_hub_download(repo_id, path, revision=commit, local_dir=folder)).read_bytes()

    def _refusals(self, repo_id: str) -> AbstractContextManager[None]:
        return refusals(self.endpoint, repo_id, self.token)


def _remote_file(entry: RepoFile) -> RemoteFile:
    return RemoteFile(blob=entry.blob_id, sha256=entry.lfs.sha256 if entry.lfs else None)


def _is_address(endpoint: str) -> bool:
    try:
        parts = urlsplit(endpoint)
    except ValueError:  # brackets that hold no IPv6 address
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
