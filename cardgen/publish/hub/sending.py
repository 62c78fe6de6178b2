"""One commit: the card is judged first, large files go ahead one by one, and then all becomes visible at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from cardgen.publish.hub.errors import (
    ConnectionLostError,
    IgnoredFilesError,
    MetadataRejectedError,
    RateLimitedError,
)
from cardgen.publish.plan import README, LocalFile, PublishPlan

if TYPE_CHECKING:
    from huggingface_hub import CommitInfo, CommitOperationAdd, HfApi

LARGE_BYTES = 100_000_000
"""From this size on a file is sent by itself: what breaks in it is sent again alone, and Xet, which keeps a call's
token to its end, gets a fresh one."""

_AGAIN = (ConnectionLostError, RateLimitedError)


class Ask(Protocol):
    """Puts questions to the Hub."""

    def __call__(self, ask: Callable[[HfApi], Any], *, lost: tuple[type[Exception], ...]) -> Any:
        """What the Hub answers; asked again where one of ``lost`` is met."""


def send_commit(plan: PublishPlan, *, ask: Ask, description: str, create_pr: bool) -> CommitInfo:
    """Make the plan's commit. Only the last request changes what people see, and it is not sent twice.

    Raises:
        HubError: as :meth:`cardgen.publish.hub.client.Hub.commit` says.
    """
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    for file in plan.changes:
        if file.path == README:
            text = file.source.read_bytes().decode("utf-8")
            ask(partial(_judge, text=text), lost=_AGAIN)
    additions = [CommitOperationAdd(file.path, str(file.source)) for file in plan.changes]
    for batch in _batches(plan.changes, additions):
        ask(partial(_upload, plan=plan, batch=batch, create_pr=create_pr), lost=_AGAIN)
    # The client says this nowhere else.
    hidden = [addition.path_in_repo for addition in additions if addition._should_ignore]  # noqa: SLF001
    if hidden:
        raise IgnoredFilesError(
            f"The .gitignore of {plan.repo_id} ({plan.revision}) hides {', '.join(hidden)}: the client would leave "
            "that out of the commit without a word. Nothing was changed.",
            remedy="Delete the .gitignore there, or the lines that hide these files, and push again.",
        )
    made: CommitInfo = ask(
        lambda api: api.create_commit(
            plan.repo_id,
            [*additions, *(CommitOperationDelete(path, is_folder=False) for path in plan.deletions)],
            commit_message=plan.message,
            commit_description=description,
            revision=plan.revision,
            parent_commit=plan.parent,
            create_pr=create_pr,
        ),
        lost=(RateLimitedError,),
    )
    return made


def _batches(files: Sequence[LocalFile], additions: Sequence[CommitOperationAdd]) -> Iterator[list[CommitOperationAdd]]:
    small = [addition for file, addition in zip(files, additions, strict=True) if file.bytes < LARGE_BYTES]
    if small:
        yield small
    for file, addition in zip(files, additions, strict=True):
        if file.bytes >= LARGE_BYTES:
            yield [addition]


def _upload(api: HfApi, plan: PublishPlan, batch: list[CommitOperationAdd], *, create_pr: bool) -> None:
    api.preupload_lfs_files(plan.repo_id, batch, revision=plan.revision, create_pr=create_pr)


def _judge(api: HfApi, text: str) -> None:
    """Have the Hub look at the card's front matter; the client does too, and raises one line of it."""
    from huggingface_hub.utils._headers import build_hf_headers
    from huggingface_hub.utils._http import get_session, hf_raise_for_status

    answer = get_session().post(
        f"{api.endpoint}/api/validate-yaml",
        json={"content": text, "repoType": "model"},
        headers=build_hf_headers(token=api.token),
    )
    try:
        found = answer.json() if answer.status_code in (200, 400) else {}
    except ValueError:
        found = {}
    faults = tuple(str(fault.get("message", fault)) for fault in found.get("errors", ()))
    if faults:
        raise MetadataRejectedError(faults)
    hf_raise_for_status(answer)
