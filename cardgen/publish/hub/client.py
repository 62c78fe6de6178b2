"""Reading a repository, and one commit to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from cardgen import __version__
from cardgen.errors import HubError
from cardgen.masking import masked
from cardgen.publish.hub.collecting import Listing, list_in_collection
from cardgen.publish.hub.credentials import ask_token
from cardgen.publish.hub.errors import LONGEST_WAIT_S, ConnectionLostError, RateLimitedError
from cardgen.publish.hub.reading import model_info, read_file_state, read_parsed, read_state, read_texts
from cardgen.publish.hub.refusals import refusals
from cardgen.publish.hub.sending import send_commit
from cardgen.publish.hub.wire import Wire
from cardgen.publish.parsed import ParsedCard
from cardgen.publish.plan import PublishPlan, RemoteFile, RemoteState
from cardgen.retry import read_again

if TYPE_CHECKING:
    from huggingface_hub import HfApi

DEFAULT_BRANCH = "main"

T = TypeVar("T")


@dataclass(frozen=True)
class Commit:
    """What a push made."""

    oid: str
    """40 hex digits."""
    url: str
    pull_request: str | None = None
    """Address of the pull request that holds it."""
    number: int | None = None
    """That request's."""


class Hub:
    """A client of one endpoint, with the token that huggingface_hub finds in its own places; for several threads.

    Every method raises :class:`cardgen.errors.HubError`, and the more exact ones of
    :mod:`cardgen.publish.hub.errors`. What may be asked twice without harm is asked a few times, and where the Hub asks
    to wait for up to :data:`~cardgen.publish.hub.errors.LONGEST_WAIT_S`, it is waited for.
    """

    def __init__(
        self,
        endpoint: str | None = None,
        *,
        progress: bool = False,
        log: Callable[[str], None] = lambda _line: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Args: ``progress``: show the client's own bars while files are sent; ``sleep``: waits so many seconds."""
        remedy = "Correct or unset HF_ENDPOINT."
        try:
            from huggingface_hub import constants
        except ValueError as error:  # the client reads its settings when it is imported
            raise HubError(
                f"huggingface_hub does not take its settings: {masked(str(error))}", remedy=remedy
            ) from error

        self.endpoint = (endpoint or constants.ENDPOINT).rstrip("/")
        if not _is_address(self.endpoint):
            raise HubError(f"{masked(self.endpoint)!r} is no address of a Hub.", remedy=remedy)
        parts = urlsplit(self.endpoint)
        self._page = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        """The endpoint as people may see it: without credentials."""
        self._progress = progress
        self._log = log
        self._sleep = sleep
        self._sent: str | None = None
        """The token that was asked for last."""
        self._wire = Wire(self.endpoint, ask_token)

    @property
    def token(self) -> str | None:
        """The token of now, which may be another than a minute ago; ``None`` where there is none."""
        self._sent = self._wire.token()
        return self._sent

    def read(self, repo_id: str, revision: str) -> RemoteState:
        """What a model repository holds at a revision, or will start from where the branch is not there yet.

        Raises:
            RepositoryMovedError: where the repository has another name now.
        """
        return self._asked(repo_id, lambda api: read_state(api, repo_id, revision))

    def commit_at(self, repo_id: str, revision: str | None) -> str:
        """The commit that a revision of a model repository is at; the default branch where none is given."""
        return self._asked(repo_id, lambda api: str(model_info(api, repo_id, revision).sha))

    def texts(self, repo_id: str, commit: str, names: Collection[str]) -> dict[str, bytes]:
        """The content of those of the named files that a commit has."""
        return self._asked(repo_id, lambda api: read_texts(api, repo_id, commit, names))

    def file_at(self, repo_id: str, path: str, commit: str) -> RemoteFile | None:
        """What the Hub knows of a file at a commit; ``None`` where there is none."""
        return self._asked(repo_id, lambda api: read_file_state(api, repo_id, path, commit))

    def parsed(self, repo_id: str, commit: str) -> ParsedCard:
        """What the Hub read from the front matter of a commit's card."""
        return self._asked(repo_id, lambda api: read_parsed(api, repo_id, commit))

    def create_repository(self, repo_id: str, *, private: bool) -> None:
        """Make a model repository, unless it is there."""
        self._asked(repo_id, lambda api: api.create_repo(repo_id, private=private, exist_ok=True))

    def create_branch(self, repo_id: str, branch: str, start: str) -> None:
        """Make a branch that starts at a commit, unless it is there."""
        self._asked(repo_id, lambda api: api.create_branch(repo_id, branch=branch, revision=start, exist_ok=True))

    def commit(self, plan: PublishPlan, *, description: str, create_pr: bool) -> Commit:
        """Send everything as one commit on the plan's parent, or as a pull request that holds it.

        Raises:
            HeadMovedError: where the parent is no longer the head; nothing was changed.
            IgnoredFilesError: where a ``.gitignore`` on the Hub would keep files out of the commit.
            MetadataRejectedError: where the Hub does not take the card's front matter.
            ConnectionLostError: where no answer came; the commit may have been made.
        """
        made = send_commit(
            plan,
            ask=lambda ask, *, lost: self._asked(plan.repo_id, ask, lost=lost, progress=self._progress),
            description=description,
            create_pr=create_pr,
        )
        number = made.pr_num
        return Commit(
            made.oid,
            self.commit_url(plan.repo_id, made.oid),
            self.pull_request_url(plan.repo_id, number) if number is not None else None,
            number,
        )

    def own_pull_request(self, repo_id: str, description: str) -> int | None:
        """Number of the newest open pull request that this user opened with this description."""
        return self._asked(repo_id, lambda api: _own_pull_request(api, repo_id, description))

    def describe_pull_request(self, repo_id: str, number: int, *, title: str, text: str) -> None:
        """Give a pull request of this user a title, and its first comment a text; what is so already is left alone."""

        def ask(api: HfApi) -> None:
            found = api.get_discussion_details(repo_id, number)
            if found.title != title:
                api.rename_discussion(repo_id, number, title)
            first = next((event for event in found.events if event.type == "comment"), None)
            if first is not None and getattr(first, "content", "").strip() != text.strip():
                api.edit_discussion_comment(repo_id, number, first.id, text)

        self._asked(repo_id, ask)

    def tagged(self, repo_id: str, tag: str) -> str | None:
        """The commit that a tag names; ``None`` where there is no such tag."""

        def ask(api: HfApi) -> str | None:
            return next((one.target_commit for one in api.list_repo_refs(repo_id).tags if one.name == tag), None)

        return self._asked(repo_id, ask)

    def create_tag(self, repo_id: str, tag: str, commit: str) -> None:
        """Tag a commit, unless there is a tag of this name."""
        self._asked(repo_id, lambda api: api.create_tag(repo_id, tag=tag, revision=commit, exist_ok=True))

    def list_in_collection(self, repo_id: str, collection: str, *, note: str, private: bool) -> Listing:
        """Put a model repository into a collection, unless it is there, and make the collection, unless that is."""
        return self._asked(
            f"the collection `{collection}`",
            lambda api: list_in_collection(api, repo_id, collection, note=note, private=private),
        )

    def collection_url(self, slug: str) -> str:
        """Where people look at a collection."""
        return f"{self._page}/collections/{slug}"

    def first_after(self, repo_id: str, revision: str, parent: str) -> str | None:
        """The commit that was made on ``parent``, of those that led to a revision; ``None`` where there is none."""
        made = self.history(repo_id, revision)
        place = made.index(parent) if parent in made else 0
        return made[place - 1] if place else None

    def history(self, repo_id: str, revision: str) -> tuple[str, ...]:
        """The commits that led to a revision, newest first."""

        def ask(api: HfApi) -> tuple[str, ...]:
            return tuple(made.commit_id for made in api.list_repo_commits(repo_id, revision=revision))

        return self._asked(repo_id, ask)

    def pull_request_url(self, repo_id: str, number: int) -> str:
        """Where people look at a pull request."""
        return f"{self._page}/{repo_id}/discussions/{number}"

    def commit_url(self, repo_id: str, oid: str) -> str:
        """Where people look at a commit."""
        return f"{self._page}/{repo_id}/commit/{oid}"

    def _asked(
        self,
        repo_id: str,
        ask: Callable[[HfApi], T],
        *,
        lost: tuple[type[Exception], ...] = (ConnectionLostError, RateLimitedError),
        progress: bool = False,
    ) -> T:
        """What the Hub answers; asked again where one of ``lost`` is met."""
        from huggingface_hub import HfApi

        def once() -> T:
            with refusals(self.endpoint, repo_id, lambda: self._sent), self._wire.open(), _bars(shown=progress):
                api = HfApi(
                    endpoint=self.endpoint,
                    token=self.token or False,
                    library_name="cardgen",
                    library_version=__version__,
                )
                return ask(api)

        return read_again(
            once,
            lost=lost,
            say=self._log,
            longest_wait_s=LONGEST_WAIT_S,
            sleep=self._sleep,
        )


def _own_pull_request(api: HfApi, repo_id: str, description: str) -> int | None:
    from huggingface_hub.errors import RepositoryNotFoundError

    user = api.whoami()["name"]
    try:
        found = list(
            api.get_repo_discussions(repo_id, author=user, discussion_type="pull_request", discussion_status="open")
        )
    except RepositoryNotFoundError:
        return None
    for summary in sorted(found, key=lambda one: one.num, reverse=True):
        events = api.get_discussion_details(repo_id, summary.num).events
        if any(description in getattr(event, "content", "") for event in events):
            return summary.num
    return None


@contextmanager
def _bars(*, shown: bool) -> Iterator[None]:
    """Keep the client's bars for what takes long; they are switched for the whole process."""
    from huggingface_hub import constants
    from huggingface_hub.utils.tqdm import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    asked_for = constants.HF_HUB_DISABLE_PROGRESS_BARS is False  # the client warns of who goes against that
    if shown or asked_for or are_progress_bars_disabled():
        yield
        return
    disable_progress_bars()
    try:
        yield
    finally:
        enable_progress_bars()


def _is_address(endpoint: str) -> bool:
    try:
        parts = urlsplit(endpoint)
    except ValueError:  # brackets that hold no IPv6 address
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
