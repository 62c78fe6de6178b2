"""What a repository holds, as the client tells it. Each function asks once; asking again is its caller's."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cardgen.errors import HubError
from cardgen.publish.hub.errors import ConnectionLostError, RepositoryMovedError
from cardgen.publish.marker import MARKER, load_marker
from cardgen.publish.parsed import ParsedCard
from cardgen.publish.plan import ABSENT, README, RemoteFile, RemoteState
from cardgen.reading import RECORDS_BYTES

if TYPE_CHECKING:
    from huggingface_hub import HfApi, ModelInfo
    from huggingface_hub.hf_api import RepoFile, RepoFolder

_TIMEOUT_S = 30.0


def model_info(api: HfApi, repo_id: str, revision: str | None) -> ModelInfo:
    """What the Hub says of a model at a revision; of its default branch where none is given."""
    return api.model_info(repo_id, revision=revision, timeout=_TIMEOUT_S)


def read_state(api: HfApi, repo_id: str, revision: str) -> RemoteState:
    """As :meth:`cardgen.publish.hub.client.Hub.read`."""
    from huggingface_hub.errors import RepositoryNotFoundError, RevisionNotFoundError

    branch_exists = True
    try:
        info = model_info(api, repo_id, revision)
    except RevisionNotFoundError:
        if revision.startswith("refs/"):
            raise
        info = model_info(api, repo_id, None)
        branch_exists = False
    except RepositoryNotFoundError as error:
        if error.response.status_code == 401:  # without a token, private and absent look alike
            raise
        return ABSENT
    if info.id != repo_id:
        raise RepositoryMovedError(
            f"{repo_id} is called {info.id} on the Hub now. Nothing was changed.",
            remedy=f"Write `repo_id: {info.id}` in the manifest and build again: the card names it.",
        )
    head = str(info.sha)
    entries = {file.path: file for file in _files(api.list_repo_tree(repo_id, recursive=True, revision=head))}
    texts = {path: _content(api, repo_id, entries[path], head) for path in (README, MARKER) if path in entries}
    return RemoteState(
        head=head,
        branch_exists=branch_exists,
        files={path: _remote_file(entry) for path, entry in entries.items()},
        readme=texts.get(README),
        marker=load_marker(texts[MARKER]) if MARKER in texts else None,
    )


def read_texts(api: HfApi, repo_id: str, commit: str, names: Collection[str]) -> dict[str, bytes]:
    """As :meth:`cardgen.publish.hub.client.Hub.texts`."""
    found = _files(api.get_paths_info(repo_id, list(names), revision=commit))
    if too_long := next((file for file in found if file.size > RECORDS_BYTES), None):
        raise HubError(f"{too_long.path} of {repo_id} is larger than {RECORDS_BYTES} bytes.")
    return {file.path: _content(api, repo_id, file, commit) for file in found}


def read_file_state(api: HfApi, repo_id: str, path: str, commit: str) -> RemoteFile | None:
    """As :meth:`cardgen.publish.hub.client.Hub.file_at`."""
    return next(map(_remote_file, _files(api.get_paths_info(repo_id, [path], revision=commit))), None)


def read_parsed(api: HfApi, repo_id: str, commit: str) -> ParsedCard:
    """As :meth:`cardgen.publish.hub.client.Hub.parsed`."""
    info = model_info(api, repo_id, commit)
    data: dict[str, Any] = info.card_data.to_dict() if info.card_data else {}  # type: ignore[no-untyped-call]
    index: Any = info.model_index or data.pop("model-index", None) or []
    return ParsedCard(data, tuple(info.tags or ()), index)


def _files(entries: Iterable[RepoFile | RepoFolder]) -> list[RepoFile]:
    from huggingface_hub.hf_api import RepoFile

    return [entry for entry in entries if isinstance(entry, RepoFile)]


def _remote_file(entry: RepoFile) -> RemoteFile:
    return RemoteFile(blob=entry.blob_id, sha256=entry.lfs.sha256 if entry.lfs else None)


def _content(api: HfApi, repo_id: str, entry: RepoFile, commit: str) -> bytes:
    """What a file holds, which is what the Hub lists."""
    # Into a folder of its own: the user's cache is no place for what is looked at once.
    with tempfile.TemporaryDirectory(prefix="cardgen-") as folder:
        content = Path(api.hf_hub_download(repo_id, entry.path, revision=commit, local_dir=folder)).read_bytes()
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
    if not _remote_file(entry).holds(hashlib.sha256(content).hexdigest(), blob):
        raise ConnectionLostError(
            f"{entry.path} of {repo_id} came otherwise than the Hub lists it.", remedy="Ask again in a while."
        )
    return content
